import type { Account } from '../contract/account.ts';
import { type CodeServices, judgeCode } from './code-answer.ts';
import { effectiveAccounts } from './effective.ts';
import { NEW_PASSWORD, type NewPasswordServices, newPasswordQuestion } from './new-password.ts';
import { passwordAgeRefusal } from './password-age.ts';
import { recordRefusal } from './refusal.ts';
import { missingProof } from './sign-in-policy.ts';
import { CODE_DIGITS, type TwoFactor } from './two-factor.ts';
import type { FurtherProof, Proof, Question, SignInAttempt } from './types.ts';

/** What the log calls the code of an authenticator app. */
export const APP_CODE = 'code';

/** What an account asks for after a right password or key. Questions of other kinds, such as a notice to accept, belong into `questions`. */
export function createFurtherProof(services: NewPasswordServices & CodeServices & { readonly twoFactor: TwoFactor }): FurtherProof {
  const { clock, twoFactor, passwordDays } = services;
  const accounts = effectiveAccounts(services.store);

  const takeCode = (attempt: SignInAttempt, account: Account, code: string): Promise<boolean> =>
    judgeCode(services, attempt, account, { method: APP_CODE, verdict: twoFactor.take({ kind: 'user', id: account.id }, code) });

  const needsCode = ({ id }: Account): boolean => twoFactor.isOn({ kind: 'user', id });

  const codeQuestion = (attempt: SignInAttempt, account: Account): Question => ({
    name: APP_CODE,
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

    async unanswered(attempt, account, { name }) {
      // Where a new password is needed, the refusal was recorded before it was asked for.
      if (name === NEW_PASSWORD) return;
      const reason = 'it was asked for and not given: the client cannot put questions, or nobody answered';
      await recordRefusal(services.events, attempt, name, reason, account);
    },

    async withAppendedCode(attempt, given, check) {
      const found = accounts.byUsername(attempt.username)?.account;
      if (found === undefined || !needsCode(found)) return check(given);
      const account = await check(given.slice(0, -CODE_DIGITS));
      if (account === null || !needsCode(account)) return account;
      return (await takeCode(attempt, account, given.slice(-CODE_DIGITS))) ? account : null;
    },
  };
}
