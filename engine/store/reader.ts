import { Worker } from 'node:worker_threads';
import { AppError, type ErrorData, fromErrorData } from '../contract/errors.ts';
import type { ReadName, ReadRequest, Reads } from './reads.ts';
import { workerUrl } from './worker-url.ts';

/** Asynchronous reads, answered by a worker on a connection of its own. */
export type Reader = {
  /** Runs one entry of the table in reads.ts. Rejects with the AppError that the query threw. */
  read<Name extends ReadName>(name: Name, ...args: Reads[Name]['args']): Promise<Reads[Name]['result']>;
  close(): Promise<void>;
};

type Answer = { readonly id: number; readonly value?: unknown; readonly error?: ErrorData };
type Message = Answer | { readonly damagedTextIndex: true };

/**
 * Starts the reader worker. It restarts nothing: a dead worker rejects all pending and later reads with `internal`.
 * `onDamagedTextIndex` is called when a search had to do without the text index because it is damaged.
 */
export function startReader(file: string, onDamagedTextIndex: () => void): Reader {
  // An export makes much short-lived text: with a small young generation it is cleared away as it comes, not at 100 MB.
  const options = { workerData: { file }, resourceLimits: { maxYoungGenerationSizeMb: 8 } };
  const worker = new Worker(workerUrl(import.meta.url, 'reader-worker'), options);
  const pending = new Map<number, { resolve: (value: never) => void; reject: (error: AppError) => void }>();
  let nextId = 1;
  let dead: AppError | undefined;
  worker.unref();
  worker.on('message', (answer: Message) => {
    if ('damagedTextIndex' in answer) {
      onDamagedTextIndex();
      return;
    }
    const waiting = pending.get(answer.id);
    pending.delete(answer.id);
    if (pending.size === 0) worker.unref();
    if (answer.error === undefined) waiting?.resolve(answer.value as never);
    else waiting?.reject(fromErrorData(answer.error));
  });
  const die = (cause: unknown): void => {
    dead = new AppError('internal', 'The reader of the database has stopped. Restart Gatehouse.', { cause });
    for (const { reject } of pending.values()) reject(dead);
    pending.clear();
  };
  worker.on('error', die);
  worker.on('exit', (code) => die(new Error(`reader worker exited with ${String(code)}`)));
  return {
    read(name, ...args) {
      if (dead !== undefined) return Promise.reject(dead);
      const id = nextId++;
      return new Promise((resolve, reject) => {
        pending.set(id, { resolve, reject });
        worker.ref();
        worker.postMessage({ id, name, args } satisfies ReadRequest);
      });
    },
    async close() {
      await worker.terminate();
    },
  };
}
