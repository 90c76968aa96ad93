import fs from 'node:fs';
import { AppError } from '../../contract/errors.ts';
import { fromErrno } from './errno.ts';
import type { SyncPace } from './sync-pace.ts';

/**
 * A file descriptor that is closed only when no call uses it any more. A connection can end while a read or write waits for a thread;
 * closed under it, the number would soon belong to another partner's file, and the call would go there.
 */
export class Descriptor {
  readonly #fd: number;
  #users = 0;
  #isClosing = false;

  constructor(fd: number) {
    this.#fd = fd;
  }

  /** The number, for a synchronous call. Throws `connection_lost` once it is being closed. */
  get fd(): number {
    if (this.#isClosing) throw new AppError('connection_lost');
    return this.#fd;
  }

  /** Keeps it open until `work` has settled. */
  async use<T>(work: (fd: number) => Promise<T>): Promise<T> {
    const { fd } = this;
    this.#users++;
    try {
      return await work(fd);
    } finally {
      this.#users--;
      this.#closeWhenFree();
    }
  }

  /** Calls `work` with the number at once. Its errors become AppErrors. */
  try<T>(work: (fd: number) => T): T {
    try {
      return work(this.fd);
    } catch (error) {
      throw fromErrno(error);
    }
  }

  /** Starts a call of Node's on a thread, keeps the file open until it is done and resolves with what it gives. Its errors become AppErrors. */
  call<T = void>(start: (fd: number, done: (error: NodeJS.ErrnoException | null, value: T) => void) => void): Promise<T> {
    return this.use(
      (fd) =>
        new Promise((resolve, reject) => {
          start(fd, (error, value) => (error === null ? resolve(value) : reject(fromErrno(error))));
        }),
    );
  }

  /** Makes what was written durable, at once or on a thread as the pace has it. */
  sync(pace: SyncPace): Promise<void> {
    return pace.sync(
      () => this.try((fd) => fs.fsyncSync(fd)),
      () => this.call((fd, done: (error: NodeJS.ErrnoException | null) => void) => fs.fsync(fd, done)),
    );
  }

  /** Idempotent. New calls are refused at once. */
  close(): void {
    if (this.#isClosing) return;
    this.#isClosing = true;
    this.#closeWhenFree();
  }

  #closeWhenFree(): void {
    if (this.#isClosing && this.#users === 0) fs.closeSync(this.#fd);
  }
}
