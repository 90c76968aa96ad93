import { AppError } from '../contract/errors.ts';

/** Work that must not run all at once, shared out between those who ask for it. */
export type FairQueue = {
  /** Runs `work` when it is this source's turn. Rejects with `busy` when the queue, or the source's own part of it, is full. */
  run<T>(source: string, work: () => Promise<T>): Promise<T>;
};

export type FairQueueLimits = {
  /** How many may run at the same time. */
  readonly parallel: number;
  /** How many may wait, over all sources and for one, and the words for the next; any number without it. */
  readonly line?: { readonly most: number; readonly mostPerSource: number; readonly whenFull: string };
};

/** Sources take turns, so that one that asks a thousand times delays the others by one turn each. */
export function createFairQueue({ parallel, line }: FairQueueLimits): FairQueue {
  /** In the order of turns: the first source is next, and goes to the end with what it still has. */
  const waiting = new Map<string, (() => void)[]>();
  let waitingCount = 0;
  let running = 0;

  function enqueue(source: string): Promise<void> {
    const own = waiting.get(source) ?? [];
    if (line !== undefined && (waitingCount >= line.most || own.length >= line.mostPerSource)) {
      return Promise.reject(new AppError('busy', line.whenFull));
    }
    waitingCount++;
    waiting.set(source, own);
    return new Promise((resolve) => own.push(resolve));
  }

  function startNext(): void {
    const [source, own] = waiting.entries().next().value ?? [];
    if (source === undefined || own === undefined) return;
    const start = own.shift();
    waiting.delete(source);
    if (own.length > 0) waiting.set(source, own);
    if (start === undefined) return;
    waitingCount--;
    running++;
    start();
  }

  return {
    async run(source, work) {
      if (running < parallel) running++;
      else await enqueue(source);
      try {
        return await work();
      } finally {
        running--;
        startNext();
      }
    },
  };
}
