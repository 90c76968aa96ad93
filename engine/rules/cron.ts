import { Cron } from 'croner';

/** The times of a schedule: the union of its cron rows, to the minute, in one zone. */
export type Schedule = {
  /** The first time after `after`; null when there is none. Milliseconds since the epoch. */
  next(after: number): number | null;
  /** The last time up to and including `until`. */
  last(until: number): number | null;
};

/** Compiles a schedule. Throws for rows and zones that `cronProblem` and `zoneProblem` object to. */
export function compileSchedule(rows: readonly string[], zone: string): Schedule {
  const crons = rows.map((row) => parse(row, zone));
  return {
    next: (after) =>
      pick(
        crons.map((cron) => cron.nextRun(new Date(after))),
        Math.min,
      ),
    last: (until) =>
      pick(
        crons.map((cron) => cron.previousRuns(1, new Date(until + 1))[0] ?? null),
        Math.max,
      ),
  };
}

/** What is wrong with one cron row, or undefined. `now` is where the search for its first time starts. */
export function cronProblem(row: string, now: number): string | undefined {
  let cron: Cron;
  try {
    cron = parse(row, 'UTC');
  } catch (error) {
    const reason = (error instanceof Error ? error.message : '').replace(/^CronPattern: /, '').replace(/\.$/, '');
    return `This is not a schedule of five fields such as 30 6 * * 1-5 (${reason}).`;
  }
  return cron.nextRun(new Date(now)) === null ? 'This never comes: no month has such a day.' : undefined;
}

function parse(row: string, zone: string): Cron {
  return new Cron(row, { timezone: zone, mode: '5-part', paused: true });
}

function pick(dates: readonly (Date | null)[], choose: (...times: number[]) => number): number | null {
  const times = dates.filter((date) => date !== null).map((date) => date.getTime());
  return times.length === 0 ? null : choose(...times);
}
