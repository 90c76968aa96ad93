import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { toAppError } from '../contract/errors.ts';
import { databaseError, openReadOnly } from './database.ts';
import { READS, type ReadRequest } from './reads.ts';
import { attachTextIndex, detachTextIndex, hasTextIndex } from './text-index.ts';

/** The reader worker: one request in, one answer out, in order. */
const { file } = workerData as { readonly file: string };
const db = openReadOnly(file);

parentPort?.on('message', ({ id, name, args }: ReadRequest) => {
  try {
    parentPort?.postMessage({ id, value: run(name, args) });
  } catch (error) {
    parentPort?.postMessage({ id, error: toAppError(databaseError(error)).toData() });
  }
});

/** A damaged text index costs a search its speed only: it is let go, and whoever feeds it is told. */
function run(name: ReadRequest['name'], args: ReadRequest['args']): unknown {
  const query = READS[name] as (db: Database.Database, ...args: readonly unknown[]) => unknown;
  attachTextIndex(db);
  try {
    return query(db, ...args);
  } catch (error) {
    const isDamage = error instanceof Database.SqliteError && /^SQLITE_(CORRUPT|NOTADB)/.test(error.code);
    if (!isDamage || !hasTextIndex(db)) throw error;
    detachTextIndex(db);
    const value = query(db, ...args);
    parentPort?.postMessage({ damagedTextIndex: true });
    return value;
  }
}
