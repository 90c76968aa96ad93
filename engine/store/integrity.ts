import { Worker } from 'node:worker_threads';
import { workerUrl } from './worker-url.ts';

/** The full check of the database, a while after each start and then once a day, on a thread and a connection of its own. */
export type IntegrityCheck = {
  /** Resolves when no check runs; one that does ends with the table that it looks at. */
  close(): Promise<void>;
};

/** What the worker is given at its start; `ending` is 1 from when it shall look at no further table. */
export type IntegrityData = { readonly file: string; readonly ending: Int32Array<SharedArrayBuffer> };

/** When those who waited for the start have been served: it takes a processor and holds the write-ahead log fast. */
const FIRST_AFTER_MS = 600_000;
const EVERY_MS = 86_400_000;

/** `onDamage` is told the first thing that is wrong. `firstAfterMs` is for tests. */
export function startIntegrityCheck(file: string, onDamage: (finding: string) => void, firstAfterMs = FIRST_AFTER_MS): IntegrityCheck {
  const ending = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  let running: Promise<void> = Promise.resolve();
  let timer = setTimeout(check, firstAfterMs).unref();

  function check(): void {
    const worker = new Worker(workerUrl(import.meta.url, 'integrity-worker'), { workerData: { file, ending } satisfies IntegrityData });
    worker.unref();
    worker.on('message', onDamage);
    // A check that cannot be made, say for want of memory, says nothing of the database; the next one is made tomorrow.
    worker.on('error', () => undefined);
    running = new Promise((resolve) => void worker.once('exit', () => resolve()));
    timer = setTimeout(check, EVERY_MS).unref();
  }

  return {
    async close() {
      clearTimeout(timer);
      Atomics.store(ending, 0, 1);
      await running;
    },
  };
}
