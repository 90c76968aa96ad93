import fs from 'node:fs';
import { AppError } from '../../contract/errors.ts';

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
