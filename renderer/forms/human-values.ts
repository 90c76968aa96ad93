/**
 * Values as people type them and as they are read back. Each `parse` takes what its `format` writes and gives the same value again.
 */
export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly message: string };

const ok = <T>(value: T): Parsed<T> => ({ ok: true, value });
const wrong = (message: string): { readonly ok: false; readonly message: string } => ({ ok: false, message });

/** "1.5" and "1,5"; undefined for anything else. */
function number(text: string): number | undefined {
  return /^\d+(?:[.,]\d+)?$/.test(text) ? Number(text.replace(',', '.')) : undefined;
}

type Unit = { readonly size: number; readonly names: readonly string[]; readonly one: string; readonly other: string };

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Longest first. Months and years are left out: their length depends on the calendar. */
const DURATION_UNITS: readonly Unit[] = [
  { size: 7 * DAY_MS, names: ['w', 'wk', 'week', 'weeks'], one: 'week', other: 'weeks' },
  { size: DAY_MS, names: ['d', 'day', 'days'], one: 'day', other: 'days' },
  { size: HOUR_MS, names: ['h', 'hr', 'hrs', 'hour', 'hours'], one: 'hour', other: 'hours' },
  { size: MINUTE_MS, names: ['m', 'min', 'mins', 'minute', 'minutes'], one: 'minute', other: 'minutes' },
  { size: SECOND_MS, names: ['s', 'sec', 'secs', 'second', 'seconds'], one: 'second', other: 'seconds' },
];

/** "90 days", "1 h 30 min", "1.5 hours" in ms. */
export function parseDuration(text: string): Parsed<number> {
  const pieces = [
    ...text
      .trim()
      .toLowerCase()
      .matchAll(/(\d+(?:[.,]\d+)?)\s*([a-z]*)(?:\s+and\s+|[\s,]*)/gy),
  ];
  const read = pieces.map(([piece]) => piece).join('');
  if (pieces.length === 0 || read.length !== text.trim().length) return wrong('Write a length of time such as 90 days or 1 h 30 min.');
  let total = 0;
  for (const [, figure = '', name = ''] of pieces) {
    const unit = DURATION_UNITS.find(({ names }) => names.includes(name));
    if (unit === undefined) {
      return wrong(
        name === ''
          ? `Add the unit: ${figure} seconds, minutes, hours, days or weeks.`
          : `“${name}” is no unit of time that is known here. Use seconds, minutes, hours, days or weeks.`,
      );
    }
    total += (number(figure) ?? 0) * unit.size;
  }
  return Number.isSafeInteger(total) ? ok(total) : wrong('Use whole milliseconds at least, and fewer of them.');
}

/** A length of time in ms exactly, in as few words as possible: "90 days", "1 hour 30 minutes". */
export function formatDurationExact(ms: number): string {
  if (ms === 0) return '0 seconds';
  const parts: string[] = [];
  let rest = ms;
  for (const unit of DURATION_UNITS.slice(1)) {
    const count = unit.size === SECOND_MS ? rest / SECOND_MS : Math.floor(rest / unit.size);
    if (count === 0) continue;
    parts.push(`${count} ${count === 1 ? unit.one : unit.other}`);
    rest -= count * unit.size;
  }
  return parts.join(' ');
}

/** Decimal units as file managers show them, and binary ones for who means those. Longest first. */
const SIZE_UNITS = [
  ['TB', 1000 ** 4],
  ['TiB', 1024 ** 4],
  ['GB', 1000 ** 3],
  ['GiB', 1024 ** 3],
  ['MB', 1000 ** 2],
  ['MiB', 1024 ** 2],
  ['kB', 1000],
  ['KiB', 1024],
  ['B', 1],
] as const;

/** "2 GB", "1.5 GiB", "500 bytes" in bytes. A unit is one of thousand unless it says `i`. */
export function parseSize(text: string): Parsed<number> {
  const [, figure = '', name = ''] = /^(\d+(?:[.,]\d+)?)\s*([a-z]*)$/i.exec(text.trim()) ?? [];
  const amount = number(figure);
  if (amount === undefined) return wrong('Write a size such as 2 GB or 500 MB.');
  if (name === '') return wrong(`Add the unit: ${figure} kB, MB, GB or TB.`);
  const word = name.toLowerCase();
  const unit = SIZE_UNITS.find(([known]) => [known.toLowerCase(), known.slice(0, -1).toLowerCase()].includes(word) && known !== 'B');
  const size = /^(b|bytes?)$/.test(word) ? 1 : unit?.[1];
  if (size === undefined) return wrong(`“${name}” is no unit of size that is known here. Use kB, MB, GB or TB.`);
  const bytes = amount * size;
  return Number.isSafeInteger(Math.round(bytes)) ? ok(Math.round(bytes)) : wrong('This is larger than any disk. Write a smaller size.');
}

/** Bytes exactly, in the unit that needs the fewest figures: "2 GB", "1.5 GiB", "4,097 B" as "4097 B". */
export function formatSizeExact(bytes: number): string {
  for (const [name, size] of SIZE_UNITS) {
    const amount = bytes / size;
    if (amount >= 1 && Number.isInteger(amount * 100)) return `${amount} ${name}`;
  }
  return `${bytes} B`;
}

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;
const NAMED_DAYS: Readonly<Record<string, string>> = { day: '*', daily: '*', weekday: '1-5', weekend: '0,6' };
const SCHEDULE_HELP = 'Write when, such as weekdays 17:00, every 15 minutes, Monday and Friday 8:30 or 1st of the month 6:00.';
const CRON_ROW = /^[\d*/,-]+ [\d*?/,L-]+ [\d*?/,LW-]+ [\d*/,A-Za-z-]+ [\d*?/,#LA-Za-z-]+$/;

/**
 * "weekdays 17:00", "every 15 minutes", "Mon, Fri 8:30 and 12:00", "1st of the month 6:00" as rows of five cron fields (minute, hour,
 * day of month, month, day of week); such a row itself is taken as it is. Several are separated by semicolons.
 */
export function parseSchedule(text: string): Parsed<readonly string[]> {
  const parts = text.split(';').map((part) => part.trim());
  if (parts.some((part) => part === '')) return wrong(SCHEDULE_HELP);
  const rows: string[] = [];
  for (const part of parts) {
    const parsed = CRON_ROW.test(part) ? ok([part]) : (parseInterval(part.toLowerCase()) ?? parseDaysAndTimes(part.toLowerCase()));
    if (!parsed.ok) return parsed;
    rows.push(...parsed.value);
  }
  return ok(rows);
}

/** "every 15 minutes", "hourly", "every 2 hours"; undefined when it is nothing of the kind. */
function parseInterval(text: string): Parsed<readonly string[]> | undefined {
  if (/^(hourly|every hour)$/.test(text)) return ok(['0 * * * *']);
  if (text === 'every minute') return ok(['* * * * *']);
  const [, figure, unit = ''] = /^every (\d+) ?(m|min|minutes|h|hours)$/.exec(text) ?? [];
  if (figure === undefined) return undefined;
  const [most, what] = unit.startsWith('m') ? [60, 'minutes'] : [24, 'hours'];
  const count = Number(figure);
  if (count < 1 || count >= most || most % count !== 0) {
    return wrong(
      `${figure} ${what} do not divide ${what === 'minutes' ? 'an hour' : 'a day'} evenly. Choose a number that does, such as ${most / 4}.`,
    );
  }
  return ok([what === 'minutes' ? `*/${count} * * * *` : `0 */${count} * * *`]);
}

function parseDaysAndTimes(text: string): Parsed<readonly string[]> {
  const times: { hour: number; minute: number }[] = [];
  let days = text;
  for (const [clock, hour = '', minute = ''] of text.matchAll(/\b(\d{1,2}):(\d{2})\b/g)) {
    if (Number(hour) > 23 || Number(minute) > 59) return wrong(`${clock} is no time of the day. Write it as 00:00 to 23:59.`);
    times.push({ hour: Number(hour), minute: Number(minute) });
    days = days.replace(clock, '');
  }
  if (times.length === 0) return wrong(`Add the time of day, such as 17:00. ${SCHEDULE_HELP}`);
  const fields = parseDays(days);
  return fields.ok ? ok(cronRows(times, fields.value)) : fields;
}

type DayFields = { readonly dayOfMonth: string; readonly dayOfWeek: string };

function parseDays(text: string): Parsed<DayFields> {
  const words = text.split(/[\s,]+/).filter((word) => !/^(every|on|at|and|the|of|month|monthly|each|)$/.test(word));
  const ordinals = words.map((word) => /^(\d{1,2})(?:st|nd|rd|th)$/.exec(word)?.[1]);
  if (words.length > 0 && ordinals.every((ordinal) => ordinal !== undefined)) {
    const unknown = ordinals.find((ordinal) => Number(ordinal) < 1 || Number(ordinal) > 31);
    return unknown === undefined
      ? ok({ dayOfMonth: ordinals.map(Number).join(','), dayOfWeek: '*' })
      : wrong(`No month has a day ${unknown}. Choose 1 to 31.`);
  }
  if (words.length === 0) return ok({ dayOfMonth: '*', dayOfWeek: '*' });
  const fields: string[] = [];
  for (const word of words) {
    const singular = word.replace(/s$/, '');
    const day = DAYS.findIndex((name) => singular.length >= 3 && name.toLowerCase().startsWith(singular));
    const field = NAMED_DAYS[singular] ?? (day < 0 ? undefined : String(day));
    if (field === undefined) return wrong(`“${word}” is no day that is known here. ${SCHEDULE_HELP}`);
    fields.push(field);
  }
  return ok({ dayOfMonth: '*', dayOfWeek: fields.includes('*') ? '*' : fields.join(',') });
}

/** As few rows as possible: times with the same minute share one. */
function cronRows(times: readonly { hour: number; minute: number }[], { dayOfMonth, dayOfWeek }: DayFields): string[] {
  const minutes = [...new Set(times.map(({ minute }) => minute))];
  return minutes.map((minute) => {
    const hours = times.filter((time) => time.minute === minute).map(({ hour }) => hour);
    return `${minute} ${hours.join(',')} ${dayOfMonth} * ${dayOfWeek}`;
  });
}

/** Cron rows in the words of `parseSchedule`; a row that has none is given as it is. */
export function formatSchedule(rows: readonly string[]): string {
  return rows.map(formatCronRow).join('; ');
}

function formatCronRow(row: string): string {
  const [minute = '', hour = '', dayOfMonth = '', month = '', dayOfWeek = ''] = row.split(' ');
  if (month !== '*') return row;
  if (row === '* * * * *') return 'every minute';
  if (row === '0 * * * *') return 'every hour';
  const interval = dayOfMonth === '*' && dayOfWeek === '*' ? intervalWords(minute, hour) : undefined;
  if (interval !== undefined) return interval;
  const days = dayWords(dayOfMonth, dayOfWeek);
  if (days === undefined || !/^\d+$/.test(minute) || !/^\d+(,\d+)*$/.test(hour)) return row;
  const times = hour.split(',').map((one) => `${one.padStart(2, '0')}:${minute.padStart(2, '0')}`);
  return `${days} ${words(times)}`;
}

function intervalWords(minute: string, hour: string): string | undefined {
  const everyMinutes = /^\*\/(\d+)$/.exec(minute)?.[1];
  const everyHours = /^\*\/(\d+)$/.exec(hour)?.[1];
  if (everyMinutes !== undefined && hour === '*' && 60 % Number(everyMinutes) === 0) return `every ${everyMinutes} minutes`;
  if (everyHours !== undefined && minute === '0' && 24 % Number(everyHours) === 0) return `every ${everyHours} hours`;
  return undefined;
}

function dayWords(dayOfMonth: string, dayOfWeek: string): string | undefined {
  if (dayOfMonth !== '*') {
    if (dayOfWeek !== '*' || !/^\d+(,\d+)*$/.test(dayOfMonth)) return undefined;
    return `${words(dayOfMonth.split(',').map((day) => ordinal(Number(day))))} of the month`;
  }
  if (dayOfWeek === '*') return 'every day';
  if (dayOfWeek === '1-5') return 'weekdays';
  if (dayOfWeek === '0,6') return 'weekends';
  if (!/^[0-6](,[0-6])*$/.test(dayOfWeek)) return undefined;
  return words(dayOfWeek.split(',').map((day) => DAYS[Number(day)] ?? day));
}

function words(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`;
}

function ordinal(day: number): string {
  const teen = day >= 11 && day <= 13;
  const ending = teen ? 'th' : (['th', 'st', 'nd', 'rd'][day % 10] ?? 'th');
  return `${day}${ending}`;
}
