import type { Admin } from '../contract/admin.ts';
import { AppError } from '../contract/errors.ts';
import type { EventLog } from '../events/log.ts';
import type { Clock } from '../lib/clock.ts';
import { createRateLimit } from '../lib/rate-limit.ts';
import type { Store } from '../store/index.ts';
import type { Passwords } from './passwords.ts';
import type { Change } from './service.ts';

/** The passwords that confirm one's identity in the console before sensitive settings change: an administrator's own, else the console password. Kept as an argon2id hash, never readable. */
export type ConsolePassword = {
  /** Whether there is a console password. */
  isSet(): boolean;
  /**
   * Resolves when the password is the right one. Rejects with `bad_credentials`, LOGIN_FAILED recorded, when it is not; with `busy`,
   * unhashed, after 5 wrong ones of one session, or 20 in all, within 10 minutes; with `conflict` when none is set. `admin`: whose password
   * it has to be; null for the console password.
   */
  verify(password: string, by: Change, admin: Pick<Admin, 'id' | 'name'> | null): Promise<void>;
  /** Sets the console password and records that it was set. Whoever may do so was checked before. */
  set(password: string, by: Change): Promise<void>;
};

const KEY = 'console_password_hash';
const MINUTE_MS = 60_000;
const WRONG_PER_WINDOW = { windowMs: 10 * MINUTE_MS, perKey: 5, overall: 20 };
/** What stands in events in place of the password. */
const MASK = '***';

export function createConsolePassword(services: {
  readonly store: Store;
  readonly events: EventLog;
  readonly passwords: Passwords;
  readonly clock: Clock;
}): ConsolePassword {
  const { store, events, passwords, clock } = services;
  const { meta } = store.tables;
  const wrong = createRateLimit({ clock, ...WRONG_PER_WINDOW });

  return {
    isSet: () => meta.get(KEY) !== null,

    async verify(password, { actor }, admin) {
      const stored = admin === null ? meta.get(KEY) : (store.tables.admins.byId(admin.id)?.passwordHash ?? null);
      if (stored === null)
        throw new AppError(
          'conflict',
          admin === null
            ? 'No console password is set yet. Open a new link with "gatehouse open" and set one there.'
            : 'You have no password here. Sign out and in again: that counts for ten minutes.',
        );
      const who = String(actor.sessionId);
      // Counted before the hash: attempts made side by side must not all get through.
      if (!wrong.take(who)) throw new AppError('busy', 'There were too many wrong passwords. Wait ten minutes and try again.');
      if (await passwords.verify('console', stored, password)) {
        wrong.giveBack(who);
        return;
      }
      await events
        .record({
          type: 'LOGIN_FAILED',
          info: {
            method: 'password',
            login: admin?.name ?? 'console',
            reason: admin === null ? 'wrong console password' : 'wrong password of a signed-in administrator',
          },
          actor,
          outcome: 'denied',
        })
        // The log itself reports that it cannot write; the refusal stands.
        .catch(() => undefined);
      throw new AppError(
        'bad_credentials',
        `${admin === null ? 'The console password' : 'The password'} is wrong. Check it and try again.`,
        { field: 'password' },
      );
    },

    async set(password, by) {
      const hash = await passwords.hash(password);
      const before = meta.get(KEY) === null ? '' : MASK;
      await events.record(
        { type: 'BASE_CONFIG_UPDATE', info: { sections: ['console'], old: { password: before }, new: { password: MASK } }, ...by },
        () => {
          meta.put(KEY, hash);
          return undefined;
        },
      );
    },
  };
}
