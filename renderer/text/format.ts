/** Language of the catalogue; its 24-hour clock and order of dates go with the texts. */
export const LOCALE = 'en-GB';

/** A moment as the engine gives it (ISO 8601, UTC), as a Date, or in ms since the epoch. */
export type Moment = string | number | Date;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const SIZE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

const numbers = new Intl.NumberFormat(LOCALE);
const oneDecimal = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 1 });
const percents = new Intl.NumberFormat(LOCALE, { style: 'percent', maximumFractionDigits: 0 });
const lists = new Intl.ListFormat(LOCALE, { type: 'conjunction' });
const clock = new Intl.DateTimeFormat(LOCALE, { hour: '2-digit', minute: '2-digit' });
const clockSeconds = new Intl.DateTimeFormat(LOCALE, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const date = new Intl.DateTimeFormat(LOCALE, { day: 'numeric', month: 'short', year: 'numeric' });
const weekdayDate = new Intl.DateTimeFormat(LOCALE, { weekday: 'long', day: 'numeric', month: 'long' });
const weekdayDateYear = new Intl.DateTimeFormat(LOCALE, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
const full = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'full', timeStyle: 'long' });
const fullUtc = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeStyle: 'medium', timeZone: 'UTC' });
const relative = new Intl.RelativeTimeFormat(LOCALE, { numeric: 'auto' });

/** 12,345 */
export function formatNumber(value: number): string {
  return numbers.format(value);
}

/** A share of 1 as "42%". */
export function formatPercent(share: number): string {
  return percents.format(share);
}

/** "a, b and c" */
export function formatList(items: readonly string[]): string {
  return lists.format(items);
}

/** Bytes in decimal units, as file managers show them: 2.1 MB. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < SIZE_UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value < 99.95 && unit > 0 ? oneDecimal.format(value) : numbers.format(Math.round(value))} ${SIZE_UNITS[unit] ?? 'B'}`;
}

/** Bytes per second: 1.4 MB/s. */
export function formatRate(bytesPerSecond: number): string {
  return `${formatBytes(bytesPerSecond)}/s`;
}

/** A length of time in its two greatest units: 3 s, 2 min 5 s, 1 h 20 min, 3 days 4 h. Below a second in ms. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${oneDecimal.format(ms / 1000)} s`;
  if (ms < MINUTE_MS) return `${Math.floor(ms / 1000)} s`;
  if (ms < HOUR_MS) return twoUnits(ms, MINUTE_MS, 'min', 1000, 's');
  if (ms < DAY_MS) return twoUnits(ms, HOUR_MS, 'h', MINUTE_MS, 'min');
  return twoUnits(ms, DAY_MS, ms < 2 * DAY_MS ? 'day' : 'days', HOUR_MS, 'h');
}

function twoUnits(ms: number, big: number, bigName: string, small: number, smallName: string): string {
  const rest = Math.floor((ms % big) / small);
  return `${Math.floor(ms / big)} ${bigName}${rest === 0 ? '' : ` ${rest} ${smallName}`}`;
}

/** The local time of day: 14:03. */
export function formatTime(at: Moment): string {
  return clock.format(new Date(at));
}

/** The local time of day to the second: 14:03:27. */
export function formatTimeSeconds(at: Moment): string {
  return clockSeconds.format(new Date(at));
}

/** The local date: 20 Nov 2026. */
export function formatDate(at: Moment): string {
  return date.format(new Date(at));
}

/** Local date and time: 20 Nov 2026, 14:03. */
export function formatDateTime(at: Moment): string {
  return `${formatDate(at)}, ${formatTime(at)}`;
}

/** Both clocks in full, for hovering: "Friday 20 November 2026 at 14:03:27 CET · 20 Nov 2026, 13:03:27 UTC". */
export function formatFullTime(at: Moment): string {
  const moment = new Date(at);
  return `${full.format(moment)} · ${fullUtc.format(moment)} UTC`;
}

/** A local day as a heading: Today, Yesterday, "Friday 20 November", with the year when it is another one than that of `now`. */
export function formatDay(at: Moment, now: Moment): string {
  const day = new Date(at);
  const today = new Date(now);
  const before = (startOfDay(today) - startOfDay(day)) / DAY_MS;
  if (before === 0) return 'Today';
  if (before === 1) return 'Yesterday';
  return (day.getFullYear() === today.getFullYear() ? weekdayDate : weekdayDateYear).format(day);
}

/** Local midnight as if it were UTC, so that days differ by whole days across changes of the clock. */
function startOfDay(day: Date): number {
  return Date.UTC(day.getFullYear(), day.getMonth(), day.getDate());
}

/** How long ago, or how long until: "3 minutes ago", "in 2 days"; "just now" within a minute. */
export function formatRelative(at: Moment, now: Moment): string {
  const ms = new Date(at).getTime() - new Date(now).getTime();
  const size = Math.abs(ms);
  if (size < MINUTE_MS) return 'just now';
  if (size < HOUR_MS) return relative.format(Math.trunc(ms / MINUTE_MS), 'minute');
  if (size < DAY_MS) return relative.format(Math.trunc(ms / HOUR_MS), 'hour');
  if (size < 60 * DAY_MS) return relative.format(Math.trunc(ms / DAY_MS), 'day');
  if (size < 730 * DAY_MS) return relative.format(Math.trunc(ms / (30.44 * DAY_MS)), 'month');
  return relative.format(Math.trunc(ms / (365.25 * DAY_MS)), 'year');
}
