import type Database from 'better-sqlite3';
import type { Outcome, Protocol } from '../contract/event.ts';
import { quarterOf, readFoldedTo } from './event-filter.ts';
import { prepared } from './prepared.ts';
import { ALONE, type WriteTurn } from './write-turn.ts';

/**
 * The timeline's rows and the plot's totals, folded from events in the order of their ids. The maintenance worker does it a moment behind
 * the log and keeps the result; the reader does the same in memory with the events that are newer. So an insert costs nothing, no page
 * counts a long session again, and what is shown is never behind.
 */

/** A row of `activity`: a partner's session, an event outside of one, or failed sign-ins from one address with short pauses. Times in ms. */
export type ActivityRecord = {
  /** Null until it is stored. */
  id: number | null;
  readonly kind: 'session' | 'event' | 'failed-sign-ins';
  newestId: number;
  readonly oldestId: number;
  readonly sessionId: number | null;
  userName: string | null;
  protocol: Protocol | null;
  address: string | null;
  client: string | null;
  readonly startedAt: number;
  endedAt: number;
  events: number;
  uploads: number;
  downloads: number;
  bytesIn: number;
  bytesOut: number;
  /** Transfers and runs that failed. */
  failures: number;
  ruleRuns: number;
  /** JSON list of the names that failed sign-ins tried, at most MOST_NAMES. */
  names: string;
};

/** Transfers of one user in one quarter of an hour. */
export type TransferTotals = {
  readonly quarter: number;
  readonly userName: string;
  filesIn: number;
  filesOut: number;
  bytesIn: number;
  bytesOut: number;
  failures: number;
};

type FoldEvent = {
  readonly id: number;
  readonly at: number;
  readonly type: string;
  readonly outcome: Outcome;
  readonly origin: string;
  readonly address: string | null;
  readonly protocol: Protocol | null;
  readonly client: string | null;
  readonly userName: string | null;
  readonly bytes: number | null;
  readonly sessionId: number | null;
  /** What was done to a file, the direction of a failed transfer, or the name of a failed sign-in. */
  readonly detail: string | null;
};

export type Folded = {
  /** Id of the last event that was taken in. */
  readonly to: number;
  /** There are more. */
  readonly more: boolean;
  /** Rows that are new or have changed. */
  readonly rows: readonly ActivityRecord[];
  readonly totals: readonly TransferTotals[];
  readonly quarters: readonly { readonly quarter: number; firstId: number; lastId: number }[];
};

/** A pause this long ends a row of failed sign-ins. */
const PAUSE_MS = 600_000;
const MOST_NAMES = 100;
const UPLOADS = ['upload', 'overwrite', 'append'];
const DOWNLOADS = ['ASSET_DOWNLOAD', 'ASSET_EXPORT_DOWNLOAD', 'ASSET_EXPORT_TRANSPORT_DOWNLOAD', 'DOWNLOAD_EXPORT'];

export const ACTIVITY_COLUMNS = `id, kind, newest_id AS newestId, oldest_id AS oldestId, session_id AS sessionId, user_name AS userName, protocol, address, client,
  started_at AS startedAt, ended_at AS endedAt, events, uploads, downloads, bytes_in AS bytesIn, bytes_out AS bytesOut, failures,
  rule_runs AS ruleRuns, names`;

/** Takes in at most `limit` events after the stored ones. Changes nothing in the database. */
export function fold(db: Database.Database, limit: number): Folded {
  const from = readFoldedTo(db);
  const events = prepared<[number, number], FoldEvent>(
    db,
    `
    SELECT events.id, at, type, outcome, origin, protocol, client, bytes,
      iif(due.event_id IS NULL, ip, NULL) AS address, iif(due.event_id IS NULL, user_name, NULL) AS userName,
      iif(due.event_id IS NULL AND sessions.account_id IS NOT NULL, session_id, NULL) AS sessionId,
      CASE type WHEN 'OBJECT_INSERT' THEN json_extract(info, '$.operation') WHEN 'OBJECT_UPDATE' THEN json_extract(info, '$.operation')
        WHEN 'TRANSFER_FAILED' THEN json_extract(info, '$.direction') WHEN 'LOGIN_FAILED' THEN iif(due.event_id IS NULL, json_extract(info, '$.login'), NULL) END AS detail
    FROM events LEFT JOIN sessions ON sessions.id = events.session_id LEFT JOIN event_dues AS due ON due.event_id = events.id
    WHERE events.id > ? AND due.removal IS NOT 1 ORDER BY events.id LIMIT ?`,
  ).all(from, limit);
  const rows = createRows(db);
  const totals = new Map<string, TransferTotals>();
  const quarters = new Map<number, { readonly quarter: number; firstId: number; lastId: number }>();
  for (const event of events) {
    rows.take(event);
    addTotals(totals, event);
    const quarter = quarterOf(event.at);
    const known = quarters.get(quarter);
    if (known === undefined) quarters.set(quarter, { quarter, firstId: event.id, lastId: event.id });
    else known.lastId = event.id;
  }
  return {
    to: events.at(-1)?.id ?? from,
    more: events.length === limit,
    rows: rows.changed(),
    totals: [...totals.values()],
    quarters: [...quarters.values()],
  };
}

function createRows(db: Database.Database) {
  const storedSession = prepared<[number], ActivityRecord>(db, `SELECT ${ACTIVITY_COLUMNS} FROM activity WHERE session_id = ?`);
  const lastFailures = prepared<[string], ActivityRecord>(
    db,
    `SELECT ${ACTIVITY_COLUMNS} FROM activity WHERE address = ? AND kind = 'failed-sign-ins' ORDER BY newest_id DESC LIMIT 1`,
  );
  const sessions = new Map<number, ActivityRecord>();
  const failures = new Map<string, ActivityRecord>();
  const changed = new Set<ActivityRecord>();

  function rowOf(event: FoldEvent): ActivityRecord {
    if (event.sessionId !== null) {
      const row = sessions.get(event.sessionId) ?? storedSession.get(event.sessionId) ?? begin('session', event);
      sessions.set(event.sessionId, row);
      return row;
    }
    if (event.type !== 'LOGIN_FAILED' || event.address === null) return begin('event', event);
    const last = failures.get(event.address) ?? lastFailures.get(event.address);
    const row = last !== undefined && event.at - last.endedAt <= PAUSE_MS ? last : begin('failed-sign-ins', event);
    failures.set(event.address, row);
    return row;
  }

  return {
    take(event: FoldEvent): void {
      const row = rowOf(event);
      changed.add(row);
      row.newestId = event.id;
      row.endedAt = event.at;
      row.events++;
      if (row.kind === 'failed-sign-ins') row.names = withName(row.names, event.detail);
      if (row.kind === 'session') count(row, event);
    },
    changed: (): ActivityRecord[] => [...changed],
  };
}

function begin(kind: ActivityRecord['kind'], event: FoldEvent): ActivityRecord {
  const { protocol, client } = event;
  // An event on its own is shown from the log; what is personal in it stands there alone.
  const { userName, address } = kind === 'event' ? { userName: null, address: null } : event;
  return {
    id: null,
    kind,
    newestId: event.id,
    oldestId: event.id,
    sessionId: event.sessionId,
    userName,
    protocol,
    address,
    client,
    startedAt: event.at,
    endedAt: event.at,
    events: 0,
    uploads: 0,
    downloads: 0,
    bytesIn: 0,
    bytesOut: 0,
    failures: 0,
    ruleRuns: 0,
    names: '[]',
  };
}

function count(row: ActivityRecord, event: FoldEvent): void {
  const { isUpload, isDownload, isFailure } = transferOf(event);
  if (isUpload) {
    row.uploads++;
    row.bytesIn += event.bytes ?? 0;
  }
  if (isDownload) {
    row.downloads++;
    row.bytesOut += event.bytes ?? 0;
  }
  if (event.type === 'RULE_RUN') row.ruleRuns++;
  if (isFailure || (event.type === 'RULE_RUN' && event.outcome !== 'ok')) row.failures++;
  // An old session may begin, in what is left of the log, with what a rule did.
  if (event.origin === 'client') {
    row.userName ??= event.userName;
    row.protocol ??= event.protocol;
    row.address ??= event.address;
    row.client ??= event.client;
  }
}

function addTotals(totals: Map<string, TransferTotals>, event: FoldEvent): void {
  const { isUpload, isDownload, isFailure } = transferOf(event);
  if (event.userName === null || !(isUpload || isDownload || isFailure)) return;
  const quarter = quarterOf(event.at);
  const key = `${String(quarter)} ${event.userName}`;
  const sum = totals.get(key) ?? { quarter, userName: event.userName, filesIn: 0, filesOut: 0, bytesIn: 0, bytesOut: 0, failures: 0 };
  totals.set(key, sum);
  if (isFailure) sum.failures++;
  if (isUpload) {
    sum.filesIn++;
    sum.bytesIn += event.bytes ?? 0;
  }
  if (isDownload) {
    sum.filesOut++;
    sum.bytesOut += event.bytes ?? 0;
  }
}

/** What the event is to a partner's transfers; the doings of rules are none. */
function transferOf(event: FoldEvent): { isUpload: boolean; isDownload: boolean; isFailure: boolean } {
  const isPartner = event.origin === 'client';
  const isChange = event.type === 'OBJECT_INSERT' || event.type === 'OBJECT_UPDATE';
  return {
    isUpload: isPartner && isChange && event.detail !== null && UPLOADS.includes(event.detail),
    isDownload: isPartner && DOWNLOADS.includes(event.type),
    isFailure: isPartner && event.type === 'TRANSFER_FAILED',
  };
}

function withName(names: string, name: string | null): string {
  const known = JSON.parse(names) as string[];
  if (name === null || known.includes(name) || known.length >= MOST_NAMES) return names;
  return JSON.stringify([...known, name]);
}

/**
 * The maintenance worker's half: reads without a lock, then writes in one short transaction. `step` takes in at most `limit` events and
 * returns whether there are more.
 */
export function createActivityFolder(db: Database.Database, turn: WriteTurn = ALONE): { step(limit: number): boolean } {
  const insert = db.prepare<ActivityRecord>(`
    INSERT INTO activity (kind, newest_id, oldest_id, session_id, user_name, protocol, address, client, started_at, ended_at, events, uploads,
      downloads, bytes_in, bytes_out, failures, rule_runs, names)
    VALUES (@kind, @newestId, @oldestId, @sessionId, @userName, @protocol, @address, @client, @startedAt, @endedAt, @events, @uploads,
      @downloads, @bytesIn, @bytesOut, @failures, @ruleRuns, @names)`);
  const update = db.prepare<ActivityRecord>(`
    UPDATE activity SET newest_id = @newestId, user_name = @userName, protocol = @protocol, address = @address, client = @client, ended_at = @endedAt,
      events = @events, uploads = @uploads, downloads = @downloads, bytes_in = @bytesIn, bytes_out = @bytesOut, failures = @failures,
      rule_runs = @ruleRuns, names = @names
    WHERE id = @id`);
  const addTransfers = db.prepare<TransferTotals>(`
    INSERT INTO transfer_totals (quarter, user_name, files_in, files_out, bytes_in, bytes_out, failures)
    VALUES (@quarter, @userName, @filesIn, @filesOut, @bytesIn, @bytesOut, @failures)
    ON CONFLICT (quarter, user_name) DO UPDATE SET files_in = files_in + excluded.files_in, files_out = files_out + excluded.files_out,
      bytes_in = bytes_in + excluded.bytes_in, bytes_out = bytes_out + excluded.bytes_out, failures = failures + excluded.failures`);
  const extendQuarter = db.prepare<{ quarter: number; firstId: number; lastId: number }>(`
    INSERT INTO log_quarters (quarter, first_id, last_id) VALUES (@quarter, @firstId, @lastId)
    ON CONFLICT (quarter) DO UPDATE SET last_id = excluded.last_id`);
  const mark = db.prepare<[string]>("UPDATE meta SET value = ? WHERE key = 'folded_to'");
  const write = db.transaction((folded: Folded) => {
    for (const row of folded.rows) (row.id === null ? insert : update).run(row);
    for (const totals of folded.totals) addTransfers.run(totals);
    for (const quarter of folded.quarters) extendQuarter.run(quarter);
    mark.run(String(folded.to));
  });
  return {
    step(limit) {
      const folded = fold(db, limit);
      if (folded.rows.length > 0) turn.hold(() => write.immediate(folded));
      return folded.more;
    },
  };
}
