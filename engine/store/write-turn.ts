/** Whose turn it is to write the database: the engine's thread or the maintenance worker. */
export type WriteTurn = {
  /** Runs `work` when the other one does not write; it must be short. Whoever has the turn may ask for it again. */
  hold<T>(work: () => T): T;
};

/** For a connection that nobody else writes beside. */
export const ALONE: WriteTurn = { hold: (work) => work() };

const FREE = 0;
const HELD = 1;
const AWAITED = 2;
/** As long as SQLite itself would wait. Somebody who was cut off while holding it must not stop the other. */
const PATIENCE_MS = 5000;

/** The memory that both sides share; made by the engine's thread. */
export function newTurnMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
}

/**
 * SQLite's own lock has no queue: whoever finds it taken asks again after 1, 2, 5, 10, 15, 20, 25 ms, and an upload that asked at the wrong
 * moments waited 80 ms for chunks of 4 ms. Here it is woken when the chunk ends. SQLite's lock stays what keeps the data right.
 */
export function createWriteTurn(memory: SharedArrayBuffer): WriteTurn {
  const cell = new Int32Array(memory);
  let isHolding = false;

  function take(): void {
    if (Atomics.compareExchange(cell, 0, FREE, HELD) === FREE) return;
    const deadline = performance.now() + PATIENCE_MS;
    while (Atomics.exchange(cell, 0, AWAITED) !== FREE) {
      const left = deadline - performance.now();
      if (left <= 0) return;
      Atomics.wait(cell, 0, AWAITED, left);
    }
  }

  function give(): void {
    if (Atomics.exchange(cell, 0, FREE) === AWAITED) Atomics.notify(cell, 0);
  }

  return {
    hold(work) {
      if (isHolding) return work();
      take();
      isHolding = true;
      try {
        return work();
      } finally {
        isHolding = false;
        give();
      }
    },
  };
}
