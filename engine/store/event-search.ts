import type Database from 'better-sqlite3';
import type { StoredEvent } from '../contract/event.ts';
import { conditions, type EventFilter, type IdRange, idRanges } from './event-filter.ts';
import { fromJoinedRow, type JoinedRow, type LogState, readLogState, SELECT_EVENTS } from './events-table.ts';
import { planTextSearch } from './text-index.ts';

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

/** Ids per statement: few enough to keep near the budget, many enough that a rare type's index is not asked too often. */
const STRETCH = 20_000;
const FIRST_STRETCH = 1000;
/** Half a second is promised; the last stretch may run over. */
const DEFAULT_BUDGET_MS = 450;

/** A page of events. Never runs on the engine's thread. */
export function searchEvents(db: Database.Database, search: EventSearch): EventPage {
  return db.transaction(() => {
    const log = readLogState(db);
    const scan = scanEvents(db, search, log);
    const events: StoredEvent[] = [];
    for (const row of scan) {
      events.push(fromJoinedRow(row, log.logId));
      if (events.length >= search.limit) return { ...log, events, partial: false, cursor: row.id };
    }
    return { ...log, events, partial: scan.stoppedAt !== null, cursor: scan.stoppedAt };
  })();
}

/** One event; null when there is none of this id. */
export function getEvent(db: Database.Database, id: number): LogState & { readonly event: StoredEvent | null } {
  return db.transaction(() => {
    const log = readLogState(db);
    const row = db.prepare<[number], JoinedRow>(`${SELECT_EVENTS} WHERE events.id = ?`).get(id);
    return { ...log, event: row === undefined ? null : fromJoinedRow(row, log.logId) };
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
    const find = statements<{ count: number }>(
      db,
      filter,
      log,
      (more) => `SELECT count(*) AS count FROM ${from} WHERE ${[...where, ...more, IN_STRETCH].join(' AND ')}`,
    );
    const deadline = performance.now() + budgetMs;
    let count = 0;
    for (const [low, high] of stretches(find.split(idRanges(db, filter, log)), false)) {
      if (performance.now() >= deadline) return { count, partial: true };
      count += find.forStretch(high).get({ ...parameters, ...find.parameters, low, high })?.count ?? 0;
    }
    return { count, partial: false };
  })();
}

const IN_STRETCH = 'events.id BETWEEN @low AND @high';

/** The statement of a search over one stretch; `more` is a further term. */
export function searchStatement(filter: EventFilter, ascending: boolean, select = SELECT_EVENTS, more: readonly string[] = []): string {
  const where = [...conditions(filter).where, ...more, IN_STRETCH].join(' AND ');
  return `${select} WHERE ${where} ORDER BY events.id ${ascending ? 'ASC' : 'DESC'} LIMIT @limit`;
}

export type Scan<Row> = Iterable<Row> & {
  /** Id at which the budget ended; null as long as it has not. */
  readonly stoppedAt: number | null;
};

/** The rows that fit, lazily, in the order of the search. `limit` is how many of a stretch are wanted at most. */
export function scanEvents(db: Database.Database, search: EventSearch, log: LogState): Scan<JoinedRow> {
  const ascending = search.ascending ?? search.after !== undefined;
  return scan(db, search, log, { ascending, statement: (more) => searchStatement(search, ascending, SELECT_EVENTS, more) });
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
    statement: (more) => searchStatement(search, false, SELECT_KEYS, [OUTSIDE, ...more]),
    bind: () => ({ skipped: JSON.stringify([...skipped]) }),
  });
}

type ScanPlan = {
  readonly ascending: boolean;
  /** The statement over one stretch, with further terms. */
  readonly statement: (more: readonly string[]) => string;
  /** Further parameters, asked for at each stretch. */
  readonly bind?: () => Record<string, string>;
};

function scan<Row>(db: Database.Database, search: EventSearch, log: LogState, { ascending, statement, bind }: ScanPlan): Scan<Row> {
  const { parameters } = conditions(search);
  const find = statements<Row>(db, search, log, statement);
  const deadline = performance.now() + (search.budgetMs ?? DEFAULT_BUDGET_MS);
  let stoppedAt: number | null = null;
  return {
    get stoppedAt() {
      return stoppedAt;
    },
    *[Symbol.iterator]() {
      let lookedAt: number | null = null;
      for (const [low, high] of stretches(find.split(idRanges(db, search, log)), ascending)) {
        if (lookedAt !== null && performance.now() >= deadline) {
          stoppedAt = lookedAt;
          return;
        }
        yield* find.forStretch(high).iterate({ ...parameters, ...find.parameters, ...bind?.(), low, high, limit: search.limit });
        lookedAt = ascending ? high : low;
      }
    },
  };
}

/** The statement of a search, and its form with the text index for the stretches that are in there. */
function statements<Row>(db: Database.Database, filter: EventFilter, log: LogState, sql: (more: readonly string[]) => string) {
  const prepare = (more: readonly string[]) => db.prepare<[Record<string, string | number>], Row>(sql(more));
  const plain = prepare([]);
  const text = planTextSearch(db, filter.text, log.logId);
  const indexed = text === null ? plain : prepare([text.condition]);
  return {
    forStretch: (high: number): Database.Statement<[Record<string, string | number>], Row> =>
      text !== null && high <= text.fedTo ? indexed : plain,
    parameters: text?.parameters ?? {},
    /** Ranges that lie wholly inside or outside of the index. */
    split: (ranges: readonly IdRange[]): IdRange[] =>
      text === null
        ? [...ranges]
        : ranges.flatMap(([low, high]): IdRange[] =>
            low <= text.fedTo && high > text.fedTo
              ? [
                  [low, text.fedTo],
                  [text.fedTo + 1, high],
                ]
              : [[low, high]],
          ),
  };
}

/** The ranges in pieces, in the order of the search; short ones first, since a page is often full soon. */
function* stretches(ranges: readonly IdRange[], ascending: boolean): Generator<IdRange> {
  let length = FIRST_STRETCH;
  for (const [low, high] of ascending ? ranges : ranges.toReversed()) {
    for (let from = low, to = high; from <= to; length = Math.min(STRETCH, 2 * length)) {
      const piece: IdRange = ascending ? [from, Math.min(to, from + length - 1)] : [Math.max(from, to - length + 1), to];
      yield piece;
      if (ascending) from = piece[1] + 1;
      else to = piece[0] - 1;
    }
  }
}
