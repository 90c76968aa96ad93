import type { Account } from '../contract/account.ts';
import type { EventLog } from '../events/log.ts';
import { missingProof } from './sign-in-policy.ts';
import type { Proof, SignIn, SignInAttempt } from './types.ts';

type Services = {
  readonly events: EventLog;
  /** Has the last word about an account that showed the right password or key; `reason` is for the log. */
  readonly letIn: (
    account: Account,
    attempt: SignInAttempt,
    method: string,
  ) => Promise<{ readonly allow: boolean; readonly reason?: string }>;
};

/**
 * A sign-in after which somebody else is asked as well, who learns neither password nor key. Whoever has neither never comes so far, so that
 * strangers set nothing to work. A refusal looks like that of a wrong password.
 */
export function askedSignIn(signIn: SignIn, { events, letIn }: Services): SignIn {
  async function ask(attempt: SignInAttempt, method: Proof, account: Account | null): Promise<Account | null> {
    // Once, when all is shown.
    if (account === null || missingProof(account, [...(attempt.shown ?? []), method]) !== null) return account;
    const answer = await letIn(account, attempt, method);
    if (answer.allow) return account;
    const { address: ip, protocol, client, username } = attempt;
    await events
      .record({
        type: 'LOGIN_FAILED',
        info: { method, login: username, reason: answer.reason ?? 'a rule refused it' },
        actor: { sessionId: null, userId: account.id, userName: account.username, ip, protocol, client, origin: 'client', causedBy: null },
        outcome: 'denied',
      })
      .catch(() => undefined); // The log itself reports that it cannot write; a refusal stays a refusal.
    return null;
  }
  return {
    ...signIn,
    withPassword: async (attempt, password) => ask(attempt, 'password', await signIn.withPassword(attempt, password)),
    withKey: async (attempt, key, isValid) => ask(attempt, 'publickey', await signIn.withKey(attempt, key, isValid)),
  };
}
