import type { Account } from '../contract/account.ts';
import type { EventLog } from '../events/log.ts';
import type { SignInAttempt } from './types.ts';
import { accountActor } from '../events/actor.ts';

/** What the log keeps of a login name: enough to recognise it, not enough to fill a disk with. */
const LOGGED_NAME_LENGTH = 255;

const NOBODY = { userId: null, userName: null };

/** Records LOGIN_FAILED; the reason stands in the log only. Never rejects: a refusal stays a refusal when the log cannot be written. */
export async function recordRefusal(
  events: EventLog,
  attempt: SignInAttempt,
  method: string,
  reason: string,
  account: Account | undefined,
): Promise<void> {
  const draft = {
    type: 'LOGIN_FAILED',
    info: { method, login: attempt.username.slice(0, LOGGED_NAME_LENGTH), reason },
    actor: {
      sessionId: null,
      ...(account === undefined ? NOBODY : accountActor(account)),
      ip: attempt.address,
      protocol: attempt.protocol,
      client: attempt.client,
      origin: 'client',
      causedBy: null,
    },
    outcome: 'denied',
  } as const;
  // The log itself reports that it cannot write.
  await events.record(draft).catch(() => undefined);
}
