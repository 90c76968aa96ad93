import { AppError } from '../contract/errors.ts';
import type { Caller } from './caller.ts';

/**
 * Guards what decides over the machine: the command allow-list, the outbound policy, who reaches the console, secrets in the clear
 * (spec: console). The owner passes, a console session that was confirmed in the last 10 minutes too, a script's token never.
 * `what` completes "change …"; `field` names the input it is about. Throws `forbidden`.
 */
export function requireConfirmed(caller: Caller, what: string, field: string): void {
  if (caller.kind === 'api') {
    throw new AppError('forbidden', `A token may not change ${what}. Change them at the machine itself.`, { field });
  }
  if (caller.kind === 'console' && caller.confirmedUntil === null) {
    throw new AppError('forbidden', `Confirm with the console password first: it is asked for before you change ${what}.`, { field });
  }
}
