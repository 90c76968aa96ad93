import { parentPort, workerData } from 'node:worker_threads';
import type Database from 'better-sqlite3';
import { toAppError } from '../contract/errors.ts';
import { databaseError, openReadOnly } from './database.ts';
import { READS, type ReadRequest } from './reads.ts';

/** The reader worker: one request in, one answer out, in order. */
const { file } = workerData as { readonly file: string };
const db = openReadOnly(file);

parentPort?.on('message', ({ id, name, args }: ReadRequest) => {
  try {
    const query = READS[name] as (db: Database.Database, ...args: readonly unknown[]) => unknown;
    parentPort?.postMessage({ id, value: query(db, ...args) });
  } catch (error) {
    parentPort?.postMessage({ id, error: toAppError(databaseError(error)).toData() });
  }
});
