import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { openStore } from '../../../engine/store/index.ts';
import { temporaryFolder } from '../../helpers/folders.ts';
import { fill } from './event-rows.ts';

/** Together more than the 64 MiB from which on a write-ahead log that a reader holds makes retention wait. */
const EVENTS = 1500;
const INFO = JSON.stringify({ text: 'x'.repeat(60_000) });
/** The worker looks at the log once a second; where it comes later, there is only less to be seen. */
const LOOK_MS = 1500;

test('retention comes to its end after a reader has held a long write-ahead log, also when nobody writes any more', async () => {
  const folder = temporaryFolder();
  const store = openStore(folder);
  onTestFinished(() => store.close());
  const reader = new Database(join(folder, 'gatehouse.db'), { readonly: true });
  onTestFinished(() => void reader.close());
  const count = reader.prepare<[], { count: number }>('SELECT count(*) AS count FROM events');
  reader.exec('BEGIN');
  count.get();
  fill(
    store,
    Array.from({ length: EVENTS }, () => ({ at: 1, info: INFO })),
  );
  await store.maintenance.settled();
  await pause(LOOK_MS);
  store.maintenance.retain({
    types: [],
    othersBefore: 2,
    runsBefore: 0,
    failedRunsBefore: 0,
    largestBytes: Number.MAX_SAFE_INTEGER,
    forgetSessionAddressesBefore: null,
    operations: [],
  });
  const settled = store.maintenance.settled();
  reader.exec('COMMIT');
  await settled;
  expect(count.get()).toEqual({ count: 0 });
});
