import { timingSafeEqual } from 'node:crypto';
import { AppError } from '../contract/errors.ts';
import { API_PERMISSIONS, type ApiPermission, permissionsWithin } from '../contract/method.ts';
import type { ApiToken } from '../contract/methods/tokens.ts';
import type { EventLog } from '../events/log.ts';
import { type Clock, isoTime } from '../lib/clock.ts';
import type { ApiTokenRow } from '../store/api-tokens-table.ts';
import type { Store } from '../store/index.ts';
import { createRefusedTokens } from './refused-tokens.ts';
import type { SessionEnd } from './session-end.ts';
import type { Change } from './service.ts';
import { hashToken, newToken } from './token-text.ts';

/** Whom a bearer token stands for. */
type TokenHolder = {
  /** `owner`: the token of this engine's process, for the person at the machine. `api`: one that was made and handed out. */
  readonly kind: 'owner' | 'api';
  readonly permissions: ReadonlySet<ApiPermission>;
  /** That of the administrator who made it. */
  readonly role: string | null;
  /** The row of `sessions` that its events refer to. */
  readonly sessionId: number;
};

/** Bearer tokens of the engine. */
export type ApiTokens = {
  /** May do everything; new at each start, kept in memory only, and in the 0600 file that the command line reads. */
  readonly owner: string;
  /** Whom the token stands for; null, with SESSION_INVALID recorded, when it is unknown or expired. */
  check(token: string, address: string | null): TokenHolder | null;
  /**
   * Makes a token; its text is returned this once and kept hashed. `expiresAt` in ms since the epoch, null for never. Rejects with
   * `invalid_input` for a time that is past.
   */
  create(
    wish: {
      readonly name: string;
      readonly permissions: readonly ApiPermission[];
      readonly role?: string | null;
      readonly expiresAt: number | null;
    },
    by: Change,
  ): Promise<ApiToken & { readonly token: string }>;
  /** Those that reach no further than the role; null: all. */
  list(role?: string | null): ApiToken[];
  /** Rejects with `not_found`, also for a token that `list` with this role does not show. Resolves with what it was. */
  delete(id: number, by: Change, role?: string | null): Promise<ApiToken>;
  /** Called with the session of a token that was deleted, or has expired since it was used. Returns the function that ends it. */
  onEnd(listener: SessionEnd): () => void;
  /** Ends the sessions of all tokens, also of the owner's, for the engine's stop. */
  close(): void;
};

/** Node's timers go no further. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export function createApiTokens(services: { readonly store: Store; readonly events: EventLog; readonly clock: Clock }): ApiTokens {
  const { store, events, clock } = services;
  const table = store.tables.apiTokens;
  const owner = newToken('owner');
  const ownerHash = Buffer.from(hashToken(owner));
  const all = new Set(API_PERMISSIONS);
  /** Sessions of this process, by token id; 0 is the owner. */
  const sessions = new Map<number, number>();
  const listeners = new Set<SessionEnd>();
  const recordRefused = createRefusedTokens({ events, clock }, 'api');

  function sessionOf(tokenId: number, expiresAt: number | null): number {
    const known = sessions.get(tokenId);
    if (known !== undefined) return known;
    const opened = store.transaction(() => store.tables.sessions.open(null, clock.now()));
    sessions.set(tokenId, opened);
    if (expiresAt !== null) endAt(tokenId, expiresAt);
    return opened;
  }

  /** What is still being told to the token's session when it expires has to stop then, not at its next request. */
  function endAt(tokenId: number, expiresAt: number): void {
    const left = expiresAt - clock.now();
    if (left <= 0) end(tokenId);
    else setTimeout(() => sessions.has(tokenId) && endAt(tokenId, expiresAt), Math.min(left, LONGEST_TIMER_MS)).unref();
  }

  function end(tokenId: number): void {
    const sessionId = sessions.get(tokenId);
    if (sessionId === undefined) return;
    sessions.delete(tokenId);
    try {
      store.transaction(() => store.tables.sessions.end(sessionId, clock.now()));
    } catch {
      // Nothing can be written now: the next start ends it.
    }
    for (const listener of listeners) listener(sessionId, 'over');
  }

  function refuse(hash: string, reason: 'expired' | 'not found', address: string | null): null {
    recordRefused(hash, reason, address);
    return null;
  }

  return {
    owner,
    check(token, address) {
      const hash = hashToken(token);
      if (timingSafeEqual(Buffer.from(hash), ownerHash))
        return { kind: 'owner', permissions: all, role: null, sessionId: sessionOf(0, null) };
      const row = table.byHash(hash);
      if (row === undefined) return refuse(hash, 'not found', address);
      if (row.expiresAt !== null && row.expiresAt <= clock.now()) return refuse(hash, 'expired', address);
      return { kind: 'api', permissions: new Set(permissionsOf(row)), role: row.role, sessionId: sessionOf(row.id, row.expiresAt) };
    },
    async create({ name, permissions, role = null, expiresAt }, by) {
      if (expiresAt !== null && expiresAt <= clock.now())
        throw new AppError('invalid_input', 'This token would have expired already. Choose a time to come, or none.', {
          field: 'expiresAt',
        });
      const token = newToken('api');
      const row = { name, permissions: JSON.stringify(permissions), role, createdAt: clock.now(), expiresAt };
      let id = 0;
      await events.record(
        { type: 'OBJECT_INSERT', info: { operation: 'create', new: name }, ...by, object: { schema: 'BASE', type: 'api_key' } },
        () => {
          id = table.insert({ ...row, hash: hashToken(token) });
          return { objectId: id, objectVersion: 1 };
        },
      );
      return { ...toToken({ id, ...row }), token };
    },
    list: (role = null) => table.all().filter(isOf(role)).map(toToken),
    async delete(id, by, role = null) {
      const row = table.byId(id);
      if (row === undefined || !isOf(role)(row))
        throw new AppError('not_found', 'There is no token of this id. See tokens.list.', { field: 'id' });
      await events.record(
        { type: 'OBJECT_DELETE', info: { operation: 'delete', old: row.name }, ...by, object: { schema: 'BASE', type: 'api_key' } },
        () => {
          table.remove(id);
          return { objectId: id, objectVersion: 1 };
        },
      );
      end(id);
      return toToken(row);
    },
    onEnd(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: () => [...sessions.keys()].forEach(end),
  };
}

const isOf =
  (role: string | null) =>
  (row: ApiTokenRow): boolean =>
    role === null || row.role === role;

/** Permissions of a newer program are left out: nobody here could honour them. */
function permissionsOf(row: ApiTokenRow): ApiPermission[] {
  const stored = JSON.parse(row.permissions) as string[];
  const known = API_PERMISSIONS.filter((permission) => stored.includes(permission));
  return permissionsWithin(row.role, known);
}

function toToken(row: ApiTokenRow): ApiToken {
  return {
    id: row.id,
    name: row.name,
    permissions: permissionsOf(row),
    role: row.role,
    createdAt: isoTime(row.createdAt),
    expiresAt: row.expiresAt === null ? null : isoTime(row.expiresAt),
  };
}
