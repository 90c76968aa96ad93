import type { Admin, AdminCredentials } from '../contract/admin.ts';
import { AppError } from '../contract/errors.ts';
import { type EventLog, SYSTEM } from '../events/log.ts';
import { sourceOf } from '../lib/address.ts';
import type { Clock } from '../lib/clock.ts';
import { createRateLimit } from '../lib/rate-limit.ts';
import type { Store } from '../store/index.ts';
import { adminActor, type Admins } from './admins.ts';
import type { ConsoleSessions, SignInFrom } from './console-sessions.ts';
import type { Defender } from './defender/index.ts';
import type { Passwords } from './passwords.ts';
import type { TwoFactor } from './two-factor.ts';

/** The sign-in of administrators by name and password. */
export type AdminSignIn = {
  /** Whether anybody could come in this way. */
  isOffered(): boolean;
  /**
   * Begins a session. Rejects with `bad_credentials` (unknown, disabled and wrong take the same path and time), `code_needed` after a right
   * password of somebody whose sign-in takes a code, `busy` after many failures, `forbidden` for an address that is blocked. Every refusal
   * but the last two is LOGIN_FAILED, and counts against the address.
   */
  withPassword(credentials: AdminCredentials, from: SignInFrom): Promise<{ readonly token: string; readonly expiresAt: number }>;
};

const MINUTE_MS = 60_000;
/** The defender spares the office's own network; nobody there gets to try all passwords either. */
const FAILURES_PER_WINDOW = { windowMs: 10 * MINUTE_MS, perKey: 20, overall: 300 };
/** What the log keeps of a name that was tried. */
const LOGGED_NAME_LENGTH = 255;

export function createAdminSignIn(services: {
  readonly store: Store;
  readonly events: EventLog;
  readonly clock: Clock;
  readonly passwords: Passwords;
  readonly admins: Pick<Admins, 'list' | 'get'>;
  readonly twoFactor: Pick<TwoFactor, 'take'>;
  readonly sessions: Pick<ConsoleSessions, 'open'>;
  readonly defender: Pick<Defender, 'refusal' | 'report'>;
}): AdminSignIn {
  const { store, events, clock, passwords, admins, twoFactor, sessions, defender } = services;
  const failures = createRateLimit({ clock, ...FAILURES_PER_WINDOW });

  async function fail(
    method: 'password' | 'code',
    reason: string,
    name: string,
    admin: Admin | undefined,
    from: SignInFrom,
  ): Promise<void> {
    if (from.address !== null) {
      const kind = admin === undefined ? 'unknownUser' : 'wrongPassword';
      defender.report({ kind, protocol: 'HTTP', address: from.address, login: name.slice(0, LOGGED_NAME_LENGTH) });
    }
    const who = admin === undefined ? {} : adminActor(admin);
    await events
      .record({
        type: 'LOGIN_FAILED',
        info: { method, login: name.slice(0, LOGGED_NAME_LENGTH), reason },
        actor: { ...SYSTEM, ...who, ip: from.address, protocol: 'HTTP', client: from.client, origin: 'console' },
        outcome: 'denied',
      })
      // The log itself reports that it cannot write; the refusal stands.
      .catch(() => undefined);
  }

  return {
    isOffered: () => admins.list().some(({ enabled, hasPassword }) => enabled && hasPassword),

    async withPassword({ name, password, code }, from) {
      const isBlocked = (): boolean => from.address !== null && defender.refusal(from.address, 'HTTP') !== null;
      const refusal = from.address === null ? null : defender.refusal(from.address, 'HTTP');
      if (refusal !== null) throw new AppError('forbidden', refusal);
      const source = sourceOf(from.address ?? '');
      // Counted before the hash: attempts made side by side must not all get through.
      if (!failures.take(source)) throw new AppError('busy', 'There were too many failed sign-ins. Wait ten minutes and try again.');
      const admin = admins.get(name);
      const hash = admin?.enabled === true ? (store.tables.admins.byId(admin.id)?.passwordHash ?? null) : null;
      const fits = await passwords.verify(`console ${source}`, hash, password, () => !isBlocked());
      // Read again: it may have been disabled or changed while the hash was computed.
      const current = fits ? admins.get(name) : undefined;
      if (!fits || current?.enabled !== true) {
        await fail('password', reasonOf(admin), name, admin, from);
        throw new AppError('bad_credentials', 'Name or password is wrong. Check both and try again.', { field: 'password' });
      }
      if (current.hasSecondFactor) {
        if (code === undefined || code.trim() === '') {
          failures.giveBack(source);
          throw new AppError('code_needed', undefined, { field: 'code' });
        }
        const verdict = twoFactor.take({ kind: 'admin', id: current.id }, code);
        if (verdict !== 'right') {
          await fail('code', WORDS[verdict], name, current, from);
          throw new AppError('bad_credentials', 'The code is not right. Enter the one that is shown now, or a recovery code.', {
            field: 'code',
          });
        }
      }
      failures.giveBack(source);
      return await sessions.open(current, 'password', from);
    },
  };
}

const WORDS = { wrong: 'wrong code', used: 'the code was used already', 'too many': 'too many wrong codes' } as const;

function reasonOf(admin: Admin | undefined): string {
  if (admin === undefined) return 'unknown administrator';
  if (!admin.enabled) return 'the administrator is disabled';
  return admin.hasPassword ? 'wrong password' : 'the administrator has no password';
}
