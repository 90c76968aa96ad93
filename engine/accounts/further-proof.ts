import type { Account } from '../contract/account.ts';
import type { EventLog } from '../events/log.ts';
import type { Clock } from '../lib/clock.ts';
import type { Store } from '../store/index.ts';
import type { Defender } from './defender/index.ts';
import { effectiveAccounts } from './effective.ts';
import { recordRefusal } from './refusal.ts';
import { entranceRefusal } from './sign-in-policy.ts';
import { CODE_DIGITS, type TwoFactor } from './two-factor.ts';
import type { FurtherProof, SignInAttempt } from './types.ts';

/** What an account asks for after a right password or key. Questions of other kinds, such as a notice to accept, belong into `next`. */
export function createFurtherProof(services: {
  readonly store: Store;
  readonly events: EventLog;
  readonly clock: Clock;
  readonly twoFactor: TwoFactor;
  readonly defender: Pick<Defender, 'report'>;
}): FurtherProof {
  const { events, clock, twoFactor, defender } = services;
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

  return {
    next: (attempt, account, hasAnswered) =>
      hasAnswered || !needsCode(account)
        ? null
        : {
            title: 'Two-factor sign-in',
            instruction: '',
            prompts: [{ prompt: 'Verification code: ', echo: false }],
            answer: ([code = '']) => takeCode(attempt, account, code),
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

const WORDS = { wrong: 'wrong code', used: 'the code was used already', 'too many': 'too many wrong codes' } as const;
