import { type Account, accountInputSchema } from '../contract/account.ts';
import { AppError } from '../contract/errors.ts';
import type { EventLog } from '../events/log.ts';
import { sourceOf } from '../lib/address.ts';
import type { Clock } from '../lib/clock.ts';
import type { Store } from '../store/index.ts';
import { effectiveAccounts } from './effective.ts';
import { passwordAgeRefusal } from './password-age.ts';
import type { Passwords } from './passwords.ts';
import { recordRefusal } from './refusal.ts';
import type { Accounts, Change } from './service.ts';
import { entranceRefusal } from './sign-in-policy.ts';
import type { Question, SignInAttempt } from './types.ts';
import { accountActor } from '../events/actor.ts';

export type NewPasswordServices = {
  readonly store: Store;
  readonly events: EventLog;
  readonly clock: Clock;
  readonly accounts: Pick<Accounts, 'save'>;
  readonly passwords: Pick<Passwords, 'verify'>;
  /** Days after which a password has to be changed where neither account nor group says it; 0: never. */
  readonly passwordDays: () => number;
};

/** What the log calls it. */
export const NEW_PASSWORD = 'new password';

/**
 * Asks somebody whose right password is outdated for a new one, and saves it in his own name. One that the rules do not take, that was typed in
 * two ways or that is the present one is asked for again, with the reason.
 */
export function newPasswordQuestion(services: NewPasswordServices, attempt: SignInAttempt, account: Account, problem = ''): Question {
  return {
    name: NEW_PASSWORD,
    title: 'The password has to be changed',
    instruction: problem,
    prompts: [
      { prompt: 'New password: ', echo: false },
      { prompt: 'New password again: ', echo: false },
    ],
    async answer([first = '', second = '']) {
      const taken = await take(services, attempt, account, first, second);
      return typeof taken === 'boolean' ? taken : newPasswordQuestion(services, attempt, account, taken.problem);
    },
  };
}

/** Whether it became the password; or why another one is needed. */
async function take(
  { store, events, clock, accounts, passwords, passwordDays }: NewPasswordServices,
  attempt: SignInAttempt,
  account: Account,
  first: string,
  second: string,
): Promise<boolean | { readonly problem: string }> {
  // It may have been changed or deleted while its owner thought.
  const stored = effectiveAccounts(store).byId(account.id);
  const refusal =
    stored === undefined
      ? 'the account was deleted'
      : (entranceRefusal(stored.account, attempt, clock.now()) ??
        (passwordAgeRefusal(stored.account, passwordDays(), clock.now()) === null ? 'the password was changed by somebody else' : null));
  if (stored === undefined || refusal !== null) {
    await recordRefusal(events, attempt, NEW_PASSWORD, refusal ?? '', account);
    return false;
  }
  if (first !== second) return { problem: 'The two are not the same. Type the new password twice.' };
  const form = accountInputSchema.shape.password.safeParse(first);
  if (!form.success) return { problem: form.error.issues[0]?.message ?? '' };
  if (await passwords.verify(sourceOf(attempt.address), stored.passwordHash, first))
    return { problem: 'This is the present password. Choose another one.' };
  try {
    await accounts.save({ username: stored.account.username, password: first }, inOwnName(attempt, stored.account));
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === 'invalid_input') return { problem: error.message };
    throw error;
  }
}

const inOwnName = ({ address, protocol, client }: SignInAttempt, account: Account): Change => ({
  actor: { sessionId: null, ...accountActor(account), ip: address, protocol, client, origin: 'client', causedBy: null },
  batchId: null,
});
