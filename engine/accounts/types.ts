import type { Account } from '../contract/account.ts';
import type { Protocol } from '../contract/event.ts';

/** What somebody can show to prove who he is; answers to a prompt for the password are the password. */
export type Proof = 'password' | 'publickey';

/** What a protocol knows of somebody who wants in. */
export type SignInAttempt = {
  readonly protocol: Protocol;
  readonly address: string;
  readonly client: string | null;
  readonly username: string;
  /** How the password comes, for accounts that do not take every way; `password` by default. */
  readonly method?: 'password' | 'keyboard-interactive';
  /** What was rightly shown on this connection before. */
  readonly shown?: readonly Proof[];
  /** The protocol puts the questions of FurtherProof, one of which is for a new password. */
  readonly asks?: boolean;
  /** The same for all attempts on one connection: what rules want to be asked of whom is kept with it. */
  readonly conversation?: object;
};

/** One key as a client offered it: algorithm name and the public key blob of RFC 4253, 6.6. */
export type OfferedKey = { readonly algorithm: string; readonly blob: Uint8Array };

/** Something to be asked of somebody whose password or key was right: a code, a new password; a notice to accept tomorrow. */
export type Question = {
  /** What the log calls it among the ways in which somebody signed in. */
  readonly name: string;
  readonly title: string;
  readonly instruction: string;
  /** `echo`: what is typed may be seen. */
  readonly prompts: readonly { readonly prompt: string; readonly echo: boolean }[];
  /** Whether the answers are right; a wrong one is recorded. A question in return is to be put in this one's place: the answer cannot be taken. */
  readonly answer: (answers: readonly string[]) => Promise<boolean | Question>;
};

/** What an account wants beyond a right password or key. */
export interface FurtherProof {
  /** What has to be shown beside what was shown on this connection, before any question; null when nothing is missing. */
  missing(account: Account, shown: readonly Proof[]): Proof | null;
  /** The question to put next; null when nothing is missing. `answered`: how many were answered rightly on this connection. */
  next(
    attempt: SignInAttempt,
    account: Account,
    progress: { readonly shown: readonly Proof[]; readonly answered: number },
  ): Question | null;
  /** Records that a question was never answered: the client cannot, or somebody gave up. Never rejects. */
  unanswered(attempt: SignInAttempt, account: Account, question: Question): Promise<void>;
  /**
   * For protocols that have nothing but a password: `check`s it without the code that is appended where the account wants one, then takes
   * the code. Resolves like `withPassword`.
   */
  withAppendedCode(attempt: SignInAttempt, given: string, check: (password: string) => Promise<Account | null>): Promise<Account | null>;
}

/**
 * The one check behind every protocol's sign-in. Methods resolve with the account, or null when the credentials are not accepted
 * (unknown user and wrong password take the same path and time). A refusal of a completed attempt records LOGIN_FAILED;
 * success records nothing: opening the vfs session does.
 */
export interface SignIn {
  /**
   * Rejects with `password_outdated`, recorded too, for the right password of an account that has to change it first; resolves with the account,
   * recorded all the same, where the protocol can ask for a new one.
   */
  withPassword(attempt: SignInAttempt, password: string): Promise<Account | null>;
  /** Whether this key may be used at all (SSH's probe without a signature): nothing is recorded. */
  knowsKey(attempt: SignInAttempt, key: OfferedKey): Promise<boolean>;
  /** `signatureValid` is the protocol's verdict on the client's proof of possession. */
  withKey(attempt: SignInAttempt, key: OfferedKey, signatureValid: boolean): Promise<Account | null>;
}
