import { parentPort, workerData } from 'node:worker_threads';
import { checkTables } from './damage.ts';
import { openReadOnly } from './database.ts';
import type { IntegrityData } from './integrity.ts';

/** Looks at every page and every index of the database, posts the first finding, and ends. */
const { file, ending } = workerData as IntegrityData;
const db = openReadOnly(file);
for (const finding of checkTables(db, 'all', true)) {
  if (finding !== null) parentPort?.postMessage(finding);
  if (finding !== null || Atomics.load(ending, 0) === 1) break;
}
db.close();
