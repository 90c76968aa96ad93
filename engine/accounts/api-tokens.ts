import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { AppError } from '../contract/errors.ts';
import { API_PERMISSIONS, type ApiPermission, type ApiToken } from '../contract/rpc.ts';
import { type EventLog, SYSTEM } from '../events/log.ts';
import { type Clock, isoTime } from '../lib/clock.ts';
import type { ApiTokenRow } from '../store/api-tokens-table.ts';
import type { Store } from '../store/index.ts';
import type { Change } from './service.ts';

/** Whom a bearer token stands for. */
type TokenHolder = {
  /** `owner`: the token of this engine's process, for the person at the machine. `api`: one that was made and handed out. */
  readonly kind: 'owner' | 'api';
  readonly permissions: ReadonlySet<ApiPermission>;
  /** The row of `sessions` that its events refer to. */
  readonly sessionId: number;
};

/** Bearer tokens of the engine. */
export type ApiTokens = {
  /** May do everything; new at each start, kept in memory only, and in the 0600 file that the command line reads. */
  readonly owner: string;
  /** Whom the token stands for; null, with SESSION_INVALID recorded, when it is unknown or expired. */
  check(token: string, address: string | null): TokenHolder | null;
  /** Makes a token; its text is returned this once and kept hashed. `expiresAt` in ms since the epoch, null for never. */
  create(
    wish: { readonly name: string; readonly permissions: readonly ApiPermission[]; readonly expiresAt: number | null },
    by: Change,
  ): Promise<ApiToken & { readonly token: string }>;
  list(): ApiToken[];
  /** Rejects with `not_found`. Resolves with what it was. */
  delete(id: number, by: Change): Promise<ApiToken>;
};

/** A flood of bad tokens must not fill the log: so many events per minute, the rest is not recorded. */
const RECORDED_PER_MINUTE = 30;
const MINUTE_MS = 60_000;

export function createApiTokens(services: { readonly store: Store; readonly events: EventLog; readonly clock: Clock }): ApiTokens {
  const { store, events, clock } = services;
  const table = store.tables.apiTokens;
  const owner = newToken('gho');
  const ownerHash = Buffer.from(hashToken(owner));
  const all = new Set(API_PERMISSIONS);
  /** Sessions of this process, by token id; 0 is the owner. */
  const sessions = new Map<number, number>();
  let window = { startedAt: 0, recorded: 0 };

  function sessionOf(tokenId: number): number {
    const known = sessions.get(tokenId);
    if (known !== undefined) return known;
    const opened = store.transaction(() => store.tables.sessions.open(null, clock.now()));
    sessions.set(tokenId, opened);
    return opened;
  }

  function refuse(hash: string, reason: 'expired' | 'not found', address: string | null): null {
    const now = clock.now();
    if (now - window.startedAt >= MINUTE_MS) window = { startedAt: now, recorded: 0 };
    if (window.recorded >= RECORDED_PER_MINUTE) return null;
    window.recorded++;
    const draft = {
      type: 'SESSION_INVALID',
      info: { token: hash, reason },
      actor: { ...SYSTEM, ip: address, protocol: 'HTTP', origin: 'api' },
      outcome: 'denied',
    } as const;
    // The log itself reports that it cannot write; the refusal stands.
    events.record(draft).catch(() => undefined);
    return null;
  }

  return {
    owner,
    check(token, address) {
      const hash = hashToken(token);
      if (timingSafeEqual(Buffer.from(hash), ownerHash)) return { kind: 'owner', permissions: all, sessionId: sessionOf(0) };
      const row = table.byHash(hash);
      if (row === undefined) return refuse(hash, 'not found', address);
      if (row.expiresAt !== null && row.expiresAt <= clock.now()) return refuse(hash, 'expired', address);
      return { kind: 'api', permissions: new Set(permissionsOf(row)), sessionId: sessionOf(row.id) };
    },
    async create({ name, permissions, expiresAt }, by) {
      const token = newToken('gha');
      const row = { name, permissions: JSON.stringify(permissions), createdAt: clock.now(), expiresAt };
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
    list: () => table.all().map(toToken),
    async delete(id, by) {
      const row = table.byId(id);
      if (row === undefined) throw new AppError('not_found', 'There is no token of this id. See tokens.list.', { field: 'id' });
      await events.record(
        { type: 'OBJECT_DELETE', info: { operation: 'delete', old: row.name }, ...by, object: { schema: 'BASE', type: 'api_key' } },
        () => {
          table.remove(id);
          return { objectId: id, objectVersion: 1 };
        },
      );
      sessions.delete(id);
      return toToken(row);
    },
  };
}

/** Permissions of a newer program are left out: nobody here could honour them. */
function permissionsOf(row: ApiTokenRow): ApiPermission[] {
  const stored = JSON.parse(row.permissions) as string[];
  return API_PERMISSIONS.filter((permission) => stored.includes(permission));
}

function toToken(row: ApiTokenRow): ApiToken {
  return {
    id: row.id,
    name: row.name,
    permissions: permissionsOf(row),
    createdAt: isoTime(row.createdAt),
    expiresAt: row.expiresAt === null ? null : isoTime(row.expiresAt),
  };
}

/** 256 random bits; the prefix lets scanners of logs and repositories recognise one. */
function newToken(prefix: string): string {
  return `${prefix}_${randomBytes(32).toString('base64url')}`;
}

/** SHA-256 is enough for what is random: there is nothing to guess. */
function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
