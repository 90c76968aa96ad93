import { AppError } from '../contract/errors.ts';
import type { ApiPermission } from '../contract/method.ts';
import { adminOf, type Caller } from './caller.ts';

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
    const whose = adminOf(caller) === null ? 'the console password' : 'your password';
    throw new AppError('forbidden', `Confirm with ${whose} first: it is asked for before you change ${what}.`, { field });
  }
}

/** Nobody hands out, changes or takes away more than he may do himself. Throws `forbidden` on `permissions`. */
export function requireOwnRights(caller: Caller, permissions: readonly ApiPermission[]): void {
  const missing = permissions.find((permission) => !caller.permissions.has(permission));
  if (missing === undefined) return;
  throw new AppError('forbidden', `You may not decide over the permission ${missing}, which you do not have yourself.`, {
    field: 'permissions',
  });
}
