import type { Account } from '../contract/account.ts';
import type { EventLog } from '../events/log.ts';
import { APP_CODE } from './further-proof.ts';
import { recordRefusal } from './refusal.ts';
import { missingProof } from './sign-in-policy.ts';
import type { FurtherProof, Proof, Question, SignIn, SignInAttempt } from './types.ts';

/** What was shown beside password and key, and whether more can be asked for. */
type Shown = { readonly hasShownApp: boolean; readonly canBeAsked: boolean };

/** `codes`: tickets of codes that have to be asked for first. `reason` is for the log. */
type Answer = { readonly allow: true; readonly codes?: readonly number[] } | { readonly allow: false; readonly reason: string };

type Services = {
  readonly events: EventLog;
  /** Has the last word about an account that has shown all that it must. */
  readonly letIn: (account: Account, attempt: SignInAttempt, how: Shown & { readonly method: string }) => Promise<Answer>;
  /** The question for a code that was sent under this ticket. */
  readonly codeQuestion: (attempt: SignInAttempt, account: Account, ticket: number) => Question;
};

/** Both halves of a sign-in; each asks only together with the other. */
export type AskedSignIn = { readonly signIn: SignIn; readonly furtherProof: FurtherProof };

/** What is known of one connection: whether the code of the app was right, and what is still to be asked after `from` right answers. */
type Conversation = { readonly accountId: number; hasShownApp: boolean; from: number; questions: readonly Question[] };

/**
 * A sign-in after which somebody else is asked as well, who learns neither password nor key: once, when password, key and all questions of
 * the account are right. Whoever has less never comes so far, so that strangers set nothing to work, nor does somebody with a stolen password
 * who lacks the code. A refusal looks like that of a wrong password or code. The answer may be that codes have to be asked for, whose right
 * answers then let in.
 */
export function askedSignIn(signIn: SignIn, furtherProof: FurtherProof, { events, letIn, codeQuestion }: Services): AskedSignIn {
  const conversations = new WeakMap<object, Conversation>();

  function conversationOf({ conversation }: SignInAttempt, { id }: Account): Conversation {
    const known = conversation === undefined ? undefined : conversations.get(conversation);
    if (known?.accountId === id) return known;
    const begun: Conversation = { accountId: id, hasShownApp: false, from: 0, questions: [] };
    if (conversation !== undefined) conversations.set(conversation, begun);
    return begun;
  }

  /** `answered`: how many questions were answered rightly before. */
  async function ask(
    attempt: SignInAttempt,
    account: Account,
    { method, hasShownApp, answered }: { readonly method: string; readonly hasShownApp: boolean; readonly answered: number },
  ): Promise<Account | null> {
    const conversation = conversationOf(attempt, account);
    // What an earlier answer on this connection wanted counts no longer.
    Object.assign(conversation, { from: answered, questions: [] });
    const canBeAsked = attempt.asks === true && attempt.conversation !== undefined;
    const answer = await letIn(account, attempt, { method, hasShownApp, canBeAsked });
    const codes = answer.allow ? (answer.codes ?? []) : [];
    if (answer.allow && (codes.length === 0 || canBeAsked)) {
      conversation.questions = codes.map((ticket) => codeQuestion(attempt, account, ticket));
      return account;
    }
    await recordRefusal(events, attempt, method, answer.allow ? 'a code would have to be asked for' : answer.reason, account);
    return null;
  }

  /** Asks, unless more has to be shown first: then the last answer asks, or the taking of the appended code. */
  async function askAfter(attempt: SignInAttempt, method: Proof, account: Account | null): Promise<Account | null> {
    if (account === null || attempt.asks !== true) return account;
    const shown = [...(attempt.shown ?? []), method];
    const isOver = missingProof(account, shown) === null && furtherProof.next(attempt, account, { shown, answered: 0 }) === null;
    return isOver ? await ask(attempt, account, { method, hasShownApp: false, answered: 0 }) : account;
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
        const conversation = conversationOf(attempt, account);
        conversation.hasShownApp ||= question.name === APP_CODE;
        const answered = progress.answered + 1;
        if (furtherProof.next(attempt, account, { ...progress, answered }) !== null) return true;
        const { hasShownApp } = conversation;
        return (await ask(attempt, account, { method: question.name, hasShownApp, answered })) !== null;
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
        if (question !== null) return askedQuestion(question, attempt, account, progress);
        const { from, questions } = conversationOf(attempt, account);
        return questions[progress.answered - from] ?? null;
      },
      async withAppendedCode(attempt, given, check) {
        let password = given;
        const account = await furtherProof.withAppendedCode(attempt, given, (text) => {
          password = text;
          return check(text);
        });
        // What was cut off was the code, and right.
        const hasShownApp = password !== given;
        return account === null ? null : await ask(attempt, account, { method: 'password', hasShownApp, answered: 0 });
      },
    },
  };
}
