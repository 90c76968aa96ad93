import { closeSync, openSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { type ErrorData, fromErrorData } from '../contract/errors.ts';
import { workerUrl } from './worker-url.ts';

export type SnapshotRequest = { readonly file: string; readonly target: string; readonly includeLog: boolean };

/**
 * Copies the database, as it is at one moment and without free pages, into the new file `target` (mode 0600) on a thread of its own; nobody
 * waits for it. Without the log, events and runs are left out. Rejects with the disk's reasons, or with the signal's, and what it wrote
 * is then the caller's to remove.
 */
export async function snapshotDatabase(request: SnapshotRequest, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  // SQLite fills an empty file, and takes its mode.
  closeSync(openSync(request.target, 'wx', 0o600));
  const worker = new Worker(workerUrl(import.meta.url, 'snapshot-worker'), { workerData: request });
  const stop = (): void => void worker.terminate();
  signal.addEventListener('abort', stop, { once: true });
  try {
    const answer = await new Promise<ErrorData | null>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', () => reject(new Error('the worker that copies the database ended without an answer')));
    });
    if (answer !== null) throw fromErrorData(answer);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
    await worker.terminate();
  }
}
