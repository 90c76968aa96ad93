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

export type ReaderListeners = {
  /** A search had to do without the text index because it is damaged. */
  readonly onDamagedTextIndex: () => void;
  /** A read met a page of the database that is damaged. */
  readonly onDamage: (finding: string) => void;
};

/** What the worker is given at its start; `ending` is 1 from when it shall do no more. */
export type ReaderData = { readonly file: string; readonly ending: Int32Array<SharedArrayBuffer> };

type Answer = { readonly id: number; readonly value?: unknown; readonly error?: ErrorData };
type Message = Answer | { readonly damagedTextIndex: true } | { readonly damage: string };

/**
 * The reader worker, started by the first read. It restarts nothing: a dead worker rejects all pending and later reads with `internal`.
 */
export function startReader(file: string, { onDamagedTextIndex, onDamage }: ReaderListeners): Reader {
  const ending = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const pending = new Map<number, { resolve: (value: never) => void; reject: (error: AppError) => void }>();
  let started: { readonly worker: Worker; readonly ended: Promise<void> } | undefined;
  let nextId = 1;
  let dead: AppError | undefined;

  const die = (cause: unknown): void => {
    dead = new AppError('internal', 'The reader of the database has stopped. Restart Gatehouse.', { cause });
    for (const { reject } of pending.values()) reject(dead);
    pending.clear();
  };

  function start() {
    // An export makes much short-lived text: with a small young generation it is cleared away as it comes, not at 100 MB.
    const options = { workerData: { file, ending } satisfies ReaderData, resourceLimits: { maxYoungGenerationSizeMb: 8 } };
    const worker = new Worker(workerUrl(import.meta.url, 'reader-worker'), options);
    worker.on('message', (answer: Message) => {
      if ('damagedTextIndex' in answer) {
        onDamagedTextIndex();
        return;
      }
      if ('damage' in answer) {
        onDamage(answer.damage);
        return;
      }
      const waiting = pending.get(answer.id);
      pending.delete(answer.id);
      if (pending.size === 0) worker.unref();
      if (answer.error === undefined) waiting?.resolve(answer.value as never);
      else waiting?.reject(fromErrorData(answer.error));
    });
    const ended = new Promise<void>((resolve) => void worker.once('exit', () => resolve()));
    worker.on('error', die);
    worker.on('exit', (code) => die(new Error(`reader worker exited with ${String(code)}`)));
    return { worker, ended };
  }

  return {
    read(name, ...args) {
      if (dead !== undefined) return Promise.reject(dead);
      started ??= start();
      const { worker } = started;
      const id = nextId++;
      return new Promise((resolve, reject) => {
        pending.set(id, { resolve, reject });
        worker.ref();
        worker.postMessage({ id, name, args } satisfies ReadRequest);
      });
    },
    async close() {
      dead ??= new AppError('shutting_down');
      if (started === undefined) return;
      // Not cut off: a thread that ends in the middle of SQLite ends the process. What waits its turn is not begun any more.
      Atomics.store(ending, 0, 1);
      started.worker.ref();
      started.worker.postMessage(null);
      await started.ended;
    },
  };
}
