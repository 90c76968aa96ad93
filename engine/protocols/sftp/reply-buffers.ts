import { MAX_DATA_LENGTH } from './packet-types.ts';
import { DATA_HEADER_LENGTH } from './replies.ts';

/**
 * Buffers for DATA replies, used again once SSH has copied them into its packets: a download then neither asks the system for fresh
 * pages nor leaves garbage. Shared by all channels; at most 8 MiB lie idle.
 */
const CAPACITY = DATA_HEADER_LENGTH + MAX_DATA_LENGTH;
const MOST_IDLE = 32;
/** Smaller replies are cheaper to allocate than to hold a whole buffer for. */
const WORTH_POOLING = 16 * 1024;
const idle: Buffer[] = [];

/** A buffer of at least the header and `length` bytes; `length` is at most MAX_DATA_LENGTH. The content is undefined. */
export function takeReplyBuffer(length: number): Buffer {
  if (length < WORTH_POOLING) return Buffer.allocUnsafe(DATA_HEADER_LENGTH + length);
  return idle.pop() ?? Buffer.allocUnsafeSlow(CAPACITY);
}

/** Gives back a buffer that nobody reads any more. */
export function giveBackReplyBuffer(buffer: Buffer): void {
  if (buffer.length === CAPACITY && idle.length < MOST_IDLE) idle.push(buffer);
}
