import type { Account } from '../contract/account.ts';
import type { Offence } from '../contract/defence.ts';
import { AppError } from '../contract/errors.ts';
import type { EventLog } from '../events/log.ts';
import { sourceOf } from '../lib/address.ts';
import { type Clock, systemClock } from '../lib/clock.ts';
import type { Store } from '../store/index.ts';
import type { Defender } from './defender/index.ts';
import { effectiveAccounts } from './effective.ts';
import { passwordAgeRefusal } from './password-age.ts';
import type { Passwords } from './passwords.ts';
import { fingerprint } from './public-keys.ts';
import { recordRefusal } from './refusal.ts';
import { entranceRefusal, methodRefusal } from './sign-in-policy.ts';
import type { OfferedKey, SignIn, SignInAttempt } from './types.ts';

const BLOCKED = 'the address is blocked';

/**
 * The sign-in of every protocol. The reasons stand in the log only; the caller learns yes or no.
 * The defender is asked before anything is looked up or hashed.
 */
export function createSignIn(services: {
  readonly store: Store;
  readonly events: EventLog;
  readonly passwords: Passwords;
  readonly clock?: Clock;
  /** Without it nobody is counted. */
  readonly defender?: Pick<Defender, 'refusal' | 'report'>;
  /** Days after which a password has to be changed where neither account nor group says it; 0, or without it, never. */
  readonly passwordDays?: () => number;
}): SignIn {
  const { store, events, passwords, clock = systemClock, defender, passwordDays = () => 0 } = services;
  const table = effectiveAccounts(store);

  async function refuse(attempt: SignInAttempt, method: string, reason: string, account: Account | undefined): Promise<null> {
    await recordRefusal(events, attempt, method, reason, account);
    return null;
  }

  /** Refuses and counts what speaks against the address. */
  function offend(kind: Offence, attempt: SignInAttempt, method: string, reason: string, account: Account | undefined): Promise<null> {
    defender?.report({ kind, protocol: attempt.protocol, address: attempt.address, login: attempt.username });
    return refuse(attempt, method, reason, account);
  }

  const isBlocked = ({ address, protocol }: SignInAttempt): boolean => (defender?.refusal(address, protocol) ?? null) !== null;

  function passwordRefusal(account: Account, attempt: SignInAttempt): string | null {
    return entranceRefusal(account, attempt, clock.now()) ?? methodRefusal(account, attempt.method ?? 'password');
  }

  function keyRefusal(account: Account, attempt: SignInAttempt): string | null {
    return entranceRefusal(account, attempt, clock.now()) ?? methodRefusal(account, 'publickey');
  }

  function holdsKey(account: Account, key: OfferedKey): boolean {
    const offered = fingerprint(key.blob);
    return account.publicKeys.some((own) => own.fingerprint === offered);
  }

  return {
    async withPassword(attempt, password) {
      if (isBlocked(attempt)) return refuse(attempt, 'password', BLOCKED, undefined);
      const found = table.byUsername(attempt.username);
      const { account, passwordHash } = found ?? { passwordHash: null };
      const refusal = account === undefined ? null : passwordRefusal(account, attempt);
      const isAnonymous = account?.signIn.anonymous === true;
      if (isAnonymous && refusal === null) return account;
      try {
        // The same for everybody, so that neither the time nor a block tells who exists and who may come in. With an account that may not,
        // the password is compared all the same: only a wrong one speaks against the address.
        const fits = await passwords.verify(sourceOf(attempt.address), passwordHash, password, () => !isBlocked(attempt));
        // Blocked while it waited: what it was about is not counted any more.
        if (isBlocked(attempt)) return await refuse(attempt, 'password', BLOCKED, account);
        if (account === undefined) return await offend('unknownUser', attempt, 'password', 'unknown user', account);
        if (refusal !== null && isAnonymous) return await refuse(attempt, 'anonymous', refusal, account);
        if (refusal !== null && fits) return await refuse(attempt, 'password', refusal, account);
        if (refusal !== null) return await offend('wrongPassword', attempt, 'password', `wrong password, and ${refusal}`, account);
        if (passwordHash === null) return await offend('wrongPassword', attempt, 'password', 'the account has no password', account);
        if (!fits) return await offend('wrongPassword', attempt, 'password', 'wrong password', account);
      } catch (error) {
        if (error instanceof AppError && error.code === 'busy')
          return await refuse(attempt, 'password', 'too many sign-ins at once', account);
        throw error;
      }
      // Read again: it may have been changed or deleted while the hash was computed.
      const current = table.byId(account.id)?.account;
      if (current === undefined) return await refuse(attempt, 'password', 'the account was deleted', account);
      const changed = passwordRefusal(current, attempt);
      if (changed !== null) return await refuse(attempt, 'password', changed, account);
      const aged = passwordAgeRefusal(current, passwordDays(), clock.now());
      if (aged === null) return current;
      // Recorded also where a new one is asked for: a client that cannot answer stays out without another word.
      await refuse(attempt, 'password', aged, account);
      if (attempt.asks === true) return current;
      // It was the right one, so nothing is given away by saying what to do.
      throw new AppError('password_outdated');
    },

    knowsKey(attempt, key) {
      if (isBlocked(attempt)) return Promise.resolve(false);
      const account = table.byUsername(attempt.username)?.account;
      return Promise.resolve(account !== undefined && keyRefusal(account, attempt) === null && holdsKey(account, key));
    },

    async withKey(attempt, key, signatureValid) {
      if (isBlocked(attempt)) return refuse(attempt, 'publickey', BLOCKED, undefined);
      const account = table.byUsername(attempt.username)?.account;
      if (account === undefined) return await offend('unknownUser', attempt, 'publickey', 'unknown user', account);
      // Programs offer every key they have: one that does not fit is nothing evil.
      if (!holdsKey(account, key)) return await refuse(attempt, 'publickey', 'unknown key', account);
      if (!signatureValid) return await offend('wrongPassword', attempt, 'publickey', 'the signature is not valid', account);
      const refusal = keyRefusal(account, attempt);
      return refusal === null ? account : await refuse(attempt, 'publickey', refusal, account);
    },
  };
}
