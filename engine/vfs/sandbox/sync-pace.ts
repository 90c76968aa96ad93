import { performance } from 'node:perf_hooks';

/** Below this a sync takes less than the way to a thread and back. */
const FAST_MS = 0.2;

/**
 * Whether syncs on one tree are made at once or on a thread. Memory, and disks whose cache survives a power cut, answer in microseconds:
 * there the thread costs more than the sync. It is found out by doing: a sync that comes back that fast, thread included, lets the next one
 * be made at once; the first slow one sends the following to threads again.
 */
export class SyncPace {
  #isFast = false;

  async sync(now: () => void, onThread: () => Promise<void>): Promise<void> {
    const start = performance.now();
    if (this.#isFast) now();
    else await onThread();
    this.#isFast = performance.now() - start < FAST_MS;
  }
}
