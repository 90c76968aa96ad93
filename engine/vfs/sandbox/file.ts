import fs, { type BigIntStats } from 'node:fs';
import { fromErrno } from './errno.ts';

/** An open file: the few calls on its descriptor, with AppErrors. The owner closes it exactly once. */
export class OpenFile {
  readonly fd: number;
  #closed = false;

  constructor(fd: number) {
    this.fd = fd;
  }

  /** Up to `buffer.length` bytes from `position`; 0 at the end of the file. */
  read(buffer: Uint8Array, position: number): Promise<number> {
    return new Promise((resolve, reject) => {
      fs.read(this.fd, buffer, 0, buffer.length, position, (error, count) => (error === null ? resolve(count) : reject(fromErrno(error))));
    });
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
    return fs.fstatSync(this.fd, { bigint: true });
  }

  /** Bytes of the file now. */
  size(): number {
    return fs.fstatSync(this.fd).size;
  }

  truncate(size: number): Promise<void> {
    return this.#call((done) => fs.ftruncate(this.fd, size, done));
  }

  sync(): Promise<void> {
    return this.#call((done) => fs.fsync(this.fd, done));
  }

  chmod(mode: number): void {
    this.#try(() => fs.fchmodSync(this.fd, mode));
  }

  /** Times in ms since the epoch. */
  setTimes(atimeMs: number, mtimeMs: number): void {
    this.#try(() => fs.futimesSync(this.fd, atimeMs / 1000, mtimeMs / 1000));
  }

  /** Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    fs.closeSync(this.fd);
  }

  #writev(buffers: readonly Uint8Array[], position: number): Promise<number> {
    return new Promise((resolve, reject) => {
      fs.writev(this.fd, buffers, position, (error, count) => (error === null ? resolve(count) : reject(fromErrno(error))));
    });
  }

  #call(start: (done: (error: NodeJS.ErrnoException | null) => void) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      start((error) => (error === null ? resolve() : reject(fromErrno(error))));
    });
  }

  #try(work: () => void): void {
    try {
      work();
    } catch (error) {
      throw fromErrno(error);
    }
  }
}
