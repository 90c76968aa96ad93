import { Worker } from 'node:worker_threads';
import type { RetentionPlan } from './retention-plan.ts';
import { workerUrl } from './worker-url.ts';

/**
 * The worker that follows the log with the timeline and the text index and keeps the database small: passive checkpoints and retention, in
 * chunks short enough that no upload waits for them.
 */
export type Maintenance = {
  /** Deletes and forgets what is too old. A plan that comes during a pass is carried out after it. */
  retain(plan: RetentionPlan): void;
  /** Resolves when everything has been done that was asked for, and what was committed before is in the timeline and the text index. */
  settled(): Promise<void>;
  /** Throws the text index away and makes it anew from the log. */
  rebuildTextIndex(): void;
  /** Does nothing more: the database is damaged. */
  rest(): void;
  close(): Promise<void>;
};

export type MaintenanceRequest =
  | { readonly kind: 'retain'; readonly plan: RetentionPlan }
  | { readonly kind: 'settle'; readonly id: number }
  | { readonly kind: 'rebuild' }
  | { readonly kind: 'end' };

/** For a database that must not be written. */
export const NO_MAINTENANCE: Maintenance = {
  retain: () => undefined,
  settled: () => Promise.resolve(),
  rebuildTextIndex: () => undefined,
  rest: () => undefined,
  close: () => Promise.resolve(),
};

/** What the worker is given at its start. */
export type MaintenanceData = { readonly file: string; readonly turn: SharedArrayBuffer };

/** What is opened for a moment only needs no worker. */
const START_AFTER_MS = 300;

/** Starts the worker in a moment, or with the first request. `turn` is the memory of the write turn that the engine's thread shares with it. */
export function startMaintenance(file: string, turn: SharedArrayBuffer): Maintenance {
  const waiting = new Map<number, () => void>();
  let started: { readonly worker: Worker; readonly ended: Promise<void> } | undefined;
  let nextId = 1;
  let isResting = false;
  const timer = setTimeout(start, START_AFTER_MS).unref();

  function start(): Worker {
    clearTimeout(timer);
    if (started !== undefined) return started.worker;
    const worker = new Worker(workerUrl(import.meta.url, 'maintenance-worker'), { workerData: { file, turn } satisfies MaintenanceData });
    worker.unref();
    worker.on('message', (id: number) => {
      waiting.get(id)?.();
      waiting.delete(id);
    });
    started = { worker, ended: new Promise<void>((resolve) => void worker.once('exit', () => resolve())) };
    return worker;
  }

  function send(request: MaintenanceRequest): void {
    if (!isResting) start().postMessage(request);
  }

  function end(): void {
    clearTimeout(timer);
    if (started !== undefined && !isResting) started.worker.postMessage({ kind: 'end' } satisfies MaintenanceRequest);
    isResting = true;
    for (const resolve of waiting.values()) resolve();
    waiting.clear();
  }

  return {
    retain: (plan) => send({ kind: 'retain', plan }),
    settled: () =>
      new Promise((resolve) => {
        if (isResting) resolve();
        waiting.set(nextId, resolve);
        send({ kind: 'settle', id: nextId++ });
      }),
    rebuildTextIndex: () => send({ kind: 'rebuild' }),
    rest: end,
    async close() {
      // What it leaves undone is taken up by the next start. It ends by itself: cut off in the middle of SQLite, a thread ends the process.
      end();
      started?.worker.ref();
      await started?.ended;
    },
  };
}
