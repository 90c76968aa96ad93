import fs, { type BigIntStats } from 'node:fs';
import { Descriptor } from './descriptor.ts';
import type { SyncPace } from './sync-pace.ts';

/** An open file: the few calls on its descriptor, with AppErrors. The owner closes it exactly once. */
export class OpenFile {
  readonly #descriptor: Descriptor;
  readonly #pace: SyncPace;

  constructor(fd: number, pace: SyncPace) {
    this.#descriptor = new Descriptor(fd);
    this.#pace = pace;
  }

  /** Up to `buffer.length` bytes from `position`; 0 at the end of the file. */
  read(buffer: Uint8Array, position: number): Promise<number> {
    return this.#descriptor.call((fd, done: (error: NodeJS.ErrnoException | null, count: number) => void) =>
      fs.read(fd, buffer, 0, buffer.length, position, done),
    );
  }

  /**
   * Writes the buffers at once, without a thread: for a few KiB, whose copy into the system's cache takes less than the way to a thread and
   * back. Returns how many bytes the system took.
   */
  writeNow(buffers: readonly Uint8Array[], position: number): number {
    return this.#descriptor.try((fd) => fs.writevSync(fd, buffers, position));
  }

  /** Writes all of the buffers one after another; the kernel may take several calls. */
  async write(buffers: readonly Uint8Array[], position: number): Promise<void> {
    let rest = buffers.filter((buffer) => buffer.length > 0);
    let at = position;
    while (rest.length > 0) {
      let written = await this.#writev(rest, at);
      at += written;
      while (written > 0 && rest[0] !== undefined) {
        if (written < rest[0].length) {
          rest = [rest[0].subarray(written), ...rest.slice(1)];
          break;
        }
        written -= rest[0].length;
        rest = rest.slice(1);
      }
    }
  }

  stat(): BigIntStats {
    return this.#descriptor.try((fd) => fs.fstatSync(fd, { bigint: true }));
  }

  /** Bytes of the file now. */
  size(): number {
    return this.#descriptor.try((fd) => fs.fstatSync(fd).size);
  }

  truncate(size: number): Promise<void> {
    return this.#descriptor.call((fd, done: (error: NodeJS.ErrnoException | null) => void) => fs.ftruncate(fd, size, done));
  }

  sync(): Promise<void> {
    return this.#descriptor.sync(this.#pace);
  }

  chmod(mode: number): void {
    this.#descriptor.try((fd) => fs.fchmodSync(fd, mode));
  }

  /** Times in ms since the epoch. */
  setTimes(atimeMs: number, mtimeMs: number): void {
    this.#descriptor.try((fd) => fs.futimesSync(fd, atimeMs / 1000, mtimeMs / 1000));
  }

  /** Idempotent; calls under way are waited for. */
  close(): void {
    this.#descriptor.close();
  }

  #writev(buffers: readonly Uint8Array[], position: number): Promise<number> {
    return this.#descriptor.call((fd, done: (error: NodeJS.ErrnoException | null, count: number) => void) =>
      fs.writev(fd, buffers, position, done),
    );
  }
}
