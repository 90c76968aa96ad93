import type { Admin } from '../contract/admin.ts';
import { AppError } from '../contract/errors.ts';
import { API_PERMISSIONS, type ApiPermission } from '../contract/method.ts';
import type { EventInfo } from '../events/catalog.ts';
import { type Actor, type EventLog, SYSTEM } from '../events/log.ts';
import type { Clock } from '../lib/clock.ts';
import { createRateLimit } from '../lib/rate-limit.ts';
import type { Store } from '../store/index.ts';
import { adminActor, type Admins } from './admins.ts';
import { createRefusedTokens } from './refused-tokens.ts';
import type { SessionEnd } from './session-end.ts';
import { hashToken, newToken } from './token-text.ts';

/** Whom a console's bearer stands for. */
type ConsoleHolder = {
  readonly kind: 'console';
  readonly permissions: ReadonlySet<ApiPermission>;
  readonly role: string | null;
  /** The row of `sessions` that its events refer to, and the session's name in all calls below. */
  readonly sessionId: number;
  /** Until when sensitive settings may be changed, ms since the epoch; null when that is over. */
  readonly confirmedUntil: number | null;
  /** Who signed in by name; null for the person at the machine, who opened a link. */
  readonly admin: { readonly id: number; readonly name: string } | null;
};

/** How long a session may go without a request, and in all. */
type SessionLimits = { readonly idleMs: number; readonly longestMs: number };

/** What the event of a sign-in says beyond its method, and what rules have held back until it. */
type SignInEvent = { readonly info: EventInfo<'USER_LOGIN'>; readonly releases?: string };

export type SignInFrom = { readonly address: string | null; readonly client: string | null };

/**
 * Sessions of the browser console, in memory only: after a restart of the engine everybody signs in anew. One that is begun with the
 * single-use token of a link, which only the owner can have made, may do everything and lasts until 12 hours after its last request, 7 days
 * at most. One of an administrator may do what he may do at the moment, and lasts as long as the settings say.
 */
export type ConsoleSessions = {
  /** A token for one sign-in within 2 minutes. `onGone` is called once, when it was used, has expired or was pushed out by newer ones. */
  invite(onGone: () => void): { readonly token: string; readonly expiresAt: number };
  /**
   * Exchanges a link's token for a bearer. Rejects with `unauthenticated`, SESSION_INVALID recorded, when the token is unknown, used or
   * expired; with `busy`, nothing recorded, after many such attempts. A right token always passes: nobody can lock the owner out.
   */
  signIn(token: string, from: SignInFrom): Promise<{ readonly token: string; readonly expiresAt: number }>;
  /** Begins a session for an administrator who has proved who he is; `method` is for the log. */
  open(admin: Admin, method: string, from: SignInFrom, more?: SignInEvent): Promise<{ readonly token: string; readonly expiresAt: number }>;
  /**
   * Whom the bearer stands for; null, with SESSION_INVALID recorded, when it is unknown or expired. `keepsAlive: false` for a request that a
   * program makes again and again by itself: the session lasts no longer for it.
   */
  check(bearer: string, address: string | null, options?: { readonly keepsAlive: boolean }): ConsoleHolder | null;
  /** The person proved its identity just now. Returns until when that counts, ms since the epoch. */
  confirm(sessionId: number): number;
  /** Ends the session and records USER_LOGOUT. */
  signOut(sessionId: number, reason: string): Promise<void>;
  /** Ends all sessions that a link began, but this one. */
  signOutOthers(sessionId: number | null, reason: string): Promise<void>;
  /** Called when a session has ended in whatever way, or its administrator was given other rights. Returns the function that ends it. */
  onEnd(listener: SessionEnd): () => void;
  /** Ends all sessions and links, for the engine's stop. */
  close(): Promise<void>;
};

type Session = {
  readonly id: number;
  readonly adminId: number | null;
  readonly actor: Actor;
  readonly startedAt: number;
  lastUsedAt: number;
  confirmedAt: number;
  /** What its administrator might do at the last request. */
  rights: string;
};

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const INVITE_MS = 2 * MINUTE_MS;
/** Of sessions that a link began, without a request and in all. */
const LINK_LIMITS: SessionLimits = { idleMs: 12 * HOUR_MS, longestMs: 7 * 24 * HOUR_MS };
/** How long a sign-in or the console password opens the sensitive settings. */
export const CONFIRMED_MS = 10 * MINUTE_MS;
const SWEEP_EVERY_MS = MINUTE_MS;
/** More push out the oldest. */
const MOST_INVITES = 20;
const MOST_SESSIONS = 100;
const FAILURES_PER_MINUTE = { perKey: 10, overall: 60 };

export function createConsoleSessions(services: {
  readonly store: Store;
  readonly events: EventLog;
  readonly clock: Clock;
  readonly admins: Pick<Admins, 'byId' | 'onChange'>;
  /** Asked at each request of an administrator, as they are settings. */
  readonly adminLimits: () => SessionLimits;
}): ConsoleSessions {
  const { store, events, clock, admins, adminLimits } = services;
  const everything = new Set(API_PERMISSIONS);
  const recordRefused = createRefusedTokens({ events, clock }, 'console');
  const failures = createRateLimit({ clock, windowMs: MINUTE_MS, ...FAILURES_PER_MINUTE });
  /** By the hash of their tokens; oldest first. */
  const invites = new Map<string, { readonly expiresAt: number; readonly gone: () => void }>();
  const sessions = new Map<string, Session>();
  const listeners = new Set<SessionEnd>();
  const sweep = setInterval(() => {
    for (const session of sessions.values()) if (isOver(session)) void end(session, 'expired');
  }, SWEEP_EVERY_MS).unref();

  const limitsOf = ({ adminId }: Session): SessionLimits => (adminId === null ? LINK_LIMITS : adminLimits());

  function isOver(session: Session): boolean {
    const { idleMs, longestMs } = limitsOf(session);
    return clock.now() >= Math.min(session.lastUsedAt + idleMs, session.startedAt + longestMs);
  }

  admins.onChange((admin, change, by) => {
    const { id } = admin;
    if (change === 'saved') {
      const lost = [...sessions.values()].filter((session) => session.adminId === id && session.rights !== rightsOf(admin));
      for (const session of lost) for (const listener of listeners) listener(session.id, 'changed');
      return;
    }
    const isKept = (session: Session): boolean => change === 'password' && session.id === by.actor.sessionId;
    const reason = change === 'password' ? 'the password was changed' : 'the administrator was disabled or deleted';
    void endAll((session) => session.adminId === id && !isKept(session), reason);
  });

  function withdraw(hash: string): void {
    const invite = invites.get(hash);
    invites.delete(hash);
    invite?.gone();
  }

  async function end(session: Session, reason: string): Promise<void> {
    for (const [hash, one] of sessions) if (one === session) sessions.delete(hash);
    for (const listener of listeners) listener(session.id, 'over');
    const info = { protocol: 'HTTP', reason, uploads: 0, downloads: 0, bytes_in: 0, bytes_out: 0 };
    const over = (): undefined => {
      store.tables.sessions.end(session.id, clock.now());
      return undefined;
    };
    // The log itself reports that it cannot write; the session is over all the same.
    await events.record({ type: 'USER_LOGOUT', info, actor: session.actor }, over).catch(() => undefined);
  }

  async function endAll(which: (session: Session) => boolean, reason: string): Promise<void> {
    await Promise.all([...sessions.values()].filter(which).map((session) => end(session, reason)));
  }

  function refuse(hash: string, reason: 'expired' | 'not found', address: string | null): AppError {
    if (!failures.take(address ?? '')) return new AppError('busy', 'There were too many failed sign-ins. Wait a minute and try again.');
    recordRefused(hash, reason, address);
    return new AppError('unauthenticated', 'This link was used already, or is older than two minutes. Open a new one with: gatehouse open');
  }

  async function begin(
    admin: Admin | null,
    method: string,
    from: SignInFrom,
    more: SignInEvent = { info: { protocol: 'HTTP', method } },
  ): Promise<{ token: string; expiresAt: number }> {
    const now = clock.now();
    const id = store.transaction(() => store.tables.sessions.open(null, now));
    const actor: Actor = {
      ...SYSTEM,
      ...(admin === null ? {} : adminActor(admin)),
      sessionId: id,
      ip: from.address,
      protocol: 'HTTP',
      client: from.client,
      origin: 'console',
    };
    const bearer = newToken('console');
    const session: Session = {
      id,
      adminId: admin?.id ?? null,
      actor,
      startedAt: now,
      lastUsedAt: now,
      confirmedAt: now,
      rights: rightsOf(admin),
    };
    sessions.set(hashToken(bearer), session);
    const [oldest] = sessions.values();
    if (sessions.size > MOST_SESSIONS && oldest !== undefined) await end(oldest, 'too many console sessions');
    // A log that cannot be written is a reason to look at the console, not to be kept out of it.
    await events.record({ type: 'USER_LOGIN', actor, ...more }).catch(() => undefined);
    return { token: bearer, expiresAt: now + limitsOf(session).idleMs };
  }

  return {
    invite(onGone) {
      const token = newToken('link');
      const hash = hashToken(token);
      const expiresAt = clock.now() + INVITE_MS;
      const timer = setTimeout(() => withdraw(hash), INVITE_MS).unref();
      const gone = (): void => {
        clearTimeout(timer);
        onGone();
      };
      invites.set(hash, { expiresAt, gone });
      const [oldest] = invites.keys();
      if (invites.size > MOST_INVITES && oldest !== undefined) withdraw(oldest);
      return { token, expiresAt };
    },

    async signIn(link, from) {
      const linkHash = hashToken(link);
      const invite = invites.get(linkHash);
      withdraw(linkHash);
      if (invite === undefined) throw refuse(linkHash, 'not found', from.address);
      const now = clock.now();
      if (invite.expiresAt <= now) throw refuse(linkHash, 'expired', from.address);

      return await begin(null, 'link', from);
    },

    open: begin,

    check(bearer, address, { keepsAlive } = { keepsAlive: true }) {
      const hash = hashToken(bearer);
      const session = sessions.get(hash);
      const adminId = session?.adminId ?? null;
      const admin = adminId === null ? null : admins.byId(adminId);
      // Read at each request: what was taken from him counts at once.
      const isGone = admin === undefined || admin?.enabled === false;
      if (session === undefined || isGone || isOver(session)) {
        recordRefused(hash, session === undefined ? 'not found' : 'expired', address);
        if (session !== undefined) void end(session, 'expired');
        return null;
      }
      if (keepsAlive) session.lastUsedAt = clock.now();
      session.rights = rightsOf(admin);
      const confirmedUntil = session.confirmedAt + CONFIRMED_MS;
      return {
        kind: 'console',
        permissions: admin === null ? everything : new Set(admin.permissions),
        role: admin?.role ?? null,
        sessionId: session.id,
        confirmedUntil: confirmedUntil > clock.now() ? confirmedUntil : null,
        admin: admin === null ? null : { id: admin.id, name: admin.name },
      };
    },

    confirm(sessionId) {
      const now = clock.now();
      for (const session of sessions.values()) if (session.id === sessionId) session.confirmedAt = now;
      return now + CONFIRMED_MS;
    },

    signOut: (sessionId, reason) => endAll(({ id }) => id === sessionId, reason),
    signOutOthers: (sessionId, reason) => endAll(({ id, adminId }) => adminId === null && id !== sessionId, reason),

    onEnd(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },

    async close() {
      clearInterval(sweep);
      for (const hash of invites.keys()) withdraw(hash);
      await endAll(() => true, 'the server stopped');
    },
  };
}

function rightsOf(admin: Admin | null): string {
  return admin === null ? '' : JSON.stringify([admin.role, admin.permissions]);
}
