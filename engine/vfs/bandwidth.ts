import { AppError } from '../contract/errors.ts';
import type { SessionIdentity } from './types.ts';

/** How much one session gets in its turn at most: small enough that the others do not wait long, large enough to be worth a turn. */
const SLICE_BYTES = 16 * 1024;
/** The least of it: slow accounts get slices of no more than their burst, which is borrowed at once. */
const LEAST_SLICE_BYTES = 512;
/** What may go out at once after a pause, in seconds of the rate. */
const BURST_SECONDS = 0.25;

/** Less at a time would be all calls and no bytes. */
const LEAST_PIECE_BYTES = 1024;

export type Direction = 'upload' | 'download';

/**
 * How much of a file to move at a time, at most `most` bytes: a quarter of a second of the session's speed, where it has one. What waits longer
 * for its turn has left its sender long before, and clients wait for an answer a quarter of a minute to a minute.
 */
export function pieceOf({ account }: Pick<SessionIdentity, 'account'>, direction: Direction, most: number): number {
  const { uploadBytesPerSecond, downloadBytesPerSecond } = account.limits;
  const rate = direction === 'upload' ? uploadBytesPerSecond : downloadBytesPerSecond;
  return rate === 0 ? most : Math.min(most, Math.max(LEAST_PIECE_BYTES, Math.floor(rate * BURST_SECONDS)));
}

type Waiting = { rest: number; readonly done: () => void; readonly fail: (error: AppError) => void };

/**
 * The speed of accounts: a token bucket per account and direction, from which its sessions take turns. Whoever has to wait waits for a timer, never
 * on the event loop.
 */
export type Bandwidth = {
  /** Resolves when that many bytes may move; at once without a limit. Rejects with `connection_lost` when the session leaves meanwhile. */
  take(
    who: { readonly accountId: number; readonly sessionId: number },
    direction: Direction,
    bytesPerSecond: number,
    bytes: number,
  ): Promise<void>;
  /** The session has ended: nothing of it waits any more. */
  leave(sessionId: number): void;
};

export function createBandwidth(now: () => number = () => performance.now()): Bandwidth {
  const lanes = new Map<string, Lane>();
  return {
    take({ accountId, sessionId }, direction, bytesPerSecond, bytes) {
      const key = `${direction}:${accountId}`;
      let lane = lanes.get(key);
      if (lane === undefined) {
        lane = new Lane(bytesPerSecond, now, () => lanes.delete(key));
        lanes.set(key, lane);
      }
      return lane.take(sessionId, bytesPerSecond, bytes);
    },
    leave(sessionId) {
      for (const lane of lanes.values()) lane.leave(sessionId);
    },
  };
}

/** One direction of one account. */
class Lane {
  readonly #now: () => number;
  readonly #idle: () => void;
  #rate: number;
  #tokens: number;
  #filledAt: number;
  /** Who waits, by session, in the order of their turns. */
  readonly #queues = new Map<number, Waiting[]>();
  #timer: NodeJS.Timeout | undefined;

  constructor(rate: number, now: () => number, idle: () => void) {
    this.#now = now;
    this.#idle = idle;
    this.#rate = rate;
    this.#tokens = rate * BURST_SECONDS;
    this.#filledAt = now();
  }

  take(sessionId: number, rate: number, bytes: number): Promise<void> {
    this.#rate = rate;
    return new Promise((done, fail) => {
      const queue = this.#queues.get(sessionId);
      const waiting = { rest: bytes, done, fail };
      if (queue === undefined) this.#queues.set(sessionId, [waiting]);
      else queue.push(waiting);
      if (this.#timer === undefined) this.#serve();
    });
  }

  leave(sessionId: number): void {
    const queue = this.#queues.get(sessionId) ?? [];
    this.#queues.delete(sessionId);
    for (const { fail } of queue) fail(new AppError('connection_lost'));
  }

  #serve(): void {
    const at = this.#now();
    this.#tokens = Math.min(this.#rate * BURST_SECONDS, this.#tokens + ((at - this.#filledAt) / 1000) * this.#rate);
    this.#filledAt = at;
    while (this.#tokens > 0) {
      const [next] = this.#queues;
      if (next === undefined) break;
      this.#turn(...next);
    }
    this.#wait();
  }

  /** One slice for the session whose turn it is, which then goes to the end of the line. */
  #turn(sessionId: number, queue: Waiting[]): void {
    this.#queues.delete(sessionId);
    const [first] = queue;
    if (first === undefined) return;
    const slice = Math.min(first.rest, SLICE_BYTES, Math.max(LEAST_SLICE_BYTES, this.#rate * BURST_SECONDS));
    // The last slice may be borrowed: what is owed is waited for before anybody's next one.
    this.#tokens -= slice;
    first.rest -= slice;
    if (first.rest <= 0) {
      queue.shift();
      first.done();
    }
    if (queue.length > 0) this.#queues.set(sessionId, queue);
  }

  #wait(): void {
    // Also without anybody waiting, so that a full bucket is forgotten and a debt is not.
    const missing = this.#queues.size > 0 ? Math.max(0, -this.#tokens) + 1 : this.#rate * BURST_SECONDS - this.#tokens;
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        if (this.#queues.size > 0) this.#serve();
        else this.#idle();
      },
      Math.max(1, Math.ceil((missing / this.#rate) * 1000)),
    );
    if (this.#queues.size === 0) this.#timer.unref();
  }
}
