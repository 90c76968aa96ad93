import type { Clock } from './clock.ts';

/** How often something may happen, per key and for all keys together, within windows of fixed length. Memory is bounded by `overall`. */
export type RateLimit = {
  /** Counts one more. False, without counting, when the key or all keys together have had their share of this window. */
  take(key: string): boolean;
  /** Takes one count back: it turned out to be harmless. */
  giveBack(key: string): void;
};

export function createRateLimit(limits: {
  readonly clock: Clock;
  readonly windowMs: number;
  readonly perKey: number;
  readonly overall: number;
}): RateLimit {
  const { clock, windowMs, perKey, overall } = limits;
  const counts = new Map<string, number>();
  let total = 0;
  let startedAt = clock.now();

  return {
    take(key) {
      const now = clock.now();
      // A clock that was set back must not make the window longer.
      if (now - startedAt >= windowMs || now < startedAt) {
        counts.clear();
        total = 0;
        startedAt = now;
      }
      const count = counts.get(key) ?? 0;
      if (total >= overall || count >= perKey) return false;
      counts.set(key, count + 1);
      total++;
      return true;
    },
    giveBack(key) {
      const count = counts.get(key);
      if (count === undefined) return;
      if (count === 1) counts.delete(key);
      else counts.set(key, count - 1);
      total--;
    },
  };
}
