import type { Account } from '../contract/account.ts';
import type { EventLog } from '../events/log.ts';
import type { Clock } from '../lib/clock.ts';
import type { Store } from '../store/index.ts';
import type { Defender } from './defender/index.ts';
import { effectiveAccounts } from './effective.ts';
import { type NewPasswordServices, newPasswordQuestion } from './new-password.ts';
import { passwordAgeRefusal } from './password-age.ts';
import { recordRefusal } from './refusal.ts';
import { entranceRefusal, missingProof } from './sign-in-policy.ts';
import { CODE_DIGITS, type TwoFactor } from './two-factor.ts';
import type { FurtherProof, Proof, Question, SignInAttempt } from './types.ts';

/** What an account asks for after a right password or key. Questions of other kinds, such as a notice to accept, belong into `questions`. */
export function createFurtherProof(
  services: NewPasswordServices & {
    readonly store: Store;
    readonly events: EventLog;
    readonly clock: Clock;
    readonly twoFactor: TwoFactor;
    readonly defender: Pick<Defender, 'report'>;
  },
): FurtherProof {
  const { events, clock, twoFactor, defender, passwordDays } = services;
  const accounts = effectiveAccounts(services.store);

  async function takeCode(attempt: SignInAttempt, account: Account, code: string): Promise<boolean> {
    const verdict = twoFactor.take({ kind: 'user', id: account.id }, code);
    if (verdict === 'right') {
      // It may have been changed or deleted while its owner looked for the code.
      const current = accounts.byId(account.id)?.account;
      const refusal = current === undefined ? 'the account was deleted' : entranceRefusal(current, attempt, clock.now());
      if (refusal !== null) await recordRefusal(events, attempt, 'code', refusal, account);
      return refusal === null;
    }
    defender.report({ kind: 'wrongPassword', protocol: attempt.protocol, address: attempt.address, login: attempt.username });
    await recordRefusal(events, attempt, 'code', WORDS[verdict], account);
    return false;
  }

  const needsCode = ({ id }: Account): boolean => twoFactor.isOn({ kind: 'user', id });

  const codeQuestion = (attempt: SignInAttempt, account: Account): Question => ({
    name: 'code',
    title: 'Two-factor sign-in',
    instruction: '',
    prompts: [{ prompt: 'Verification code: ', echo: false }],
    answer: ([code = '']) => takeCode(attempt, account, code),
  });

  /** In their order: whoever has the password alone must not come to change it. */
  function questions(attempt: SignInAttempt, account: Account, shown: readonly Proof[]): Question[] {
    const isOutdated = shown.includes('password') && passwordAgeRefusal(account, passwordDays(), clock.now()) !== null;
    return [
      ...(needsCode(account) ? [codeQuestion(attempt, account)] : []),
      ...(isOutdated ? [newPasswordQuestion(services, attempt, account)] : []),
    ];
  }

  return {
    missing: missingProof,

    next: (attempt, account, { shown, answered }) => questions(attempt, account, shown)[answered] ?? null,

    async withAppendedCode(attempt, given, check) {
      const found = accounts.byUsername(attempt.username)?.account;
      if (found === undefined || !needsCode(found)) return check(given);
      const account = await check(given.slice(0, -CODE_DIGITS));
      if (account === null || !needsCode(account)) return account;
      return (await takeCode(attempt, account, given.slice(-CODE_DIGITS))) ? account : null;
    },
  };
}

const WORDS = { wrong: 'wrong code', used: 'the code was used already', 'too many': 'too many wrong codes' } as const;
