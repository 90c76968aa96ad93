import { join } from 'node:path';
import Database from 'better-sqlite3';
import { AppError } from '../contract/errors.ts';
import { databaseError } from './database.ts';

/** Keeps a second engine off the data folder. */
export type InstanceLock = { release(): void };

/**
 * Takes the folder's exclusive lock: an open write transaction on an empty SQLite file, because SQLite's file locks exist on every platform
 * and the system frees them when the process dies. Throws `already_running` when another process holds it.
 */
export function lockInstance(dataFolder: string): InstanceLock {
  let db: Database.Database | undefined;
  try {
    db = new Database(join(dataFolder, 'instance.lock'), { timeout: 0 });
    // A rollback journal would leave a file behind on a kill, and the next start would have to repair it.
    db.pragma('journal_mode = MEMORY');
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db?.close();
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) throw new AppError('already_running');
    throw databaseError(error);
  }
  const held = db;
  return { release: () => void held.close() };
}
