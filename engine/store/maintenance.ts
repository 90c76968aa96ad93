import { Worker } from 'node:worker_threads';
import { workerUrl } from './worker-url.ts';

/** The worker that keeps the database small: passive checkpoints and retention, in chunks short enough that no upload waits for them. */
export type Maintenance = {
  /** Deletes events older than `before` (ms since the epoch) that no unfinished run needs. */
  retain(before: number): void;
  close(): Promise<void>;
};

export function startMaintenance(file: string): Maintenance {
  const worker = new Worker(workerUrl(import.meta.url, 'maintenance-worker'), { workerData: { file } });
  worker.unref();
  return {
    retain: (before) => worker.postMessage({ kind: 'retain', before }),
    async close() {
      await worker.terminate();
    },
  };
}
