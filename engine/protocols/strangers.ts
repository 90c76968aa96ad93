import { sourceOf } from '../lib/address.ts';

/** How many connections may be open that nobody has signed in on. */
export type StrangerLimits = {
  readonly most: number;
  /** From one address, or one /64. */
  readonly perSource: number;
};

export const DEFAULT_STRANGER_LIMITS: StrangerLimits = { most: 100, perSource: 25 };

/** A connection that nobody has signed in on yet. */
export type Stranger = {
  /** It is none any more: somebody signed in, or it ended. Idempotent. */
  leave(): void;
};

/**
 * Bounds what connections without a sign-in can hold, so that a flood of them keeps nobody out: where all places are taken, the oldest
 * connection of whoever holds most of them gives way.
 */
export class Strangers {
  readonly #limits: () => StrangerLimits;
  /** What ends each of them, by source, oldest first. */
  readonly #bySource = new Map<string, Set<() => void>>();
  #count = 0;

  /** The limits are asked for at each connection. */
  constructor(limits: () => StrangerLimits) {
    this.#limits = limits;
  }

  /** Takes a place for a connection from there; null where its source has too many already. `drop` is called to end it in favour of another. */
  admit(address: string, drop: () => void): Stranger | null {
    const { most, perSource } = this.#limits();
    const source = sourceOf(address);
    const own = this.#bySource.get(source)?.size ?? 0;
    if (own >= perSource) return null;
    while (this.#count >= most) {
      const greediest = [...this.#bySource.entries()].reduce((a, b) => (b[1].size > a[1].size ? b : a));
      const [oldest] = greediest[1];
      if (greediest[1].size <= own || oldest === undefined) return null;
      this.#remove(greediest[0], oldest);
      oldest();
    }
    // A function of its own for each, since one may be given twice.
    const end = (): void => drop();
    const connections = this.#bySource.get(source) ?? new Set();
    this.#bySource.set(source, connections.add(end));
    this.#count++;
    return { leave: () => this.#remove(source, end) };
  }

  #remove(source: string, end: () => void): void {
    const connections = this.#bySource.get(source);
    if (connections?.delete(end) !== true) return;
    if (connections.size === 0) this.#bySource.delete(source);
    this.#count--;
  }
}
