import { createHash, randomBytes } from 'node:crypto';
import type Database from 'better-sqlite3';
import { databaseError, isUnwritable } from './database.ts';
import type { EventSession } from './events-table.ts';

/** Numbers of batches that are taken out of the database in one write; those that are left at a stop are never given out. */
const BATCHES_AT_ONCE = 1000;

/** Sessions of partners and consoles: what `_session` of an event refers to. */
export function createSessionsTable(db: Database.Database) {
  const insert = db.prepare<[number | null, string, number]>('INSERT INTO sessions (account_id, token_hash, created_at) VALUES (?, ?, ?)');
  const end = db.prepare<[number, number]>('UPDATE sessions SET ended_at = ? WHERE id = ? AND ended_at IS NULL');
  const endAll = db.prepare<[number]>('UPDATE sessions SET ended_at = ? WHERE ended_at IS NULL');
  const read = db.prepare<[number], EventSession>(
    'SELECT token_hash AS tokenHash, created_at AS createdAt, ended_at AS endedAt FROM sessions WHERE id = ?',
  );
  const ofRun = db.prepare<[number], { sessionId: number | null }>(
    "SELECT coalesce(session_id, operation ->> '$._session._id') AS sessionId FROM runs LEFT JOIN events ON events.id = event_id WHERE runs.id = ?",
  );
  /** The open sessions of this process: every event asks for its own. */
  const known = new Map<number, EventSession>();
  /** Ids of what has no row, because none could be written: below 0, so that no row ever has one. */
  let unwritten = 0;
  function written(insertRow: () => number): number {
    try {
      return insertRow();
    } catch (error) {
      if (!isUnwritable(databaseError(error))) throw error;
      return --unwritten;
    }
  }
  const reserveBatches = db.prepare<[], { value: string }>(
    `UPDATE meta SET value = CAST(value AS INTEGER) + ${String(BATCHES_AT_ONCE)} WHERE key = 'batches_to' RETURNING value`,
  );
  const batches = { next: 0, end: 0 };
  function nextBatch(): number {
    if (batches.next === batches.end) {
      batches.end = Number(reserveBatches.get()?.value) + 1;
      batches.next = batches.end - BATCHES_AT_ONCE;
    }
    return batches.next++;
  }
  return {
    /**
     * Returns the session's id, a negative one while nothing can be written: partners and consoles may read then too. The row holds a hash
     * that identifies it to readers of the log, as the seed asks; nobody can sign in with it.
     */
    open: (accountId: number | null, at: number): number => {
      const tokenHash = createHash('sha256').update(randomBytes(32)).digest('hex');
      const id = written(() => Number(insert.run(accountId, tokenHash, at).lastInsertRowid));
      known.set(id, { tokenHash, createdAt: at, endedAt: null });
      return id;
    },
    get: (id: number): EventSession | null => known.get(id) ?? read.get(id) ?? null,
    /** The session whose event set the run off; null for clocks, hands and what happens outside of sessions. */
    ofRun: (runId: number): number | null => ofRun.get(runId)?.sessionId ?? null,
    end: (id: number, at: number): void => {
      known.delete(id);
      if (id > 0) end.run(at, id);
    },
    /** A new `batch_id`: what a timeline folds into one row. Not inside a transaction: a number must not be taken back. */
    openBatch: (): number => written(nextBatch),
    /** For start-up after a crash; returns how many were still open. */
    endAll: (at: number): number => endAll.run(at).changes,
  };
}
