import { parentPort, workerData } from 'node:worker_threads';
import type Database from 'better-sqlite3';
import { toAppError } from '../contract/errors.ts';
import { isDamage } from './damage.ts';
import { databaseError, openReadOnly } from './database.ts';
import type { ReaderData } from './reader.ts';
import { READS, type ReadRequest } from './reads.ts';
import { attachTextIndex, detachTextIndex, hasTextIndex } from './text-index.ts';

/** The reader worker: one request in, one answer out, in order; null ends it. */
const { file, ending } = workerData as ReaderData;
const db = openReadOnly(file);

parentPort?.on('message', (request: ReadRequest | null) => {
  if (request === null) {
    db.close();
    parentPort?.close();
    return;
  }
  if (Atomics.load(ending, 0) === 1) return;
  const { id, name, args } = request;
  try {
    parentPort?.postMessage({ id, value: run(name, args) });
  } catch (error) {
    if (isDamage(error)) parentPort?.postMessage({ damage: error.message });
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
    if (!isDamage(error) || !hasTextIndex(db)) throw error;
    detachTextIndex(db);
    const value = query(db, ...args);
    parentPort?.postMessage({ damagedTextIndex: true });
    return value;
  }
}
