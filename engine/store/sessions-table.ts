import { createHash, randomBytes } from 'node:crypto';
import type Database from 'better-sqlite3';

/** Sessions of partners and consoles: what `_session` of an event refers to. */
export function createSessionsTable(db: Database.Database) {
  const insert = db.prepare<[number | null, string, number]>('INSERT INTO sessions (account_id, token_hash, created_at) VALUES (?, ?, ?)');
  const end = db.prepare<[number, number]>('UPDATE sessions SET ended_at = ? WHERE id = ? AND ended_at IS NULL');
  const endAll = db.prepare<[number]>('UPDATE sessions SET ended_at = ? WHERE ended_at IS NULL');
  const insertBatch = db.prepare<[number | null, number]>('INSERT INTO batches (session_id, started_at) VALUES (?, ?)');
  return {
    /** Returns the session's id. The row holds a hash that identifies it to readers of the log, as the seed asks; nobody can sign in with it. */
    open: (accountId: number | null, at: number): number => {
      const tokenHash = createHash('sha256').update(randomBytes(32)).digest('hex');
      return Number(insert.run(accountId, tokenHash, at).lastInsertRowid);
    },
    end: (id: number, at: number): void => void end.run(at, id),
    /** A new `batch_id`: what a timeline folds into one row. */
    openBatch: (sessionId: number | null, at: number): number => Number(insertBatch.run(sessionId, at).lastInsertRowid),
    /** For start-up after a crash; returns how many were still open. */
    endAll: (at: number): number => endAll.run(at).changes,
  };
}
