import type { Account } from '../contract/account.ts';
import type { EventLog } from '../events/log.ts';
import { missingProof } from './sign-in-policy.ts';
import type { FurtherProof, Proof, Question, SignIn, SignInAttempt } from './types.ts';

type Services = {
  readonly events: EventLog;
  /** Has the last word about an account that has shown all that it must; `reason` is for the log. */
  readonly letIn: (
    account: Account,
    attempt: SignInAttempt,
    method: string,
  ) => Promise<{ readonly allow: boolean; readonly reason?: string }>;
};

/** Both halves of a sign-in; each asks only together with the other. */
export type AskedSignIn = { readonly signIn: SignIn; readonly furtherProof: FurtherProof };

/**
 * A sign-in after which somebody else is asked as well, who learns neither password nor key: once, when password, key and all questions of
 * the account are right. Whoever has less never comes so far, so that strangers set nothing to work, nor does somebody with a stolen password
 * who lacks the code. A refusal looks like that of a wrong password or code.
 */
export function askedSignIn(signIn: SignIn, furtherProof: FurtherProof, { events, letIn }: Services): AskedSignIn {
  async function ask(attempt: SignInAttempt, method: string, account: Account): Promise<Account | null> {
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

  /** Asks, unless more has to be shown first: then the last answer asks, or the taking of the appended code. */
  async function askAfter(attempt: SignInAttempt, method: Proof, account: Account | null): Promise<Account | null> {
    if (account === null || attempt.asks !== true) return account;
    const shown = [...(attempt.shown ?? []), method];
    const isOver = missingProof(account, shown) === null && furtherProof.next(attempt, account, { shown, answered: 0 }) === null;
    return isOver ? await ask(attempt, method, account) : account;
  }

  type Progress = Parameters<FurtherProof['next']>[2];

  /** The question, after whose right answer is asked where it was the last one. */
  function askedQuestion(question: Question, attempt: SignInAttempt, account: Account, progress: Progress): Question {
    return {
      ...question,
      async answer(answers) {
        const verdict = await question.answer(answers);
        if (verdict === false) return false;
        if (verdict !== true) return askedQuestion(verdict, attempt, account, progress);
        if (furtherProof.next(attempt, account, { ...progress, answered: progress.answered + 1 }) !== null) return true;
        return (await ask(attempt, question.name, account)) !== null;
      },
    };
  }

  return {
    signIn: {
      ...signIn,
      withPassword: async (attempt, password) => askAfter(attempt, 'password', await signIn.withPassword(attempt, password)),
      withKey: async (attempt, key, isValid) => askAfter(attempt, 'publickey', await signIn.withKey(attempt, key, isValid)),
    },
    furtherProof: {
      ...furtherProof,
      next(attempt, account, progress) {
        const question = furtherProof.next(attempt, account, progress);
        return question === null ? null : askedQuestion(question, attempt, account, progress);
      },
      async withAppendedCode(attempt, given, check) {
        const account = await furtherProof.withAppendedCode(attempt, given, check);
        return account === null ? null : await ask(attempt, 'password', account);
      },
    },
  };
}
