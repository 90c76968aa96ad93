import { setTimeout as pause } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';

/** The maintenance worker. A chunk holds the write lock for at most a few ms, then leaves the writer a pause. */
const { file } = workerData as { readonly file: string };
const db = new Database(file, { fileMustExist: true });
db.pragma('busy_timeout = 5000');
db.pragma('synchronous = NORMAL');

const CHUNK_ROWS = 200;
const PAUSE_MS = 20;
/** Often, so that the write-ahead log stays short and the engine's thread never has to fold it back itself. */
const CHECKPOINT_EVERY_MS = 1000;

const deleteChunk = db.prepare<[number, number]>(`
  DELETE FROM events WHERE id IN (
    SELECT id FROM events
    WHERE at < ? AND id NOT IN (SELECT event_id FROM runs WHERE state IN ('queued', 'waiting', 'running') AND event_id IS NOT NULL)
    ORDER BY at LIMIT ?)`);

setInterval(() => db.pragma('wal_checkpoint(PASSIVE)'), CHECKPOINT_EVERY_MS);

parentPort?.on('message', (message: { readonly kind: 'retain'; readonly before: number }) => {
  void retain(message.before);
});

async function retain(before: number): Promise<void> {
  while (deleteChunk.run(before, CHUNK_ROWS).changes > 0) await pause(PAUSE_MS);
  db.pragma('incremental_vacuum(200)');
}
