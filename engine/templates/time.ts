import { civilDate, dayNumber, weekdayOf } from './calendar.ts';
import { ValueError } from './errors.ts';
import { GoInt, GoTime } from './values.ts';
import { type Zone, type ZoneState } from './zone.ts';
import { DURATION } from './types.ts';

/** What a wall clock and a calendar show. */
export interface Clock {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly weekday: number;
  /** 1 for 1 January. */
  readonly yearDay: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly zone: ZoneState;
}

const DAY = 86_400n;
const BILLION = 1_000_000_000n;
/** Seconds from 1 January of year 1 to 1970. */
export const YEAR_ONE = 62_135_596_800n;

function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b < 0n ? quotient - 1n : quotient;
}

/** Local date and time of an instant in its zone. */
export function clockOf(time: GoTime): Clock {
  const zone = time.zone.offsetAt(time.unix);
  const local = time.unix + BigInt(zone.offset);
  const days = Number(floorDivide(local, DAY));
  const seconds = Number(local - floorDivide(local, DAY) * DAY);
  const date = civilDate(days);
  return {
    ...date,
    weekday: weekdayOf(days),
    yearDay: days - dayNumber(date.year, 1, 1) + 1,
    hour: Math.floor(seconds / 3600),
    minute: Math.floor(seconds / 60) % 60,
    second: seconds % 60,
    zone,
  };
}

/** A time from nanoseconds since 1970 UTC. */
export function timeFromNanos(nanos: bigint, zone: Zone): GoTime {
  const unix = floorDivide(nanos, BILLION);
  return new GoTime(unix, Number(nanos - unix * BILLION), zone);
}

/** A time from milliseconds since 1970 UTC. Throws ValueError when `millis` is no whole number. */
export function goTime(millis: number | bigint, zone: Zone): GoTime {
  if (typeof millis === 'number' && !Number.isInteger(millis)) throw new ValueError('A time is a whole number of milliseconds.');
  return timeFromNanos(BigInt(millis) * 1_000_000n, zone);
}

/** Nanoseconds since 1970 UTC, without a limit. */
export function nanosOf(time: GoTime): bigint {
  return time.unix * BILLION + BigInt(time.nanos);
}

/** The same instant shown in another zone. */
export function inZone(time: GoTime, zone: Zone): GoTime {
  return new GoTime(time.unix, time.nanos, zone);
}

/** Years, months and days later on the calendar; an hour that the zone skips or repeats resolves as in Go's time.Date. */
export function addDate(time: GoTime, years: bigint, months: bigint, days: bigint): GoTime {
  const clock = clockOf(time);
  const number = dayNumber(clock.year + Number(years), clock.month + Number(months), clock.day + Number(days));
  if (!Number.isSafeInteger(number)) throw new ValueError('The date is beyond what can be reckoned.');
  const local = BigInt(number) * DAY + BigInt(clock.hour * 3600 + clock.minute * 60 + clock.second);
  const guess = time.zone.offsetAt(local).offset;
  const offset = guess === 0 ? 0 : time.zone.offsetAt(local - BigInt(guess)).offset;
  return new GoTime(local - BigInt(offset), time.nanos, time.zone);
}

const MAX_INT64 = (1n << 63n) - 1n;
const MIN_INT64 = -(1n << 63n);

/** A `time.Duration` in nanoseconds; what does not fit becomes the longest one. */
export function goDuration(nanos: bigint): GoInt {
  return new GoInt(DURATION, nanos > MAX_INT64 ? MAX_INT64 : nanos < MIN_INT64 ? MIN_INT64 : nanos);
}

/** Go's Duration.String: `1h2m3.5s`, `1.5ms`, `0s`. */
export function durationText(nanos: bigint): string {
  if (nanos === 0n) return '0s';
  const sign = nanos < 0n ? '-' : '';
  const size = nanos < 0n ? -nanos : nanos;
  const scaled = (digits: number, unit: string, value = size) => {
    const power = 10n ** BigInt(digits);
    const fraction = (value % power).toString().padStart(digits, '0').replace(/0+$/, '');
    return `${value / power}${fraction === '' ? '' : `.${fraction}`}${unit}`;
  };
  if (size < 1_000n) return `${sign}${size}ns`;
  if (size < 1_000_000n) return sign + scaled(3, 'µs');
  if (size < BILLION) return sign + scaled(6, 'ms');
  const minutes = size / (60n * BILLION);
  const seconds = scaled(9, 's', size % (60n * BILLION));
  if (minutes === 0n) return sign + seconds;
  const hours = minutes / 60n;
  return `${sign}${hours > 0n ? `${hours}h` : ''}${minutes % 60n}m${seconds}`;
}
