import type Database from 'better-sqlite3';
import { type Origin, type Outcome, type Protocol, type StoredEvent, userShort } from '../contract/event.ts';
import { isoTime } from '../lib/clock.ts';
import { NEEDED } from './event-dues-table.ts';
import { type PersonalInfo, withoutPersonalData } from './personal-data.ts';
import { prepared } from './prepared.ts';
import { REMOVED_KEY, type RemovedEvents, toRemoved } from './removed-events.ts';

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
  /** The login name. */
  userName: string | null;
  /** The display name, where it is another one. */
  displayName: string | null;
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

/** A row as SELECT_EVENTS gives it. */
export type JoinedRow = {
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
  display_name: string | null;
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
  /** Null for events outside sessions and for those of the console and of scripts. */
  account_id: number | null;
};

export const SELECT_EVENTS = `
  SELECT events.*, sessions.token_hash, sessions.created_at AS session_created, sessions.ended_at AS session_ended, sessions.account_id
  FROM events LEFT JOIN sessions ON sessions.id = events.session_id`;

/** Types that tell of files and of records alike: `schema` says which of them. */
export const OBJECT_CHANGES: readonly string[] = ['OBJECT_INSERT', 'OBJECT_UPDATE', 'OBJECT_DELETE'];

/** Writes what withoutPersonalData has made of a row. */
export const STRIP_EVENT = `
  UPDATE events SET ip = @ip, object_id = @objectId, session_id = @sessionId, user_id = @userId, user_name = @userName,
    display_name = @displayName, batch_id = @batchId, info = @info
  WHERE id = @id`;

/** Writes of the log; only engine/events uses it. */
export function createEventsTable(db: Database.Database) {
  const insert = db.prepare<EventRowParameters>(`
    INSERT INTO events (at, type, pollable, ip, schema, objecttype, object_id, object_version, session_id, user_id, user_name,
      display_name, protocol, client, path, target_path, bytes, duration_ms, outcome, batch_id, origin, caused_by, info)
    VALUES (@at, @type, @pollable, @ip, @schema, @objecttype, @objectId, @objectVersion, @sessionId, @userId, @userName,
      @displayName, @protocol, @client, @path, @targetPath, @bytes, @durationMs, @outcome, @batchId, @origin, @causedBy, @info)`);
  const byId = db.prepare<[number], JoinedRow>(`${SELECT_EVENTS} WHERE events.id = ?`);
  const newest = db.prepare<[], { id: number }>("SELECT seq AS id FROM sqlite_sequence WHERE name = 'events'");
  const needed = db.prepare<{ id: number }, { needed: number }>(`SELECT EXISTS (${NEEDED('@id')}) AS needed`);
  const strip = db.prepare<EventRowParameters & { id: number }>(STRIP_EVENT);
  const remove = db.prepare<[number]>('DELETE FROM events WHERE id = ?');
  const skip = db.prepare<[number]>("UPDATE sqlite_sequence SET seq = seq + ? WHERE name = 'events'");
  const beginAfter = db.prepare<[number]>("INSERT INTO sqlite_sequence (name, seq) VALUES ('events', ?)");
  const exchangeId = readExchangeId(db);
  return {
    /** Inserts, and returns the event as readers will see it. Runs inside the caller's transaction; `session` is the row that it refers to. */
    insert: (row: EventRow, session: EventSession | null): StoredEvent => {
      const id = Number(insert.run({ ...row, pollable: row.pollable ? 1 : 0 }).lastInsertRowid);
      return toStoredEvent(id, row, session, exchangeId);
    },
    /** The event as it would be read if it were inserted; its id is 0. */
    preview: (row: EventRow, session: EventSession | null): StoredEvent => toStoredEvent(0, row, session, exchangeId),
    get: (id: number): StoredEvent | undefined => {
      const row = byId.get(id);
      return row === undefined ? undefined : fromJoinedRow(row, exchangeId);
    },
    /** The largest id that was ever given out; 0 for a new log. */
    newestId: (): number => newest.get()?.id ?? 0,
    /** Leaves so many ids out: the next event comes after them. */
    skipIds: (count: number): void => {
      if (skip.run(count).changes === 0) beginAfter.run(count);
    },
    /** A run that has not ended was set off by it or has gathered it. */
    isNeeded: (id: number): boolean => needed.get({ id })?.needed === 1,
    /** Takes the personal data out of a row that was just inserted; returns the event as readers see it then. */
    strip: (id: number, row: EventRow, personalInfo: PersonalInfo): StoredEvent => {
      const kept = withoutPersonalData(row, personalInfo);
      strip.run({ ...kept, pollable: kept.pollable ? 1 : 0, id });
      return toStoredEvent(id, kept, null, exchangeId);
    },
    /** What `strip` would return. */
    stripped: (id: number, row: EventRow, personalInfo: PersonalInfo): StoredEvent =>
      toStoredEvent(id, withoutPersonalData(row, personalInfo), null, exchangeId),
    remove: (id: number): void => void remove.run(id),
  };
}

type EventRowParameters = Omit<EventRow, 'pollable'> & { pollable: number };

/** Where the log stands; every answer of the API says it. */
export type LogState = {
  /** Random, new with every database; positions of one log mean nothing in another. */
  readonly logId: string;
  /** Largest id that was ever given out, 0 for a new log: it does not go back when events are deleted. */
  readonly newestId: number;
  /** Smallest id that the log still holds; 0 for an empty log. */
  readonly oldestId: number;
  /** What retention has taken out, of all types and of the pollable ones. */
  readonly removed: RemovedEvents;
};

export function readLogState(db: Database.Database): LogState {
  const state = prepared<[], { logId: string | null; newestId: number | null; oldestId: number | null; removed: string | null }>(
    db,
    `SELECT (SELECT value FROM meta WHERE key = 'log_id') AS logId, (SELECT seq FROM sqlite_sequence WHERE name = 'events') AS newestId,
      (SELECT min(id) FROM events) AS oldestId, (SELECT value FROM meta WHERE key = '${REMOVED_KEY}') AS removed`,
  ).get();
  return {
    logId: state?.logId ?? '',
    newestId: state?.newestId ?? 0,
    oldestId: state?.oldestId ?? 0,
    removed: toRemoved(state?.removed ?? null),
  };
}

/** What `global_object_id` names this exchange by: stays the same for good, also when the log is restored. */
export function readExchangeId(db: Database.Database): string {
  return prepared<[], { value: string }>(db, "SELECT value FROM meta WHERE key = 'exchange_id'").get()?.value ?? '';
}

export function fromJoinedRow(row: JoinedRow, exchangeId: string): StoredEvent {
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
    displayName: row.display_name,
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
    info: infoOf(row),
    _session:
      row.sessionId === null || session === null
        ? null
        : {
            _id: row.sessionId,
            token: session.tokenHash,
            created: isoTime(session.createdAt),
            expired: session.endedAt === null ? null : isoTime(session.endedAt),
          },
    _user: row.userId === null ? null : userShort(row.userId, row.userName ?? '', row.displayName),
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

/** The seed's `batch_id` of changes is the envelope's. */
function infoOf({ type, batchId, info }: EventRow): StoredEvent['info'] {
  const value = JSON.parse(info) as StoredEvent['info'];
  if (batchId !== null && OBJECT_CHANGES.includes(type)) value['batch_id'] = batchId;
  return value;
}
