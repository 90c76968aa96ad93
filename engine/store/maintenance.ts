import { Worker } from 'node:worker_threads';
import type { RetentionPlan } from './retention.ts';
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
  close(): Promise<void>;
};

export type MaintenanceRequest =
  | { readonly kind: 'retain'; readonly plan: RetentionPlan }
  | { readonly kind: 'settle'; readonly id: number }
  | { readonly kind: 'rebuild' };

export function startMaintenance(file: string): Maintenance {
  const worker = new Worker(workerUrl(import.meta.url, 'maintenance-worker'), { workerData: { file } });
  worker.unref();
  const waiting = new Map<number, () => void>();
  let nextId = 1;
  worker.on('message', (id: number) => {
    waiting.get(id)?.();
    waiting.delete(id);
  });
  const send = (request: MaintenanceRequest): void => worker.postMessage(request);
  return {
    retain: (plan) => send({ kind: 'retain', plan }),
    settled: () =>
      new Promise((resolve) => {
        waiting.set(nextId, resolve);
        send({ kind: 'settle', id: nextId++ });
      }),
    rebuildTextIndex: () => send({ kind: 'rebuild' }),
    async close() {
      // Its transactions are short and whole: what is cut off is taken up by the next start.
      await worker.terminate();
      for (const resolve of waiting.values()) resolve();
    },
  };
}
