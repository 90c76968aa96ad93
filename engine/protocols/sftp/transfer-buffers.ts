import { MAX_DATA_LENGTH } from './packet-types.ts';
import { DATA_HEADER_LENGTH } from './replies.ts';

/**
 * Buffers for the content of files, as DATA replies or as the payload of a WRITE. They are used again once SSH has copied them into its
 * packets, or the disk has them: a transfer then neither asks the system for fresh pages nor leaves garbage. Shared by all channels, in two
 * sizes: what nearly all clients move at once (32 KiB), and the most that is granted. At most 12 MiB lie idle: as many of the small ones as
 * the reads of one channel may hold, of the large ones what a busy upload holds.
 */
const SIZES = [
  { capacity: DATA_HEADER_LENGTH + 32 * 1024, idle: [] as Buffer[], mostIdle: 128 },
  { capacity: DATA_HEADER_LENGTH + MAX_DATA_LENGTH, idle: [] as Buffer[], mostIdle: 32 },
] as const;
/** Content below this is cheaper to allocate than to pool. */
const WORTH_POOLING = 8 * 1024;

function sizeFor(length: number): (typeof SIZES)[number] | undefined {
  return length < WORTH_POOLING ? undefined : SIZES.find(({ capacity }) => DATA_HEADER_LENGTH + length <= capacity);
}

/** Bytes that `takeTransferBuffer(length)` takes. */
export const transferBufferBytes = (length: number): number => sizeFor(length)?.capacity ?? DATA_HEADER_LENGTH + length;

/** A buffer of at least the header of a DATA reply and `length` bytes. What it holds is undefined. */
export function takeTransferBuffer(length: number): Buffer {
  const size = sizeFor(length);
  if (size === undefined) return Buffer.allocUnsafe(DATA_HEADER_LENGTH + length);
  return size.idle.pop() ?? Buffer.allocUnsafeSlow(size.capacity);
}

/** Gives back a buffer, or the part of one that was used, once nobody reads it any more. */
export function giveBackTransferBuffer(part: Buffer): void {
  const { buffer } = part;
  const size = SIZES.find(({ capacity }) => capacity === buffer.byteLength);
  if (size !== undefined && size.idle.length < size.mostIdle) size.idle.push(part.length === size.capacity ? part : Buffer.from(buffer));
}
