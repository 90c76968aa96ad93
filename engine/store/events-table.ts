import type Database from 'better-sqlite3';
import type { Origin, Outcome, Protocol, StoredEvent } from '../contract/event.ts';
import { isoTime } from '../lib/clock.ts';

/** A row of `events` as it is written; times in ms since the epoch. */
export type EventRow = {
  at: number;
  type: string;
  pollable: boolean;
  ip: string | null;
  schema: 'BASE' | 'USER' | null;
  objecttype: string | null;
  objectId: number | null;
  objectVersion: number | null;
  sessionId: number | null;
  userId: number | null;
  userName: string | null;
  protocol: Protocol | null;
  client: string | null;
  path: string | null;
  targetPath: string | null;
  bytes: number | null;
  durationMs: number | null;
  outcome: Outcome;
  batchId: number | null;
  origin: Origin;
  causedBy: number | null;
  /** JSON */
  info: string;
};

/** What an event says of its session; times in ms since the epoch. */
export type EventSession = { readonly tokenHash: string; readonly createdAt: number; readonly endedAt: number | null };

type JoinedRow = {
  id: number;
  at: number;
  type: string;
  pollable: number;
  ip: string | null;
  schema: 'BASE' | 'USER' | null;
  objecttype: string | null;
  object_id: number | null;
  object_version: number | null;
  session_id: number | null;
  user_id: number | null;
  user_name: string | null;
  protocol: Protocol | null;
  client: string | null;
  path: string | null;
  target_path: string | null;
  bytes: number | null;
  duration_ms: number | null;
  outcome: Outcome;
  batch_id: number | null;
  origin: Origin;
  caused_by: number | null;
  info: string;
  token_hash: string | null;
  session_created: number | null;
  session_ended: number | null;
};

const SELECT = `
  SELECT events.*, sessions.token_hash, sessions.created_at AS session_created, sessions.ended_at AS session_ended
  FROM events LEFT JOIN sessions ON sessions.id = events.session_id`;

/** The filters of a search; each value is bound, never spliced. Times in ms since the epoch. */
export type EventFilter = {
  readonly types?: readonly string[];
  readonly username?: string;
  readonly protocol?: string;
  readonly outcome?: string;
  readonly ip?: string;
  /** SQLite GLOB over the virtual path. */
  readonly path?: string;
  readonly sessionId?: number;
  readonly from?: number;
  readonly to?: number;
  readonly before?: number;
  readonly after?: number;
  readonly limit: number;
  /** How long to look, ms; at least one stretch of the log is always looked at. */
  readonly budgetMs?: number;
};

export type EventPage = {
  readonly events: StoredEvent[];
  readonly newestId: number;
  /** Smallest id that the log still holds; 0 for an empty log. */
  readonly oldestId: number;
  /** The budget ended before the limit and the log did. */
  readonly partial: boolean;
  /** Where to go on, as `before` (or `after` in ascending order); null when everything was seen. */
  readonly cursor: number | null;
};

/** Ids per statement: few enough to keep near the budget, many enough that a rare type's index is not asked too often. */
const STRETCH = 20_000;
const DEFAULT_BUDGET_MS = 500;

/** Writes of the log; only engine/events uses it. */
export function createEventsTable(db: Database.Database) {
  const insert = db.prepare<EventRowParameters>(`
    INSERT INTO events (at, type, pollable, ip, schema, objecttype, object_id, object_version, session_id, user_id, user_name, protocol,
      client, path, target_path, bytes, duration_ms, outcome, batch_id, origin, caused_by, info)
    VALUES (@at, @type, @pollable, @ip, @schema, @objecttype, @objectId, @objectVersion, @sessionId, @userId, @userName, @protocol,
      @client, @path, @targetPath, @bytes, @durationMs, @outcome, @batchId, @origin, @causedBy, @info)`);
  const byId = db.prepare<[number], JoinedRow>(`${SELECT} WHERE events.id = ?`);
  const newest = db.prepare<[], { id: number | null }>('SELECT max(id) AS id FROM events');
  const exchangeId = db.prepare<[], { value: string }>("SELECT value FROM meta WHERE key = 'log_id'").get()?.value ?? '';
  return {
    /** Inserts, and returns the event as readers will see it. Runs inside the caller's transaction; `session` is the row that it refers to. */
    insert: (row: EventRow, session: EventSession | null): StoredEvent => {
      const id = Number(insert.run({ ...row, pollable: row.pollable ? 1 : 0 }).lastInsertRowid);
      return toStoredEvent(id, row, session, exchangeId);
    },
    get: (id: number): StoredEvent | undefined => {
      const row = byId.get(id);
      return row === undefined ? undefined : fromJoinedRow(row, exchangeId);
    },
    newestId: (): number => newest.get()?.id ?? 0,
  };
}

type EventRowParameters = Omit<EventRow, 'pollable'> & { pollable: number };

/**
 * Searches for the reader worker: newest first, or oldest first from `after`, stretch by stretch of ids, until the limit, the end or the
 * budget is reached. Never runs on the engine's thread.
 */
export function searchEvents(db: Database.Database, filter: EventFilter): EventPage {
  const { exchangeId, newestId, oldestId } = logState(db);
  const ascending = filter.after !== undefined;
  const { where, parameters } = conditions(filter);
  const find = db.prepare<[Record<string, string | number>], JoinedRow>(
    `${SELECT} WHERE ${[...where, 'events.id BETWEEN @low AND @high'].join(' AND ')} ORDER BY events.id ${ascending ? 'ASC' : 'DESC'} LIMIT @limit`,
  );
  const last = Math.min(newestId, (filter.before ?? Number.MAX_SAFE_INTEGER) - 1);
  const first = Math.max(oldestId, (filter.after ?? 0) + 1);
  const deadline = performance.now() + (filter.budgetMs ?? DEFAULT_BUDGET_MS);
  const events: StoredEvent[] = [];
  for (let low = first, high = last; low <= high; ) {
    const stretch = ascending ? { low, high: Math.min(high, low + STRETCH - 1) } : { low: Math.max(low, high - STRETCH + 1), high };
    for (const row of find.iterate({ ...parameters, ...stretch, limit: filter.limit - events.length }))
      events.push(fromJoinedRow(row, exchangeId));
    if (events.length >= filter.limit) return { events, newestId, oldestId, partial: false, cursor: events.at(-1)?._id ?? null };
    if (ascending) low = stretch.high + 1;
    else high = stretch.low - 1;
    if (low <= high && performance.now() >= deadline)
      return { events, newestId, oldestId, partial: true, cursor: ascending ? stretch.high : stretch.low };
  }
  return { events, newestId, oldestId, partial: false, cursor: null };
}

function logState(db: Database.Database): { exchangeId: string; newestId: number; oldestId: number } {
  const state = db
    .prepare<[], { exchangeId: string; newestId: number | null; oldestId: number | null }>(`
    SELECT (SELECT value FROM meta WHERE key = 'log_id') AS exchangeId, (SELECT max(id) FROM events) AS newestId, (SELECT min(id) FROM events) AS oldestId`)
    .get();
  return { exchangeId: state?.exchangeId ?? '', newestId: state?.newestId ?? 0, oldestId: state?.oldestId ?? 0 };
}

function conditions(filter: EventFilter): { where: string[]; parameters: Record<string, string | number> } {
  const where: string[] = [];
  const parameters: Record<string, string | number> = {};
  const add = (condition: string, values: Record<string, string | number>): void => {
    where.push(condition);
    Object.assign(parameters, values);
  };
  if (filter.types !== undefined) {
    const values = Object.fromEntries(filter.types.map((type, index) => [`type${String(index)}`, type]));
    const names = Object.keys(values).map((name) => `@${name}`);
    add(`events.type IN (${names.join(', ')})`, values);
  }
  if (filter.username !== undefined) add('events.user_name = @username', { username: filter.username });
  if (filter.protocol !== undefined) add('events.protocol = @protocol', { protocol: filter.protocol });
  if (filter.outcome !== undefined) add('events.outcome = @outcome', { outcome: filter.outcome });
  if (filter.ip !== undefined) add('events.ip = @ip', { ip: filter.ip });
  if (filter.path !== undefined) add('events.path GLOB @path', { path: filter.path });
  if (filter.sessionId !== undefined) add('events.session_id = @sessionId', { sessionId: filter.sessionId });
  if (filter.from !== undefined) add('events.at >= @from', { from: filter.from });
  if (filter.to !== undefined) add('events.at < @to', { to: filter.to });
  return { where, parameters };
}

function fromJoinedRow(row: JoinedRow, exchangeId: string): StoredEvent {
  const session =
    row.token_hash === null || row.session_created === null
      ? null
      : { tokenHash: row.token_hash, createdAt: row.session_created, endedAt: row.session_ended };
  const event: EventRow = {
    at: row.at,
    type: row.type,
    pollable: row.pollable === 1,
    ip: row.ip,
    schema: row.schema,
    objecttype: row.objecttype,
    objectId: row.object_id,
    objectVersion: row.object_version,
    sessionId: row.session_id,
    userId: row.user_id,
    userName: row.user_name,
    protocol: row.protocol,
    client: row.client,
    path: row.path,
    targetPath: row.target_path,
    bytes: row.bytes,
    durationMs: row.duration_ms,
    outcome: row.outcome,
    batchId: row.batch_id,
    origin: row.origin,
    causedBy: row.caused_by,
    info: row.info,
  };
  return toStoredEvent(row.id, event, session, exchangeId);
}

function toStoredEvent(id: number, row: EventRow, session: EventSession | null, exchangeId: string): StoredEvent {
  return {
    _id: id,
    timestamp: isoTime(row.at),
    type: row.type,
    ipv4_address: row.ip,
    pollable: row.pollable,
    schema: row.schema,
    basetype: row.schema === 'BASE' ? row.objecttype : null,
    objecttype: row.objecttype,
    object_id: row.objectId,
    global_object_id: row.schema === 'USER' && row.objectId !== null ? `${row.objectId}@${exchangeId}` : null,
    object_version: row.objectVersion,
    info: JSON.parse(row.info) as StoredEvent['info'],
    _session:
      row.sessionId === null || session === null
        ? null
        : {
            _id: row.sessionId,
            token: session.tokenHash,
            created: isoTime(session.createdAt),
            expired: session.endedAt === null ? null : isoTime(session.endedAt),
          },
    _user: row.userId === null ? null : { _id: row.userId, _generated_displayname: row.userName ?? '' },
    protocol: row.protocol,
    client: row.client,
    path: row.path,
    target_path: row.targetPath,
    bytes: row.bytes,
    duration_ms: row.durationMs,
    outcome: row.outcome,
    batch_id: row.batchId,
    origin: row.origin,
    caused_by: row.causedBy,
  };
}
