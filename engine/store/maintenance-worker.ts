import { setTimeout as pause } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { createActivityFolder } from './activity-fold.ts';
import { QUARTER_MS } from './event-filter.ts';

/** The maintenance worker. A chunk holds the write lock for at most a few ms, then leaves the writer a pause. */
const { file } = workerData as { readonly file: string };
const db = new Database(file, { fileMustExist: true });
db.pragma('busy_timeout = 5000');
db.pragma('synchronous = NORMAL');

const CHUNK_ROWS = 200;
const PAUSE_MS = 20;
/** Events of one step: read without a lock, then written in less than a ms where they belong to a few sessions. */
const FOLD_ROWS = 500;
const FOLD_EVERY_MS = 500;
/** Often, so that the write-ahead log stays short and the engine's thread never has to fold it back itself. */
const CHECKPOINT_EVERY_MS = 1000;

const deleteChunk = db.prepare<[number, number]>(`
  DELETE FROM events WHERE id IN (
    SELECT id FROM events
    WHERE at < ? AND id NOT IN (SELECT event_id FROM runs WHERE state IN ('queued', 'waiting', 'running') AND event_id IS NOT NULL)
    ORDER BY at LIMIT ?)`);

const OLDEST = '(SELECT coalesce(min(id), 9223372036854775807) FROM events)';
/** Rows of the timeline and the plot that tell of nothing that the log still holds. */
const deleteActivity = db.prepare<[number]>(`
  DELETE FROM activity WHERE id IN (
    SELECT id FROM activity WHERE newest_id < ${OLDEST} ORDER BY newest_id LIMIT ?)`);
const deleteTotals = db.prepare<[number]>('DELETE FROM transfer_totals WHERE quarter < ?');
const deleteQuarters = db.prepare<[]>(`DELETE FROM log_quarters WHERE last_id < ${OLDEST}`);

const activity = createActivityFolder(db);

setInterval(() => db.pragma('wal_checkpoint(PASSIVE)'), CHECKPOINT_EVERY_MS);
void follow();

/** Keeps the timeline close behind the log. */
async function follow(): Promise<never> {
  for (;;) {
    let more = false;
    try {
      more = activity.step(FOLD_ROWS);
    } catch {
      // A full disk or a long lock: the events stay where they are, and the next step takes them in.
    }
    await pause(more ? PAUSE_MS : FOLD_EVERY_MS);
  }
}

parentPort?.on('message', (message: { readonly kind: 'retain'; readonly before: number }) => {
  void retain(message.before);
});

async function retain(before: number): Promise<void> {
  while (deleteChunk.run(before, CHUNK_ROWS).changes > 0) await pause(PAUSE_MS);
  while (deleteActivity.run(CHUNK_ROWS).changes > 0) await pause(PAUSE_MS);
  deleteTotals.run(Math.floor(before / QUARTER_MS));
  deleteQuarters.run();
  db.pragma('incremental_vacuum(200)');
}
