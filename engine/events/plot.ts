import { AppError } from '../contract/errors.ts';
import type { Output, ParsedInput } from '../contract/rpc.ts';
import { isoTime } from '../lib/clock.ts';
import type { TransferTotals } from '../store/activity-fold.ts';
import { QUARTER_MS } from '../store/event-filter.ts';
import type { Reader } from '../store/reader.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const LONGEST_MS = { hour: 62 * DAY_MS, day: 3700 * DAY_MS };

type Point = Output<'activity.plot'>['points'][number];

/**
 * Transfers per hour or day of a time zone. Buckets without any are left out. Rejects with `invalid_input` for an unknown zone, a period
 * that runs backwards or one of more than 62 days by the hour or ten years by the day.
 */
export async function plot(reader: Reader, input: ParsedInput<'activity.plot'>): Promise<Output<'activity.plot'>> {
  const { bucket, byUser, username } = input;
  const from = Date.parse(input.from);
  const to = Date.parse(input.to);
  if (from > to) throw new AppError('invalid_input', 'The period ends before it begins. Exchange the two dates.', { field: 'to' });
  if (to - from > LONGEST_MS[bucket]) {
    throw new AppError('invalid_input', 'The period is too long for this. Choose days instead of hours, or a shorter one.', {
      field: 'to',
    });
  }
  const startOf = bucketStart(bucket, input.zone);
  const totals = await reader.read('activity.totals', { from, to, byUser, ...(username === undefined ? {} : { username }) });
  const points = new Map<string, Point>();
  for (const total of totals) {
    const at = isoTime(startOf(total.quarter * QUARTER_MS));
    const key = `${at} ${total.userName}`;
    const point = points.get(key) ?? emptyPoint(at, byUser ? total.userName : (username ?? null));
    points.set(key, point);
    add(point, total);
  }
  return { points: [...points.values()].sort((a, b) => (a.at === b.at ? 0 : a.at < b.at ? -1 : 1)) };
}

function emptyPoint(at: string, username: string | null): Point {
  return { at, username, filesIn: 0, filesOut: 0, bytesIn: 0, bytesOut: 0, failures: 0 };
}

function add(point: Point, total: TransferTotals): void {
  for (const key of ['filesIn', 'filesOut', 'bytesIn', 'bytesOut', 'failures'] as const) point[key] += total[key];
}

/** The start of the bucket that a time falls into, ms; both in UTC. */
function bucketStart(bucket: 'hour' | 'day', zone: string): (at: number) => number {
  const clock = wallClock(zone);
  if (bucket === 'hour') return (at) => at - (clock(at) % HOUR_MS);
  return (at) => {
    const local = clock(at);
    const midnight = local - (local % DAY_MS);
    const guess = at - (local - midnight);
    // Off by what the clocks were changed by in between, if they were.
    return guess + (midnight - clock(guess));
  };
}

/** What the clocks of the zone show at a moment, as if it were UTC, ms. Throws `invalid_input` for a zone that nobody knows. */
function wallClock(zone: string): (at: number) => number {
  let format: Intl.DateTimeFormat;
  try {
    const numeric = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' } as const;
    format = new Intl.DateTimeFormat('en-US-u-ca-gregory-nu-latn-hc-h23', { timeZone: zone, ...numeric });
  } catch (cause) {
    throw new AppError('invalid_input', `There is no time zone "${zone}". Use a name such as Europe/Berlin.`, { field: 'zone', cause });
  }
  return (at) => {
    const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
    return Date.UTC(parts['year'] ?? 0, (parts['month'] ?? 1) - 1, parts['day'] ?? 1, parts['hour'] ?? 0, parts['minute'] ?? 0);
  };
}
