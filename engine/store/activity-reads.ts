import type Database from 'better-sqlite3';
import type { StoredEvent } from '../contract/event.ts';
import type { ActivityRow } from '../contract/methods/activity.ts';
import { isoTime } from '../lib/clock.ts';
import { ACTIVITY_COLUMNS, type ActivityRecord, fold, type TransferTotals } from './activity-fold.ts';
import { conditions, type EventFilter, QUARTER_MS } from './event-filter.ts';
import { type EventKey, scanKeys } from './event-search.ts';
import { fromJoinedRow, type JoinedRow, type LogState, readExchangeId, readLogState, SELECT_EVENTS } from './events-table.ts';
import { prepared } from './prepared.ts';

/** The timeline, for the reader worker. */

export type ActivityPage = LogState & {
  readonly rows: ActivityRow[];
  /** Where to go on, as `before`; null at the end. */
  readonly cursor: number | null;
  readonly partial: boolean;
};

export type ActivityQuery = { readonly before?: number; readonly limit: number; readonly budgetMs?: number };

/** More events than the maintenance worker ever leaves behind for long; only right after an upgrade can there be more. */
const UNFOLDED_LIMIT = 10_000;

/** What is newer than the stored rows, by what finds it. */
type Fresh = { readonly rows: readonly ActivityRecord[]; readonly stored: ReadonlySet<number>; readonly more: boolean };

/**
 * The newest rows. Without a filter they come from the folded table; with one the log is walked from its newest event, and a row stands
 * where its newest event that fits stands. Counts of a row are always those of the whole session.
 */
export function listActivity(db: Database.Database, filter: EventFilter, query: ActivityQuery): ActivityPage {
  return db.transaction(() => {
    const log = readLogState(db);
    const { rows, more } = fold(db, UNFOLDED_LIMIT);
    const stored = new Set(rows.flatMap(({ id }) => (id === null ? [] : [id])));
    const fresh: Fresh = { rows, stored, more };
    return Object.keys(filter).length === 0 ? listAll(db, log, fresh, query) : listFiltered(db, log, fresh, filter, query);
  })();
}

function listAll(db: Database.Database, log: LogState, fresh: Fresh, { before, limit }: ActivityQuery): ActivityPage {
  const end = before ?? Number.MAX_SAFE_INTEGER;
  const stored = prepared<[number, number], ActivityRecord>(
    db,
    `SELECT ${ACTIVITY_COLUMNS} FROM activity WHERE newest_id < ? ORDER BY newest_id DESC LIMIT ?`,
  )
    .all(end, limit + fresh.stored.size)
    .filter(({ id }) => id === null || !fresh.stored.has(id));
  const found = [...fresh.rows.filter(({ newestId }) => newestId < end), ...stored].sort((a, b) => b.newestId - a.newestId).slice(0, limit);
  const toRow = rowMaker(db);
  // An event that was deleted by hand is still a row until retention comes by.
  const rows = found.map((record) => toRow(record, record.newestId)).filter((row) => row !== null);
  return { ...log, rows, cursor: found.length < limit ? null : (found.at(-1)?.newestId ?? null), partial: fresh.more };
}

function listFiltered(db: Database.Database, log: LogState, fresh: Fresh, filter: EventFilter, query: ActivityQuery): ActivityPage {
  const { before } = query;
  const skipped = new Set<number>();
  const scan = scanKeys(db, { ...filter, ...query, limit: -1 }, log, skipped);
  const recordOf = recordFinder(db, fresh, filter);
  const toRow = rowMaker(db);
  const wasShown = before === undefined ? () => false : shownBefore(db, filter, before);
  const seen = new Set<number | null>();
  const rows: ActivityRow[] = [];
  for (const event of scan) {
    const record = recordOf(event);
    const key = record?.oldestId ?? event.id;
    if (seen.has(key)) continue;
    seen.add(key);
    if (record?.kind === 'session' && record.sessionId !== null) skipped.add(record.sessionId);
    if (record !== null && wasShown(record)) continue;
    const row = toRow(record, event.id);
    if (row !== null) rows.push(row);
    if (rows.length >= query.limit) return { ...log, rows, cursor: event.id, partial: fresh.more };
  }
  return { ...log, rows, cursor: scan.stoppedAt, partial: scan.stoppedAt !== null || fresh.more };
}

/** The row that an event belongs to; null where it stands alone. */
function recordFinder(db: Database.Database, fresh: Fresh, { seenBy }: EventFilter): (event: EventKey) => ActivityRecord | null {
  const sessions = new Map(fresh.rows.flatMap((row) => (row.sessionId === null ? [] : [[row.sessionId, row]])));
  const storedSession = prepared<[number], ActivityRecord>(db, `SELECT ${ACTIVITY_COLUMNS} FROM activity WHERE session_id = ?`);
  const storedFailures = prepared<[string, number, number], ActivityRecord>(
    db,
    `SELECT ${ACTIVITY_COLUMNS} FROM activity
     WHERE address = ? AND newest_id >= ? AND kind = 'failed-sign-ins' AND oldest_id <= ? ORDER BY newest_id LIMIT 1`,
  );
  return (event) => {
    if (event.session_id !== null && event.account_id !== null) {
      const known = sessions.get(event.session_id) ?? storedSession.get(event.session_id) ?? null;
      if (known !== null) sessions.set(event.session_id, known);
      return known;
    }
    // A row counts what others tried from this address too, which whoever sees a role only may not know.
    if (event.type !== 'LOGIN_FAILED' || event.ip === null || seenBy !== undefined) return null;
    return (
      fresh.rows.find(
        (row) => row.kind === 'failed-sign-ins' && row.address === event.ip && row.oldestId <= event.id && row.newestId >= event.id,
      ) ??
      storedFailures.get(event.ip, event.id, event.id) ??
      null
    );
  };
}

/** Whether a page before this one has shown the row: it has an event there that fits. */
function shownBefore(db: Database.Database, filter: EventFilter, before: number): (record: ActivityRecord) => boolean {
  const { where, parameters } = conditions(filter);
  const statement = (own: string) =>
    prepared<[Record<string, string | number>], { found: number }>(
      db,
      `
      SELECT 1 AS found FROM events LEFT JOIN sessions ON sessions.id = events.session_id
      WHERE ${[...where, own, 'events.id BETWEEN @before AND @newest'].join(' AND ')} LIMIT 1`,
    );
  const inSession = statement('events.session_id = @own');
  const inFailures = statement("events.type = 'LOGIN_FAILED' AND events.ip = @own");
  return ({ sessionId, address, newestId }) => {
    if (newestId < before) return false;
    const own = sessionId ?? address ?? '';
    return (sessionId === null ? inFailures : inSession).get({ ...parameters, own, before, newest: newestId }) !== undefined;
  };
}

/** Makes the row that is shown, for null that of the event itself; null when the event is gone. */
function rowMaker(db: Database.Database): (record: ActivityRecord | null, newestId: number) => ActivityRow | null {
  const session = prepared<[number], { createdAt: number; endedAt: number | null; displayName: string | null }>(
    db,
    `
    SELECT sessions.created_at AS createdAt, ended_at AS endedAt, display_name AS displayName
    FROM sessions LEFT JOIN accounts ON accounts.id = account_id WHERE sessions.id = ?`,
  );
  const event = prepared<[number], JoinedRow>(db, `${SELECT_EVENTS} WHERE events.id = ?`);
  const exchangeId = readExchangeId(db);
  return (record, newestId) => {
    if (record?.kind === 'session' && record.sessionId !== null) {
      const {
        sessionId,
        userName,
        oldestId,
        protocol,
        address,
        client,
        uploads,
        downloads,
        bytesIn,
        bytesOut,
        failures,
        ruleRuns,
        events,
      } = record;
      const { createdAt, endedAt, displayName } = session.get(sessionId) ?? {
        createdAt: record.startedAt,
        endedAt: null,
        displayName: null,
      };
      return {
        ...{ kind: 'session', newestId, oldestId, sessionId, username: userName ?? '', displayName: displayName ?? userName ?? '' },
        ...{ protocol, address, client, startedAt: isoTime(createdAt), endedAt: endedAt === null ? null : isoTime(endedAt) },
        ...{ uploads, downloads, bytesIn, bytesOut, failures, ruleRuns, events },
      };
    }
    if (record?.kind === 'failed-sign-ins' && record.events > 1) {
      const names = (JSON.parse(record.names) as string[]).length;
      const { oldestId, address, events: count } = record;
      const times = { startedAt: isoTime(record.startedAt), endedAt: isoTime(record.endedAt) };
      return { kind: 'failed-sign-ins', newestId, oldestId, address, count, names, ...times };
    }
    const row = event.get(newestId);
    return row === undefined ? null : { kind: 'event', newestId, event: fromJoinedRow(row, exchangeId) };
  };
}

/** The events of a session in their order, with what the rules did about them; one more than `limit` says that there are more. */
export function readSession(
  db: Database.Database,
  {
    sessionId,
    after,
    limit,
    ...filter
  }: Pick<EventFilter, 'seenBy'> & { readonly sessionId: number; readonly after: number; readonly limit: number },
): { events: StoredEvent[]; more: boolean } {
  const exchangeId = readExchangeId(db);
  const { where, parameters } = conditions({ ...filter, sessionId });
  const rows = prepared<[Record<string, string | number>], JoinedRow>(
    db,
    `${SELECT_EVENTS} WHERE ${where.join(' AND ')} AND events.id > @after ORDER BY events.id LIMIT @most`,
  ).all({ ...parameters, after, most: limit + 1 });
  return { events: rows.slice(0, limit).map((row) => fromJoinedRow(row, exchangeId)), more: rows.length > limit };
}

/** The totals of the quarters of an hour that begin in [from, to), ms; for one user where one is named, for a role's accounts with `seenBy`. */
export function readTransferTotals(
  db: Database.Database,
  {
    from,
    to,
    username,
    byUser,
    seenBy,
  }: Pick<EventFilter, 'seenBy'> & { readonly from: number; readonly to: number; readonly username?: string; readonly byUser: boolean },
): TransferTotals[] {
  return db.transaction(() => {
    const first = Math.ceil(from / QUARTER_MS);
    const end = Math.ceil(to / QUARTER_MS);
    const stored = db
      .prepare<[Record<string, string | number | null>], TransferTotals>(`
      SELECT quarter, ${byUser ? 'user_name' : "''"} AS userName, sum(files_in) AS filesIn, sum(files_out) AS filesOut, sum(bytes_in) AS bytesIn,
        sum(bytes_out) AS bytesOut, sum(failures) AS failures
      FROM transfer_totals WHERE quarter >= @first AND quarter < @end ${username === undefined ? '' : 'AND user_name = @username'}
        ${seenBy === undefined ? '' : `AND user_name IN ${USERS_OF_ROLE}`}
      GROUP BY ${byUser ? '1, 2' : '1'}`)
      .all({ first, end, ...(username === undefined ? {} : { username }), ...(seenBy === undefined ? {} : { role: seenBy.role }) });
    const isSeen = seenBy === undefined ? () => true : isUserOfRole(db, seenBy.role);
    const fresh = fold(db, UNFOLDED_LIMIT).totals.filter(
      ({ quarter, userName }) => quarter >= first && quarter < end && (username === undefined || userName === username) && isSeen(userName),
    );
    return [...stored, ...fresh.map((total) => (byUser ? total : { ...total, userName: '' }))];
  })();
}

const USERS_OF_ROLE = '(SELECT username FROM accounts WHERE role = @role)';

function isUserOfRole(db: Database.Database, role: string): (username: string) => boolean {
  const names = new Set(
    prepared<[{ role: string }], { username: string }>(db, USERS_OF_ROLE.slice(1, -1))
      .all({ role })
      .map(({ username }) => username),
  );
  return (username) => names.has(username);
}
