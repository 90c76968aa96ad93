import type Database from 'better-sqlite3';
import { createEventDuesTable, NEEDED } from './event-dues-table.ts';
import { QUARTER_MS } from './event-filter.ts';
import { withoutPersonalData } from './personal-data.ts';
import type { TextFeeder } from './text-index-feeder.ts';
import { ALONE, type WriteTurn } from './write-turn.ts';

/** How long what of the log is kept. Times in ms since the epoch, as of one pass. */
export type RetentionPlan = {
  readonly types: readonly {
    readonly type: string;
    /** Events before it are deleted. */
    readonly deleteBefore: number;
    /** Addresses of events before it are removed; null keeps them. */
    readonly forgetAddressesBefore: number | null;
  }[];
  /** Types of which the log may hold events though no program knows them any more. */
  readonly othersBefore: number;
  /** Runs that ended before it are deleted; failed ones have a time of their own. */
  readonly runsBefore: number;
  readonly failedRunsBefore: number;
  /** The oldest events go, whatever their age, while what the database uses is larger. */
  readonly largestBytes: number;
  /** The timeline forgets the addresses of sessions that ended before it; null keeps them. */
  readonly forgetSessionAddressesBefore: number | null;
};

/** One chunk of work: writes at most so many rows of the log, in one transaction of its own. */
export type Chunk = (rows: number) => ChunkResult;

/** `lockedMs` is how long others may have waited for it. */
export type ChunkResult = { readonly hasMore: boolean; readonly lockedMs: number };

const DONE: ChunkResult = { hasMore: false, lockedMs: 0 };

const OLDEST = '(SELECT coalesce(min(id), 9223372036854775807) FROM events)';
/** Free pages that stay in the file for the next events: taken from the file and given back, they would cost twice. */
const SPARE_PAGES = 1000;
/** Events that leave the text index in one transaction, which costs much however few they are; they leave the log in smaller chunks. */
const BATCH = 2000;
/** With its indexes; so that the last batch takes no more than is too much. */
const LIKELY_EVENT_BYTES = 400;

/**
 * The work of one pass, chunk by chunk; the caller pauses in between and decides how large a chunk may be. Events that a queued, waiting or
 * running run needs are never touched: a later pass comes by. A kill between two chunks leaves nothing that the next pass does not mend.
 */
export function retentionChunks(db: Database.Database, texts: TextFeeder, plan: RetentionPlan, turn: WriteTurn = ALONE): Generator<Chunk> {
  const statements = prepare(db);

  function locked(hasMore: boolean, work: () => unknown): ChunkResult {
    return turn.hold(() => {
      const began = performance.now();
      work();
      return { hasMore, lockedMs: performance.now() - began };
    });
  }

  /** Deletes what `find` gives, batch by batch, until it gives null. The ids of a batch may be none. */
  function removing(find: () => readonly number[] | null): Chunk {
    let ids: readonly number[] = [];
    return (rows) => {
      if (ids.length === 0) {
        const found = find();
        if (found === null) return DONE;
        // The index first: what stands in the index alone, after a kill in between, would stay there for good.
        if (found.length > 0) texts.remove(found);
        ids = found;
        return { hasMore: true, lockedMs: 0 };
      }
      const chunk = ids.slice(0, rows);
      ids = ids.slice(rows);
      return locked(true, () => statements.removeEvents.run(JSON.stringify(chunk)));
    };
  }

  /** Walks the events of a type by their ids and stops at the first that are young enough. */
  function oldOfType(type: string, before: number): Chunk {
    let after: number | null = 0;
    return removing(() => {
      if (after === null) return null;
      const found = statements.oldestOfType.all({ type, after, limit: BATCH });
      const old = found.filter(({ at }) => at < before);
      after = old.length > 0 ? (found.at(-1)?.id ?? null) : null;
      return old.filter(({ needed }) => needed === 0).map(({ id }) => id);
    });
  }

  function beyondSize(): Chunk {
    let after = 0;
    return removing(() => {
      const excess = usedBytes(db) - plan.largestBytes;
      if (excess <= 0) return null;
      const found = statements.oldest.all({ after, limit: Math.min(BATCH, Math.ceil(excess / LIKELY_EVENT_BYTES)) });
      after = found.at(-1)?.id ?? after;
      return found.length === 0 ? null : found.filter(({ needed }) => needed === 0).map(({ id }) => id);
    });
  }

  function addressesOfType(type: string, before: number): Chunk {
    let after = statements.forgottenTo.get(`forgotten_to:${type}`)?.id ?? 0;
    return (rows) => {
      const found = statements.addressesOfType.all({ type, after, limit: rows });
      // Up to the first young one: ids and times run alike, but for a clock that was put back.
      const end = found.findIndex(({ at }) => at >= before);
      const old = end === -1 ? found : found.slice(0, end);
      const last = old.at(-1);
      if (last === undefined) return DONE;
      const ids = old.filter(({ ip }) => ip !== null).map(({ id }) => id);
      if (ids.length > 0) texts.refeedWithoutAddresses(ids);
      after = last.id;
      return locked(old.length === rows, () =>
        statements.write(() => {
          if (ids.length > 0) statements.forgetAddresses.run(JSON.stringify(ids));
          statements.noteForgottenTo.run(`forgotten_to:${type}`, String(after));
        }),
      );
    };
  }

  /** Until a run changes less than it may. */
  function changing(run: (rows: number) => number): Chunk {
    return (rows) => {
      let changed = 0;
      const { lockedMs } = locked(false, () => (changed = run(rows)));
      return { hasMore: changed === rows, lockedMs };
    };
  }

  function vacuum(): Chunk {
    return (rows) => {
      const excess = pragma(db, 'freelist_count') - SPARE_PAGES;
      if (excess <= 0) return DONE;
      return locked(excess > rows, () => db.exec(`PRAGMA incremental_vacuum(${String(Math.min(excess, rows))})`));
    };
  }

  return (function* () {
    const known = new Map(plan.types.map((one) => [one.type, one]));
    for (const type of statements.types()) yield oldOfType(type, known.get(type)?.deleteBefore ?? plan.othersBefore);
    yield beyondSize();
    for (const { type, forgetAddressesBefore } of plan.types)
      if (forgetAddressesBefore !== null) yield addressesOfType(type, forgetAddressesBefore);
    const { forgetSessionAddressesBefore: before } = plan;
    if (before !== null) yield changing((rows) => statements.forgetSessionAddresses.run({ before, rows }).changes);
    yield changing((rows) => statements.removeRuns({ before: plan.runsBefore, failedBefore: plan.failedRunsBefore, rows }));
    // Rows of the timeline and the plot that tell of nothing that the log still holds.
    yield changing((rows) => statements.removeActivity.run(rows).changes);
    yield () =>
      locked(false, () => {
        statements.removeQuarters.run();
        statements.removeTotals.run();
      });
    yield vacuum();
  })();
}

/** Settles the dues that no run stands against any more, at most `limit`; returns whether there may be more. */
export function createDuesSettler(db: Database.Database, texts: TextFeeder, turn: WriteTurn = ALONE): (limit: number) => boolean {
  const dues = createEventDuesTable(db);
  const read = db.prepare<[number], PersonalRow>(`
    SELECT id, ip, schema, objecttype, object_id AS objectId, session_id AS sessionId, user_id AS userId, user_name AS userName, info
    FROM events WHERE id = ?`);
  const strip = db.prepare<PersonalRow>(`
    UPDATE events SET ip = @ip, object_id = @objectId, session_id = @sessionId, user_id = @userId, user_name = @userName, info = @info
    WHERE id = @id`);
  const remove = db.prepare<[number]>('DELETE FROM events WHERE id = ?');
  return (limit) => {
    const settled = dues.settled(limit);
    if (settled.length === 0) return false;
    texts.remove(settled.filter(({ removal }) => removal).map(({ eventId }) => eventId));
    // The index holds the text without personal data already.
    const settle = db.transaction(() => {
      for (const { eventId, removal, personalInfo } of settled) {
        const row = read.get(eventId);
        if (removal) remove.run(eventId);
        else if (row !== undefined) strip.run(withoutPersonalData(row, personalInfo));
        dues.remove(eventId);
      }
    });
    turn.hold(() => settle.immediate());
    return settled.length === limit;
  };
}

type PersonalRow = {
  readonly id: number;
  readonly ip: string | null;
  readonly schema: string | null;
  readonly objecttype: string | null;
  readonly objectId: number | null;
  readonly sessionId: number | null;
  readonly userId: number | null;
  readonly userName: string | null;
  readonly info: string;
};

type Candidate = { readonly id: number; readonly at: number; readonly needed: number };

function prepare(db: Database.Database) {
  const firstType = db.prepare<[], { type: string | null }>('SELECT min(type) AS type FROM events');
  const nextType = db.prepare<[string], { type: string | null }>('SELECT min(type) AS type FROM events WHERE type > ?');
  const candidate = `id, at, EXISTS (${NEEDED('events.id')}) AS needed`;
  const endedRuns = db.prepare<{ before: number; failedBefore: number; rows: number }, { id: number }>(`
    SELECT id FROM runs
    WHERE finished_at < iif(state IN ('failed', 'partly', 'interrupted', 'cancelled'), @failedBefore, @before)
      AND state NOT IN ('queued', 'waiting', 'running')
    ORDER BY id LIMIT @rows`);
  const removeRun = [
    'DELETE FROM run_steps WHERE run_id = ?',
    'DELETE FROM run_items WHERE run_id = ?',
    'DELETE FROM runs WHERE id = ?',
  ].map((sql) => db.prepare<[number]>(sql));
  return {
    /** Types that the log holds events of, one look into the index for each. */
    types: (): string[] => {
      const found: string[] = [];
      for (let type = firstType.get()?.type ?? null; type !== null; type = nextType.get(type)?.type ?? null) found.push(type);
      return found;
    },
    oldestOfType: db.prepare<{ type: string; after: number; limit: number }, Candidate>(
      `SELECT ${candidate} FROM events WHERE type = @type AND id > @after ORDER BY id LIMIT @limit`,
    ),
    oldest: db.prepare<{ after: number; limit: number }, Candidate>(
      `SELECT ${candidate} FROM events WHERE id > @after ORDER BY id LIMIT @limit`,
    ),
    addressesOfType: db.prepare<{ type: string; after: number; limit: number }, { id: number; at: number; ip: string | null }>(
      'SELECT id, at, ip FROM events WHERE type = @type AND id > @after ORDER BY id LIMIT @limit',
    ),
    removeEvents: db.prepare<[string]>('DELETE FROM events WHERE id IN (SELECT value FROM json_each(?))'),
    forgetAddresses: db.prepare<[string]>('UPDATE events SET ip = NULL WHERE id IN (SELECT value FROM json_each(?))'),
    forgottenTo: db.prepare<[string], { id: number }>('SELECT CAST(value AS INTEGER) AS id FROM meta WHERE key = ?'),
    noteForgottenTo: db.prepare<[string, string]>(
      'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
    ),
    forgetSessionAddresses: db.prepare<{ before: number; rows: number }>(`
      UPDATE activity SET address = NULL
      WHERE id IN (SELECT id FROM activity WHERE ended_at < @before AND address IS NOT NULL ORDER BY newest_id LIMIT @rows)`),
    removeRuns: (which: { before: number; failedBefore: number; rows: number }): number => {
      const ended = endedRuns.all(which);
      if (ended.length > 0)
        db.transaction(() => ended.forEach(({ id }) => removeRun.forEach((statement) => statement.run(id)))).immediate();
      return ended.length;
    },
    removeActivity: db.prepare<[number]>(
      `DELETE FROM activity WHERE id IN (SELECT id FROM activity WHERE newest_id < ${OLDEST} ORDER BY newest_id LIMIT ?)`,
    ),
    removeQuarters: db.prepare<[]>(`DELETE FROM log_quarters WHERE last_id < ${OLDEST}`),
    removeTotals: db.prepare<[]>(
      `DELETE FROM transfer_totals WHERE quarter < (SELECT min(at) / ${String(QUARTER_MS)} FROM events WHERE id = ${OLDEST})`,
    ),
    write: (work: () => void): void => db.transaction(work).immediate(),
  };
}

/** What tables and indexes fill, without pages that wait to be used again. */
function usedBytes(db: Database.Database): number {
  return (pragma(db, 'page_count') - pragma(db, 'freelist_count')) * pragma(db, 'page_size');
}

function pragma(db: Database.Database, name: string): number {
  return db.pragma(name, { simple: true }) as number;
}
