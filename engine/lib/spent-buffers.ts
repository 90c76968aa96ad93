import v8 from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * The bytes of a file go through the engine in buffers that lie outside of V8's heap and are soon nobody's. V8 hardly counts them
 * (see protocols/buffer-accounting.ts), so that a big file leaves 100 to 130 MiB of them lying about before they are collected. Whoever lets
 * a file through says how much has gone by, and every `ALLOWANCE` bytes the young generation is collected, which frees them. That takes
 * about a millisecond, since it looks at what is alive there and not at the heap.
 */

const ALLOWANCE = 16 * 1024 * 1024;

type CollectYoung = (options: { readonly type: 'minor'; readonly execution: 'sync' }) => void;

let gone = 0;
let collect: CollectYoung | null | undefined;

/** So many more bytes have gone by in buffers that nobody keeps. */
export function buffersSpent(bytes: number): void {
  gone += bytes;
  if (gone < ALLOWANCE) return;
  gone = 0;
  collect ??= findCollector();
  collect?.({ type: 'minor', execution: 'sync' });
}

/** V8's own function, which only contexts have that are made while the flag stands. Null where the flags are frozen. */
function findCollector(): CollectYoung | null {
  v8.setFlagsFromString('--expose-gc');
  try {
    const found: unknown = runInNewContext('globalThis.gc');
    return typeof found === 'function' ? (found as CollectYoung) : null;
  } finally {
    v8.setFlagsFromString('--no-expose-gc');
  }
}
