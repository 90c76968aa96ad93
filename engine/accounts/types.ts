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
