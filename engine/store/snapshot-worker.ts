import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { toAppError } from '../contract/errors.ts';
import { databaseError, openReadOnly } from './database.ts';
import type { SnapshotRequest } from './snapshot.ts';

/** One copy of the database, then the end. */
const { file, target, includeLog } = workerData as SnapshotRequest;

/** What tells of the past alone. Numbers go on where they were, so that no event of a restored log has the id of an old one. */
const LOG_TABLES = ['events', 'event_dues', 'activity', 'log_quarters', 'runs', 'run_steps', 'run_items', 'run_days', 'notices'];

try {
  copyDatabase();
  if (!includeLog) removeLog();
  parentPort?.postMessage(null);
} catch (error) {
  parentPort?.postMessage(toAppError(databaseError(error)).toData());
}

function copyDatabase(): void {
  const db = openReadOnly(file);
  try {
    db.prepare('VACUUM INTO ?').run(target);
  } finally {
    db.close();
  }
}

function removeLog(): void {
  const db = new Database(target, { fileMustExist: true });
  try {
    // The copy is nobody's yet: it needs no journal to be put right from.
    db.pragma('journal_mode = OFF');
    for (const table of LOG_TABLES) db.exec(`DELETE FROM ${table}`);
    db.exec('VACUUM');
  } finally {
    db.close();
  }
}
