import { Fifo } from './fifo.ts';

/**
 * Bounds the bytes that reads of one channel hold at a time: from the start of the read until its reply is handed to SSH.
 * Reads beyond the limit wait in the order in which they came; while `isOpen` says no, all do.
 */
export class ReadBudget {
  readonly #limit: number;
  readonly #isOpen: () => boolean;
  readonly #waiting = new Fifo<{ readonly bytes: number; readonly start: () => void }>();
  #used = 0;
  #isPumping = false;
  #pumping = false;

  constructor(limit: number, isOpen: () => boolean) {
    this.#limit = limit;
    this.#isOpen = isOpen;
  }

  /** Calls `start` at once or later; each call needs one `release` of the same bytes. A read larger than the limit runs alone. */
  acquire(bytes: number, start: () => void): void {
    this.#waiting.push({ bytes, start });
    this.pump();
  }

  release(bytes: number): void {
    this.#used -= bytes;
    this.pump();
  }

  /** Starts what may start; called when `isOpen` may have become true. A start that ends at once does not grow the stack. */
  pump(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    try {
      for (let next = this.#waiting.peek(); next !== undefined; next = this.#waiting.peek()) {
        if (!this.#isOpen() || (this.#used > 0 && this.#used + next.bytes > this.#limit)) return;
        this.#waiting.shift();
        this.#used += next.bytes;
        next.start();
      }
    } finally {
      this.#isPumping = false;
    }
  }
}
