import type { Account } from '../contract/account.ts';
import { AppError } from '../contract/errors.ts';
import type { EventLog } from '../events/log.ts';
import { sourceOf } from '../lib/address.ts';
import type { Store } from '../store/index.ts';
import type { Passwords } from './passwords.ts';
import { fingerprint } from './public-keys.ts';
import type { OfferedKey, SignIn, SignInAttempt } from './types.ts';

/** What the log keeps of a login name: enough to recognise it, not enough to fill a disk with. */
const LOGGED_NAME_LENGTH = 255;

/**
 * The sign-in of every protocol. The reasons stand in the log only; the caller learns yes or no.
 * Later checks (deny list, defender, expiry, weekly hours) belong before the hash.
 */
export function createSignIn(services: { readonly store: Store; readonly events: EventLog; readonly passwords: Passwords }): SignIn {
  const { store, events, passwords } = services;
  const table = store.tables.accounts;

  async function refuse(attempt: SignInAttempt, method: string, reason: string, account: Account | undefined): Promise<null> {
    const draft = {
      type: 'LOGIN_FAILED',
      info: { method, login: attempt.username.slice(0, LOGGED_NAME_LENGTH), reason },
      actor: {
        sessionId: null,
        userId: account?.id ?? null,
        userName: account?.username ?? null,
        ip: attempt.address,
        protocol: attempt.protocol,
        client: attempt.client,
        origin: 'client',
        causedBy: null,
      },
      outcome: 'denied',
    } as const;
    // The log itself reports that it cannot write; a refusal stays a refusal.
    await events.record(draft).catch(() => undefined);
    return null;
  }

  function holdsKey(account: Account, key: OfferedKey): boolean {
    const offered = fingerprint(key.blob);
    return account.publicKeys.some((own) => own.fingerprint === offered);
  }

  return {
    async withPassword(attempt, password) {
      const found = table.byUsername(attempt.username);
      const { account, passwordHash } = found ?? { passwordHash: null };
      try {
        const fits = await passwords.verify(sourceOf(attempt.address), passwordHash, password);
        if (account === undefined) return await refuse(attempt, 'password', 'unknown user', account);
        if (passwordHash === null) return await refuse(attempt, 'password', 'the account has no password', account);
        if (!fits) return await refuse(attempt, 'password', 'wrong password', account);
      } catch (error) {
        if (error instanceof AppError && error.code === 'busy')
          return await refuse(attempt, 'password', 'too many sign-ins at once', account);
        throw error;
      }
      // Read again: it may have been disabled or deleted while the hash was computed.
      const current = table.byId(account.id)?.account;
      if (current?.enabled !== true) return await refuse(attempt, 'password', 'the account is disabled', account);
      return current;
    },

    knowsKey(attempt, key) {
      const account = table.byUsername(attempt.username)?.account;
      return Promise.resolve(account?.enabled === true && holdsKey(account, key));
    },

    async withKey(attempt, key, signatureValid) {
      const account = table.byUsername(attempt.username)?.account;
      if (account === undefined) return await refuse(attempt, 'publickey', 'unknown user', account);
      if (!holdsKey(account, key)) return await refuse(attempt, 'publickey', 'unknown key', account);
      if (!signatureValid) return await refuse(attempt, 'publickey', 'the signature is not valid', account);
      if (!account.enabled) return await refuse(attempt, 'publickey', 'the account is disabled', account);
      return account;
    },
  };
}
