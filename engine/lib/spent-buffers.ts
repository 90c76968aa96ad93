import v8 from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * The bytes of a file go through the engine in buffers that lie outside of V8's heap and are soon nobody's. V8 hardly counts them
 * (see protocols/buffer-accounting.ts), so that a big file leaves 100 to 150 MiB of them lying about before they are collected. Whoever lets
 * a file through says how much has gone by; where `ALLOWANCE` bytes have gathered since the last time, the young generation is collected,
 * which frees them. That takes about a millisecond, since it looks at what is alive there and not at the whole heap.
 */

const ALLOWANCE = 16 * 1024 * 1024;
/** How many bytes go by between two looks. One byte of a file may mean many in buffers: a library copies it again and again. */
const LOOK_EVERY = 1024 * 1024;

type CollectYoung = (options: { readonly type: 'minor'; readonly execution: 'sync' }) => void;

let gone = 0;
/** Bytes in buffers at the last collection, or fewer where there have been fewer since. */
let floor = 0;
let collect: CollectYoung | null | undefined;

/** So many more bytes have gone by in buffers that nobody keeps. */
export function buffersSpent(bytes: number): void {
  gone += bytes;
  if (gone < LOOK_EVERY) return;
  gone = 0;
  const held = inBuffers();
  floor = Math.min(floor, held);
  if (held - floor < ALLOWANCE) return;
  collect ??= findCollector();
  collect?.({ type: 'minor', execution: 'sync' });
  floor = inBuffers();
}

function inBuffers(): number {
  return process.memoryUsage().arrayBuffers;
}

/** V8's own function, which only contexts have that are made while the flag stands; null where there is none. */
function findCollector(): CollectYoung | null {
  v8.setFlagsFromString('--expose-gc');
  try {
    const found: unknown = runInNewContext('globalThis.gc');
    return typeof found === 'function' ? (found as CollectYoung) : null;
  } finally {
    v8.setFlagsFromString('--no-expose-gc');
  }
}
