import type { Account } from '../contract/account.ts';
import type { Protocol } from '../contract/event.ts';

/** What a protocol knows of somebody who wants in. */
export type SignInAttempt = {
  readonly protocol: Protocol;
  readonly address: string;
  readonly client: string | null;
  readonly username: string;
  /** How the password comes, for accounts that do not take every way; `password` by default. */
  readonly method?: 'password' | 'keyboard-interactive';
};

/** One key as a client offered it: algorithm name and the public key blob of RFC 4253, 6.6. */
export type OfferedKey = { readonly algorithm: string; readonly blob: Uint8Array };

/** Something to be asked of somebody whose password or key was right: a code today, a notice to accept tomorrow. */
export type Question = {
  readonly title: string;
  readonly instruction: string;
  /** `echo`: what is typed may be seen. */
  readonly prompts: readonly { readonly prompt: string; readonly echo: boolean }[];
  /** Whether the answers are right. A wrong one is recorded. */
  readonly answer: (answers: readonly string[]) => Promise<boolean>;
};

/** What an account wants beyond a right password or key. */
export interface FurtherProof {
  /** The question to put next; null when nothing is missing. `hasAnswered`: one was answered rightly on this connection. */
  next(attempt: SignInAttempt, account: Account, hasAnswered: boolean): Question | null;
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
  /** Rejects with `password_outdated`, recorded too, for the right password of an account that has to change it first. */
  withPassword(attempt: SignInAttempt, password: string): Promise<Account | null>;
  /** Whether this key may be used at all (SSH's probe without a signature): nothing is recorded. */
  knowsKey(attempt: SignInAttempt, key: OfferedKey): Promise<boolean>;
  /** `signatureValid` is the protocol's verdict on the client's proof of possession. */
  withKey(attempt: SignInAttempt, key: OfferedKey, signatureValid: boolean): Promise<Account | null>;
}
