import type { Clock } from '../lib/clock.ts';
import type { Store } from '../store/index.ts';
import type { Check } from './conditions.ts';
import type { ActiveRule } from './matcher.ts';

const HOUR_MS = 3_600_000;

/** Holds rules to their `maxRunsPerHour`. */
export type HourlyLimit = {
  /** Takes over the active rules and what they did in the last hour. */
  load(rules: readonly ActiveRule[]): void;
  /** Counts one more run; undefined when it may be, else the line of the trace that says why not. */
  take(rule: ActiveRule): Check | undefined;
};

/** Counts in memory: a run whose transaction fails counts all the same until the hour is over, which errs on the quiet side. */
export function createHourlyLimit(runs: Store['tables']['runs'], clock: Clock): HourlyLimit {
  /** Times of the runs of the last hour by rule, oldest first. */
  let times = new Map<number, number[]>();
  return {
    load(rules) {
      const since = clock.now() - HOUR_MS;
      times = new Map(
        rules.flatMap(({ id, definition: { maxRunsPerHour } }) =>
          maxRunsPerHour === undefined ? [] : [[id, runs.newestTimes(id, since, maxRunsPerHour).reverse()]],
        ),
      );
    },
    take({ id, definition: { maxRunsPerHour } }) {
      const own = times.get(id);
      if (own === undefined || maxRunsPerHour === undefined) return undefined;
      const now = clock.now();
      while ((own[0] ?? now) <= now - HOUR_MS) own.shift();
      if (own.length < maxRunsPerHour) {
        own.push(now);
        return undefined;
      }
      return {
        condition: 'maxRunsPerHour',
        expected: `at most ${maxRunsPerHour} in an hour`,
        actual: `${own.length} already`,
        matched: false,
      };
    },
  };
}
