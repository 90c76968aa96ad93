import { MAX_DATA_LENGTH } from './packet-types.ts';
import { DATA_HEADER_LENGTH } from './replies.ts';

/**
 * Buffers for DATA replies, used again once SSH has copied them into its packets: a download then neither asks the system for fresh
 * pages nor leaves garbage. Shared by all channels, in two sizes: what nearly all clients read at once (32 KiB), and the most that is
 * granted. At most 5 MiB lie idle.
 */
const SIZES = [
  { capacity: DATA_HEADER_LENGTH + 32 * 1024, idle: [] as Buffer[], mostIdle: 32 },
  { capacity: DATA_HEADER_LENGTH + MAX_DATA_LENGTH, idle: [] as Buffer[], mostIdle: 16 },
] as const;
/** Replies below this are cheaper to allocate than to pool. */
const WORTH_POOLING = 8 * 1024;

const sizeFor = (length: number): (typeof SIZES)[number] => (DATA_HEADER_LENGTH + length <= SIZES[0].capacity ? SIZES[0] : SIZES[1]);

/** Bytes that `takeReplyBuffer(length)` takes. */
export const replyBufferBytes = (length: number): number =>
  length < WORTH_POOLING ? DATA_HEADER_LENGTH + length : sizeFor(length).capacity;

/** A buffer of at least the header and `length` bytes; `length` is at most MAX_DATA_LENGTH. The content is undefined. */
export function takeReplyBuffer(length: number): Buffer {
  if (length < WORTH_POOLING) return Buffer.allocUnsafe(DATA_HEADER_LENGTH + length);
  const { capacity, idle } = sizeFor(length);
  return idle.pop() ?? Buffer.allocUnsafeSlow(capacity);
}

/** Gives back a buffer that nobody reads any more. */
export function giveBackReplyBuffer(buffer: Buffer): void {
  const size = SIZES.find(({ capacity }) => capacity === buffer.length);
  if (size !== undefined && size.idle.length < size.mostIdle) size.idle.push(buffer);
}
