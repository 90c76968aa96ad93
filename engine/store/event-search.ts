import type Database from 'better-sqlite3';
import type { StoredEvent } from '../contract/event.ts';
import { conditions, type EventFilter, type IdRange, idRanges } from './event-filter.ts';
import { fromJoinedRow, type JoinedRow, type LogState, readExchangeId, readLogState, SELECT_EVENTS } from './events-table.ts';
import { prepared } from './prepared.ts';
import { candidates, planTextSearch } from './text-index.ts';

/** Searches for the reader worker: stretch by stretch of ids, until the limit, the end or the budget is reached. */

export type EventSearch = EventFilter & {
  readonly limit: number;
  /** Oldest first; so is every search with `after`. */
  readonly ascending?: boolean;
  /** How long to look, ms; at least one stretch of the log is always looked at. */
  readonly budgetMs?: number;
};

export type EventPage = LogState & {
  readonly events: StoredEvent[];
  /** The budget ended before the limit and the log did. */
  readonly partial: boolean;
  /** Where to go on, as `before` (or `after` in ascending order); null when everything was seen. */
  readonly cursor: number | null;
};

/**
 * Ids per statement: few enough to keep near the budget, many enough that an index is not asked too often. How many that is depends on the
 * filter: a stretch doubles while the last one took little, and is halved when it took long.
 */
const FIRST_STRETCH = 1000;
const SHORTEST_STRETCH = 1000;
const QUICK_MS = 4;
const SLOW_MS = 16;
/** Candidates of the text index that are compared at once. */
const FIRST_CANDIDATES = 128;
const MOST_CANDIDATES = 2048;
/** Half a second is promised; the last stretch may run over. */
const DEFAULT_BUDGET_MS = 450;

/** A page of events. Never runs on the engine's thread. */
export function searchEvents(db: Database.Database, search: EventSearch): EventPage {
  return db.transaction(() => {
    const log = readLogState(db);
    const exchangeId = readExchangeId(db);
    const scan = scanEvents(db, search, log);
    const events: StoredEvent[] = [];
    for (const row of scan) {
      events.push(fromJoinedRow(row, exchangeId));
      if (events.length >= search.limit) return { ...log, events, partial: false, cursor: row.id };
    }
    return { ...log, events, partial: scan.stoppedAt !== null, cursor: scan.stoppedAt };
  })();
}

/** One event; null when there is none of this id that may be seen. */
export function getEvent(
  db: Database.Database,
  id: number,
  filter: Pick<EventFilter, 'seenBy'> = {},
): LogState & { readonly event: StoredEvent | null } {
  return db.transaction(() => {
    const log = readLogState(db);
    const { where, parameters } = conditions(filter);
    const row = prepared<[Record<string, string | number>], JoinedRow>(
      db,
      `${SELECT_EVENTS} WHERE ${[...where, 'events.id = @id'].join(' AND ')}`,
    ).get({ ...parameters, id });
    return { ...log, event: row === undefined ? null : fromJoinedRow(row, readExchangeId(db)) };
  })();
}

/** How many events fit; counted for `budgetMs` at most, then `partial`. */
export function countEvents(db: Database.Database, filter: EventFilter, budgetMs = DEFAULT_BUDGET_MS): { count: number; partial: boolean } {
  return db.transaction(() => {
    const { where, parameters } = conditions(filter);
    // Only filters over sessions need the join; without it an index alone often answers.
    const from = where.some((condition) => condition.startsWith('sessions.'))
      ? 'events LEFT JOIN sessions ON sessions.id = events.session_id'
      : 'events';
    const log = readLogState(db);
    const find = finder<{ count: number }>(db, (place) => `SELECT count(*) AS count FROM ${from} WHERE ${[...where, place].join(' AND ')}`);
    const deadline = performance.now() + budgetMs;
    let count = 0;
    for (const piece of pieces(db, filter, log, false)) {
      if (performance.now() >= deadline) return { count, partial: true };
      count += find(piece).get({ ...parameters, ...piece.parameters })?.count ?? 0;
    }
    return { count, partial: false };
  })();
}

/** The statement of a search over one stretch, or over another place; `more` is a further term. */
export function searchStatement(
  filter: EventFilter,
  ascending: boolean,
  { select = SELECT_EVENTS, more = [], place = IN_STRETCH }: { select?: string; more?: readonly string[]; place?: string } = {},
): string {
  const where = [...conditions(filter).where, ...more, place].join(' AND ');
  return `${select} WHERE ${where} ORDER BY events.id ${ascending ? 'ASC' : 'DESC'} LIMIT @limit`;
}

export type Scan<Row> = Iterable<Row> & {
  /** Id at which the budget ended; null as long as it has not. */
  readonly stoppedAt: number | null;
};

/** The rows that fit, lazily, in the order of the search. `limit` is how many of a stretch are wanted at most. */
export function scanEvents(db: Database.Database, search: EventSearch, log: LogState): Scan<JoinedRow> {
  const ascending = search.ascending ?? search.after !== undefined;
  return scan(db, search, log, { ascending, statement: (place) => searchStatement(search, ascending, { place }) });
}

/** What the timeline has to know of an event to find its row. */
export type EventKey = Pick<JoinedRow, 'id' | 'type' | 'ip' | 'session_id' | 'account_id'>;

const SELECT_KEYS = `
  SELECT events.id, events.type, events.ip, events.session_id, sessions.account_id
  FROM events LEFT JOIN sessions ON sessions.id = events.session_id`;
const OUTSIDE = '(events.session_id IS NULL OR events.session_id NOT IN (SELECT value FROM json_each(@skipped)))';

/** The same for the timeline, newest first, without the events of sessions that are in `skipped` when a stretch begins. */
export function scanKeys(db: Database.Database, search: EventSearch, log: LogState, skipped: ReadonlySet<number>): Scan<EventKey> {
  return scan(db, search, log, {
    ascending: false,
    statement: (place) => searchStatement(search, false, { select: SELECT_KEYS, more: [OUTSIDE], place }),
    bind: () => ({ skipped: JSON.stringify([...skipped]) }),
  });
}

type ScanPlan = {
  readonly ascending: boolean;
  /** The statement over one place: the term that says which events are looked at. */
  readonly statement: (place: string) => string;
  /** Further parameters, asked for at each stretch. */
  readonly bind?: () => Record<string, string>;
};

function scan<Row>(db: Database.Database, search: EventSearch, log: LogState, { ascending, statement, bind }: ScanPlan): Scan<Row> {
  const { parameters } = conditions(search);
  const find = finder<Row>(db, statement);
  const deadline = performance.now() + (search.budgetMs ?? DEFAULT_BUDGET_MS);
  let stoppedAt: number | null = null;
  return {
    get stoppedAt() {
      return stoppedAt;
    },
    *[Symbol.iterator]() {
      let lookedAt: number | null = null;
      for (const piece of pieces(db, search, log, ascending)) {
        if (lookedAt !== null && performance.now() >= deadline) {
          stoppedAt = lookedAt;
          return;
        }
        yield* find(piece).iterate({ ...parameters, ...piece.parameters, ...bind?.(), limit: search.limit });
        lookedAt = piece.end;
      }
    },
  };
}

const IN_STRETCH = 'events.id BETWEEN @low AND @high';
const AMONG = 'events.id IN (SELECT value FROM json_each(@candidates))';

/** A part of the log that one statement looks at. `end` is the last id that has been seen then, in the order of the search. */
type Piece = {
  readonly place: typeof IN_STRETCH | typeof AMONG;
  readonly parameters: Record<string, number | string>;
  readonly end: number;
};

/** The statement for a piece. */
function finder<Row>(db: Database.Database, sql: (place: string) => string) {
  return ({ place }: Piece) => prepared<[Record<string, string | number>], Row>(db, sql(place));
}

/**
 * What a search has to look at, in its order: the candidates of the text index as far as that reaches, else stretches of ids, short ones
 * first, since a page is often full soon.
 */
function* pieces(db: Database.Database, filter: EventFilter, log: LogState, ascending: boolean): Generator<Piece> {
  const text = planTextSearch(db, filter.text, log.logId);
  const ranges = idRanges(db, filter, log).flatMap((range) => (text === null ? [range] : splitAt(range, text.fedTo)));
  let length = FIRST_STRETCH;
  for (const range of ascending ? ranges : ranges.toReversed()) {
    if (text !== null && range[1] <= text.fedTo) yield* among(candidates(db, text.trigrams, range, ascending), range[ascending ? 1 : 0]);
    else length = yield* stretches(range, ascending, length);
  }
}

function splitAt([low, high]: IdRange, last: number): IdRange[] {
  if (high <= last || low > last) return [[low, high]];
  return [
    [low, last],
    [last + 1, high],
  ];
}

/** Batches of candidates; `end` is where the last of them has been seen. */
function* among(ids: Iterable<{ readonly id: number }>, end: number): Generator<Piece> {
  let size = FIRST_CANDIDATES;
  let batch: number[] = [];
  for (const { id } of ids) {
    batch.push(id);
    if (batch.length < size) continue;
    yield { place: AMONG, parameters: { candidates: JSON.stringify(batch) }, end: id };
    batch = [];
    size = Math.min(MOST_CANDIDATES, 2 * size);
  }
  yield { place: AMONG, parameters: { candidates: JSON.stringify(batch) }, end };
}

/** The range in stretches, the first of them so long; returns how long the next one may be. */
function* stretches([low, high]: IdRange, ascending: boolean, first: number): Generator<Piece, number> {
  let length = first;
  for (let from = low, to = high; from <= to; ) {
    const [start, end]: IdRange = ascending ? [from, Math.min(to, from + length - 1)] : [Math.max(from, to - length + 1), to];
    const began = performance.now();
    yield { place: IN_STRETCH, parameters: { low: start, high: end }, end: ascending ? end : start };
    const took = performance.now() - began;
    if (took < QUICK_MS) length *= 2;
    else if (took > SLOW_MS) length = Math.max(SHORTEST_STRETCH, Math.floor(length / 2));
    if (ascending) from = end + 1;
    else to = start - 1;
  }
  return length;
}
