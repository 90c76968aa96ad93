import type Database from 'better-sqlite3';
import { NEEDED } from './event-dues-table.ts';
import { QUARTER_MS } from './event-filter.ts';
import { OBJECT_CHANGES } from './events-table.ts';
import { withoutAddresses } from './personal-data.ts';
import { createRemovedNote } from './removed-events.ts';
import type { RetentionPlan, TypePlan } from './retention-plan.ts';
import type { TextFeeder } from './text-index-feeder.ts';
import { ALONE, type WriteTurn } from './write-turn.ts';

/** One chunk of work: writes within the limits, in one transaction of its own; returns whether there is more. */
export type Chunk = (limits: ChunkLimits) => boolean;

/** `ms`: no further row is begun later than so long after the others have been kept from writing. */
export type ChunkLimits = { readonly rows: number; readonly ms: number };

const OLDEST = '(SELECT coalesce(min(id), 9223372036854775807) FROM events)';
/** Free pages that stay in the file for the next events: taken from the file and given back, they would cost twice. */
const SPARE_PAGES = 1000;
/** Pages given back before the clock is looked at again. */
const PAGES_AT_ONCE = 4;
/** Events that leave the text index in one transaction, which costs much however few they are; they leave the log in smaller chunks. */
const BATCH = 2000;
/** With its indexes; so that the last batch takes no more than is too much. */
const LIKELY_EVENT_BYTES = 400;

/**
 * The work of one pass, chunk by chunk; the caller pauses in between and decides how large a chunk may be. Events that a queued, waiting or
 * running run needs are never touched: a later pass comes by. A kill between two chunks leaves nothing that the next pass does not mend.
 * Rows are found before the lock is taken, and the clock is looked at after each that is written: in a log larger than memory one row takes
 * as long as a hundred do elsewhere, since the pages of its indexes come from the disk.
 */
export function retentionChunks(db: Database.Database, texts: TextFeeder, plan: RetentionPlan, turn: WriteTurn = ALONE): Generator<Chunk> {
  const statements = prepare(db);

  /**
   * Works through the items in one transaction, as far as the limits allow, and ends it with what `note` writes of those that were done;
   * returns how many they were.
   */
  function locked<Item>(
    items: readonly Item[],
    { rows, ms }: ChunkLimits,
    work: (item: Item) => unknown,
    note: (done: readonly Item[]) => void = () => undefined,
  ): number {
    return turn.hold(() => {
      const end = performance.now() + ms;
      let done = 0;
      statements.write(() => {
        for (const item of items.slice(0, rows)) {
          work(item);
          done++;
          if (performance.now() >= end) break;
        }
        note(items.slice(0, done));
      });
      return done;
    });
  }

  /** Deletes what `find` gives and is not needed, batch by batch, until it gives null. A batch may be empty. */
  function removing(find: () => readonly Candidate[] | null): Chunk {
    let batch: readonly Candidate[] = [];
    return (limits) => {
      if (batch.length === 0) {
        const found = find();
        if (found === null) return false;
        batch = found.filter(({ needed }) => needed === 0);
        // The index first: what stands in the index alone, after a kill in between, would stay there for good.
        if (batch.length > 0) texts.remove(batch.map(({ id }) => id));
        return true;
      }
      batch = batch.slice(locked(batch, limits, ({ id }) => statements.removeEvent.run(id), statements.noteRemoved));
      return true;
    };
  }

  /** Walks the events of a type by their ids and stops at the first that are young enough. */
  function oldOfType({ type, of, deleteBefore }: Pick<TypePlan, 'type' | 'of' | 'deleteBefore'>): Chunk {
    const oldest = of === 'records' ? statements.oldestOfRecords : statements.oldestOfType;
    let after: number | null = 0;
    return removing(() => {
      if (after === null) return null;
      const found = oldest.all({ type, after, limit: BATCH });
      const old = found.filter(({ at }) => at < deleteBefore);
      after = old.length > 0 ? (found.at(-1)?.id ?? null) : null;
      return old.filter(({ schema }) => !(of === 'files' && schema === 'BASE'));
    });
  }

  function beyondSize(): Chunk {
    let after = 0;
    return removing(() => {
      const excess = usedBytes(db) - plan.largestBytes;
      if (excess <= 0) return null;
      const found = statements.oldest.all({ after, limit: Math.min(BATCH, Math.ceil(excess / LIKELY_EVENT_BYTES)) });
      after = found.at(-1)?.id ?? after;
      return found.length === 0 ? null : found;
    });
  }

  function addressesOfType({ type, of, addressInfo }: TypePlan, before: number): Chunk {
    const mark = of === 'records' ? `forgotten_to:${type}:records` : `forgotten_to:${type}`;
    const addresses = of === 'records' ? statements.addressesOfRecords : statements.addressesOfType;
    let after = statements.forgottenTo.get(mark)?.id ?? 0;
    /** Whether a run needs an event that this pass went by: the next one begins with it again. */
    let isOneNeeded = false;
    return (limits) => {
      const found = addresses.all({ type, after, limit: limits.rows, withInfo: addressInfo.length === 0 ? 0 : 1 });
      // Up to the first young one: ids and times run alike, but for a clock that was put back.
      const end = found.findIndex(({ at }) => at >= before);
      const old = (end === -1 ? found : found.slice(0, end)).map((row) => {
        const info = row.info === null ? null : withoutAddresses(row.info, addressInfo);
        const hasAddress = (row.ip !== null || info !== row.info) && row.needed === 0 && !(of === 'files' && row.schema === 'BASE');
        return { ...row, info, hasAddress };
      });
      if (old.length === 0) return false;
      const withAddress = old.filter(({ hasAddress }) => hasAddress).map(({ id }) => id);
      if (withAddress.length > 0) texts.refeedWithoutAddresses(withAddress, addressInfo);
      const done = locked(old, limits, ({ id, info, hasAddress, needed }) => {
        if (hasAddress) statements.forgetAddress.run(info, id);
        isOneNeeded ||= needed === 1;
        if (!isOneNeeded) statements.noteForgottenTo.run(mark, String(id));
      });
      after = old[done - 1]?.id ?? after;
      return done < old.length || old.length === limits.rows;
    };
  }

  /** Finds rows by their ids and changes one after the other, until there are none. */
  function changing(find: (rows: number) => readonly Found[], change: (id: number) => unknown): Chunk {
    return (limits) => {
      const found = find(limits.rows);
      if (found.length === 0) return false;
      return locked(found, limits, ({ id }) => change(id)) < found.length || found.length === limits.rows;
    };
  }

  /** Walks the sessions in stretches of their ids; there are as many as sign-ins, and most of them are still told of. */
  function unusedSessions(): Chunk {
    const newest = statements.newestSession.get()?.id ?? 0;
    let after = 0;
    let ids: readonly number[] = [];
    return (limits) => {
      if (ids.length === 0) {
        if (after >= newest) return false;
        ids = statements.unusedSessions.all(after, after + BATCH).map(({ id }) => id);
        after += BATCH;
        return true;
      }
      ids = ids.slice(locked(ids, limits, (id) => statements.removeSession.run(id)));
      return true;
    };
  }

  function vacuum(): Chunk {
    return (limits) => {
      const excess = pragma(db, 'freelist_count') - SPARE_PAGES;
      if (excess <= 0) return false;
      const turns = Array.from({ length: Math.ceil(Math.min(excess, limits.rows) / PAGES_AT_ONCE) });
      locked(turns, limits, () => db.exec(`PRAGMA incremental_vacuum(${String(PAGES_AT_ONCE)})`));
      return excess > limits.rows;
    };
  }

  return (function* () {
    const known = Map.groupBy(plan.types, ({ type }) => type);
    for (const type of statements.types())
      for (const one of known.get(type) ?? [{ type, deleteBefore: plan.othersBefore }]) yield oldOfType(one);
    yield beyondSize();
    for (const one of plan.types) if (one.forgetAddressesBefore !== null) yield addressesOfType(one, one.forgetAddressesBefore);
    const { forgetSessionAddressesBefore: before } = plan;
    if (before !== null)
      yield changing(
        (rows) => statements.withSessionAddress.all(before, rows),
        (id) => statements.forgetSessionAddress.run(id),
      );
    for (const { operation, forgetAddressesBefore } of plan.operations)
      yield changing(
        (rows) => statements.operationsWithAddress.all(operation, forgetAddressesBefore, rows),
        (id) => statements.forgetOperationAddress.run(id),
      );
    yield changing(
      (rows) => statements.endedRuns.all({ before: plan.runsBefore, failedBefore: plan.failedRunsBefore, rows }),
      statements.removeRun,
    );
    // Rows of the timeline and the plot that tell of nothing that the log still holds.
    for (const { find, remove } of statements.leftovers)
      yield changing(
        (rows) => find.all(rows),
        (id) => remove.run(id),
      );
    yield unusedSessions();
    yield vacuum();
  })();
}

type Found = { readonly id: number };

type Candidate = Found & { readonly at: number; readonly schema: string | null; readonly pollable: number; readonly needed: number };

type WithAddress = Candidate & { readonly ip: string | null; readonly info: string | null };

function prepare(db: Database.Database) {
  const firstType = db.prepare<[], { type: string | null }>('SELECT min(type) AS type FROM events');
  const nextType = db.prepare<[string], { type: string | null }>('SELECT min(type) AS type FROM events WHERE type > ?');
  const candidate = `id, at, schema, pollable, EXISTS (${NEEDED('events.id')}) AS needed`;
  const ofType = 'FROM events WHERE type = @type AND id > @after';
  // As the partial index has it.
  const ofRecords = `${ofType} AND schema = 'BASE' AND type IN (${OBJECT_CHANGES.map((type) => `'${type}'`).join(', ')})`;
  const oldest = (from: string) =>
    db.prepare<{ type: string; after: number; limit: number }, Candidate>(`SELECT ${candidate} ${from} ORDER BY id LIMIT @limit`);
  const addresses = (from: string) =>
    db.prepare<{ type: string; after: number; limit: number; withInfo: 0 | 1 }, WithAddress>(
      `SELECT ${candidate}, ip, iif(@withInfo, info, NULL) AS info ${from} ORDER BY id LIMIT @limit`,
    );
  const hasEnded = "state NOT IN ('queued', 'waiting', 'running')";
  const isEnded = db.prepare<[number]>(`SELECT 1 FROM runs WHERE id = ? AND ${hasEnded}`);
  const removeRun = [
    'DELETE FROM run_steps WHERE run_id = ?',
    'DELETE FROM run_items WHERE run_id = ?',
    'DELETE FROM runs WHERE id = ?',
  ].map((sql) => db.prepare<[number]>(sql));
  const leftover = (find: string, remove: string) => ({ find: db.prepare<[number], Found>(find), remove: db.prepare<[number]>(remove) });
  return {
    /** Types that the log holds events of, one look into the index for each. */
    types: (): string[] => {
      const found: string[] = [];
      for (let type = firstType.get()?.type ?? null; type !== null; type = nextType.get(type)?.type ?? null) found.push(type);
      return found;
    },
    oldestOfType: oldest(ofType),
    oldestOfRecords: oldest(ofRecords),
    oldest: db.prepare<{ after: number; limit: number }, Candidate>(
      `SELECT ${candidate} FROM events WHERE id > @after ORDER BY id LIMIT @limit`,
    ),
    addressesOfType: addresses(ofType),
    addressesOfRecords: addresses(ofRecords),
    removeEvent: db.prepare<[number]>('DELETE FROM events WHERE id = ?'),
    noteRemoved: createRemovedNote(db),
    /** Its new info, null where that holds none. */
    forgetAddress: db.prepare<[string | null, number]>('UPDATE events SET ip = NULL, info = coalesce(?, info) WHERE id = ?'),
    forgottenTo: db.prepare<[string], { id: number }>('SELECT CAST(value AS INTEGER) AS id FROM meta WHERE key = ?'),
    noteForgottenTo: db.prepare<[string, string]>(
      'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
    ),
    withSessionAddress: db.prepare<[number, number], Found>(
      'SELECT id FROM activity WHERE ended_at < ? AND address IS NOT NULL ORDER BY newest_id LIMIT ?',
    ),
    forgetSessionAddress: db.prepare<[number]>('UPDATE activity SET address = NULL WHERE id = ?'),
    operationsWithAddress: db.prepare<[string, number, number], Found>(`
      SELECT id FROM runs
      WHERE operation ->> '$.ipv4_address' IS NOT NULL AND operation ->> '$.type' = ? AND created_at < ? AND ${hasEnded} LIMIT ?`),
    forgetOperationAddress: db.prepare<[number]>("UPDATE runs SET operation = json_set(operation, '$.ipv4_address', NULL) WHERE id = ?"),
    newestSession: db.prepare<[], { id: number | null }>('SELECT max(id) AS id FROM sessions'),
    unusedSessions: db.prepare<[number, number], Found>(`
      SELECT id FROM sessions
      WHERE id > ? AND id <= ? AND ended_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM events WHERE session_id = sessions.id)
        AND NOT EXISTS (SELECT 1 FROM activity WHERE session_id = sessions.id)
        AND NOT EXISTS (SELECT 1 FROM runs WHERE operation IS NOT NULL AND operation ->> '$._session._id' = sessions.id)`),
    removeSession: db.prepare<[number]>('DELETE FROM sessions WHERE id = ?'),
    endedRuns: db.prepare<{ before: number; failedBefore: number; rows: number }, Found>(`
      SELECT id FROM runs
      WHERE finished_at < iif(state IN ('failed', 'partly', 'interrupted', 'cancelled'), @failedBefore, @before) AND ${hasEnded}
      ORDER BY id LIMIT @rows`),
    /** Unless it was begun anew since it was found. */
    removeRun: (id: number): void => {
      if (isEnded.get(id) !== undefined) for (const statement of removeRun) statement.run(id);
    },
    leftovers: [
      leftover(`SELECT id FROM activity WHERE newest_id < ${OLDEST} ORDER BY newest_id LIMIT ?`, 'DELETE FROM activity WHERE id = ?'),
      leftover(`SELECT quarter AS id FROM log_quarters WHERE last_id < ${OLDEST} LIMIT ?`, 'DELETE FROM log_quarters WHERE quarter = ?'),
      leftover(
        `SELECT DISTINCT quarter AS id FROM transfer_totals
         WHERE quarter < (SELECT min(at) / ${String(QUARTER_MS)} FROM events WHERE id = ${OLDEST}) LIMIT ?`,
        'DELETE FROM transfer_totals WHERE quarter = ?',
      ),
    ],
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
