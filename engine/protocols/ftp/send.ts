import { TLSSocket } from 'node:tls';
import type { Download } from '../../vfs/types.ts';
import { type BrokenTransfer, brokenFor } from './broken-transfer.ts';
import type { DataChannel } from './data-channel.ts';
import type { Pace } from './pace.ts';
import type { Watch } from './transfer.ts';

/** Buffers in use at once: one being read ahead, the others on their way into the socket. */
const BUFFERS = 4;
/** How long the client may take to end its side after ours, before it is answered nevertheless. */
const CLOSE_WAIT_MS = 1000;
/** How long the socket may then take to drain on its own. */
const DRAIN_MS = 60_000;

/** Bytes of a file: the first, and the first that is not sent any more; `to` null: to its end, also when it grows meanwhile. */
export type SentRange = { readonly from: number; readonly to: number | null };

/**
 * Sends `range` of `download`, in pieces of `pace`, and ends the data connection. A read is always under way while others are being written;
 * a full socket stops the reading. Rejects with BrokenTransfer when the connection breaks, or with what `read` threw; no read is under way
 * any more when it settles.
 */
export async function sendFile(
  channel: DataChannel,
  download: Download,
  { from, to }: SentRange,
  { piece }: Pace,
  watch: Watch,
): Promise<void> {
  const outlet = new Outlet(channel, watch.moved);
  const end = to ?? Number.POSITIVE_INFINITY;
  const size = Math.max(1, Math.min(piece, download.size - from));
  const buffers: Buffer[] = [];
  const written: Promise<void>[] = [];
  let position = from;
  /** The next buffer that is free again, being filled from `position` on. */
  const readInto = async (slot: number): Promise<number> => {
    await written[slot];
    const buffer = (buffers[slot] ??= Buffer.allocUnsafeSlow(size));
    return await watch.waiting(download.read(position + size > end ? buffer.subarray(0, Math.max(0, end - position)) : buffer, position));
  };
  let ahead = readInto(0);
  try {
    for (let slot = 0; ; slot = (slot + 1) % BUFFERS) {
      const count = await ahead;
      const buffer = buffers[slot];
      if (count === 0 || buffer === undefined) break;
      position += count;
      ahead = readInto((slot + 1) % BUFFERS);
      // Handled where it is awaited; an error of the socket may come first.
      ahead.catch(() => undefined);
      const write = outlet.write(buffer.subarray(0, count));
      write.catch(() => undefined);
      written[slot] = write;
      outlet.check();
    }
    await Promise.all(written);
  } catch (error) {
    // The caller closes the file next.
    await ahead.catch(() => undefined);
    throw error;
  }
  await outlet.end();
}

/** Sends the pieces of a listing and ends the data connection; errors as with `sendFile`. */
export async function sendText(channel: DataChannel, pieces: AsyncIterable<string>, onBytes: (count: number) => void): Promise<void> {
  const outlet = new Outlet(channel, onBytes);
  for await (const piece of pieces) await outlet.write(Buffer.from(piece));
  await outlet.end();
}

/** The writing side of a data connection, with every way in which it can break turned into BrokenTransfer. */
class Outlet {
  readonly #channel: DataChannel;
  readonly #onBytes: (count: number) => void;
  #broken: BrokenTransfer | null = null;
  #finished = false;

  constructor(channel: DataChannel, onBytes: (count: number) => void) {
    this.#channel = channel;
    this.#onBytes = onBytes;
    const { stream } = channel;
    stream.on('error', () => this.#break());
    stream.once('close', () => {
      if (!this.#finished) this.#break();
    });
    // Nothing is expected from the peer, but only a reader learns that it has gone.
    stream.resume();
    if (stream.destroyed) this.#break();
  }

  /** Throws when the connection is known to be broken. */
  check(): void {
    if (this.#broken !== null) throw this.#broken;
  }

  /** Resolves when the system has taken the bytes; the buffer may then be used again. */
  write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#channel.stream.write(bytes, (error) => {
        if (error) {
          reject(this.#broken ?? brokenFor('connection_lost'));
          return;
        }
        this.#onBytes(bytes.length);
        resolve();
      });
    });
  }

  /**
   * Ends our side and waits a moment for the peer to end its own, which shows that it read to the end. One that waits for the reply
   * first is not kept waiting for long.
   */
  async end(): Promise<void> {
    const { stream } = this.#channel;
    this.check();
    await new Promise<void>((resolve, reject) => {
      const lost = (): void => reject(this.#broken ?? brokenFor('connection_lost'));
      // Node does not call back where the stream has just been destroyed and does not say so yet, say by an ABOR of an empty file.
      stream.once('close', lost);
      stream.end((error?: Error | null) => {
        stream.off('close', lost);
        if (error) lost();
        else resolve();
      });
    });
    this.#finished = true;
    if (!stream.readableEnded && !stream.destroyed) {
      await new Promise<void>((resolve) => {
        const late = setTimeout(resolve, CLOSE_WAIT_MS);
        const done = (): void => {
          clearTimeout(late);
          resolve();
        };
        stream.once('end', done);
        stream.once('close', done);
      });
    }
    this.check();
    // What is still on its way to a slow peer is not cut off: closing now could turn its answer into a reset.
    stream.setTimeout(DRAIN_MS, () => stream.destroy());
  }

  #break(): void {
    // A TLS peer that leaves our close_notify unread resets the connection although it has everything.
    if (this.#finished && this.#channel.stream instanceof TLSSocket) return;
    this.#broken ??= brokenFor('connection_lost');
  }
}
