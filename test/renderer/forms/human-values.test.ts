import { describe, expect, it } from 'vitest';
import {
  formatDurationExact,
  formatSchedule,
  formatSizeExact,
  type Parsed,
  parseDuration,
  parseSchedule,
  parseSize,
} from '../../../renderer/forms/human-values.ts';

const SECOND = 1000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

function message(parsed: Parsed<unknown>): string {
  return parsed.ok ? '' : parsed.message;
}

describe('a length of time', () => {
  it.each([
    ['90 days', 90 * DAY],
    ['90d', 90 * DAY],
    ['2 weeks', 14 * DAY],
    ['1 h 30 min', 1.5 * HOUR],
    ['1.5 hours', 1.5 * HOUR],
    ['1,5 h', 1.5 * HOUR],
    ['1 day and 2 hours', 26 * HOUR],
    ['  45 SECONDS ', 45 * SECOND],
    ['0 s', 0],
  ])('reads %s', (text, ms) => {
    expect(parseDuration(text)).toEqual({ ok: true, value: ms });
  });

  it.each(['', 'soon', '5 parsecs', '-3 days', '3 days ago', '90'])('refuses %j and says how to write it', (text) => {
    expect(message(parseDuration(text))).toMatch(/90 days|days or weeks/);
  });

  it('asks for the unit when there is none', () => {
    expect(message(parseDuration('90'))).toContain('Add the unit: 90');
  });

  it.each([0, SECOND, 1500, 90 * DAY, 1.5 * HOUR, 25 * HOUR + 61 * SECOND])('is echoed exactly: %d ms', (ms) => {
    expect(parseDuration(formatDurationExact(ms))).toEqual({ ok: true, value: ms });
  });

  it('is echoed in few words', () => {
    expect(formatDurationExact(90 * DAY)).toBe('90 days');
    expect(formatDurationExact(1.5 * HOUR)).toBe('1 hour 30 minutes');
  });
});

describe('a size', () => {
  it.each([
    ['2 GB', 2e9],
    ['2gb', 2e9],
    ['500 MB', 5e8],
    ['1.5 GiB', 1.5 * 1024 ** 3],
    ['4 GiB', 4 * 1024 ** 3],
    ['512 bytes', 512],
    ['2 G', 2e9],
  ])('reads %s', (text, bytes) => {
    expect(parseSize(text)).toEqual({ ok: true, value: bytes });
  });

  it.each(['', 'big', '2 XB', '-1 GB', '12'])('refuses %j and says how to write it', (text) => {
    expect(message(parseSize(text))).toMatch(/2 GB|GB or TB/);
  });

  it('refuses what no disk holds', () => {
    expect(message(parseSize('99999999 TB'))).toContain('larger than any disk');
  });

  it.each([0, 1, 1000, 1024, 2e9, 1.5e9, 4 * 1024 ** 3, 4097, 123_456_789])('is echoed exactly: %d bytes', (bytes) => {
    expect(parseSize(formatSizeExact(bytes))).toEqual({ ok: true, value: bytes });
  });

  it('is echoed in the unit that was meant', () => {
    expect([2e9, 1.5e9, 4 * 1024 ** 3, 4097].map(formatSizeExact)).toEqual(['2 GB', '1.5 GB', '4 GiB', '4097 B']);
  });
});

describe('a schedule', () => {
  it.each([
    ['weekdays 17:00', ['0 17 * * 1-5']],
    ['every weekday at 17:00', ['0 17 * * 1-5']],
    ['daily 6:30', ['30 6 * * *']],
    ['every day at 00:00', ['0 0 * * *']],
    ['weekends 9:00', ['0 9 * * 0,6']],
    ['Mon, Wed and Fri 8:30', ['30 8 * * 1,3,5']],
    ['Mondays 8:30 and 12:30', ['30 8,12 * * 1']],
    ['weekdays 8:00 and 12:30', ['0 8 * * 1-5', '30 12 * * 1-5']],
    ['1st of the month 6:00', ['0 6 1 * *']],
    ['1st and 15th of the month 6:00', ['0 6 1,15 * *']],
    ['every 15 minutes', ['*/15 * * * *']],
    ['hourly', ['0 * * * *']],
    ['every 2 hours', ['0 */2 * * *']],
    ['weekdays 17:00; weekends 9:00', ['0 17 * * 1-5', '0 9 * * 0,6']],
    ['5 4 * * 2', ['5 4 * * 2']],
  ])('reads %s', (text, rows) => {
    expect(parseSchedule(text)).toEqual({ ok: true, value: rows });
  });

  it.each([
    ['weekdays', 'Add the time of day'],
    ['25:00', '25:00 is no time of the day'],
    ['someday 17:00', '“someday” is no day'],
    ['every 7 minutes', 'do not divide an hour evenly'],
    ['every 90 minutes', 'do not divide an hour evenly'],
    ['32nd of the month 6:00', 'No month has a day 32'],
    ['', 'weekdays 17:00'],
  ])('refuses %j and says why', (text, why) => {
    expect(message(parseSchedule(text))).toContain(why);
  });

  it.each([
    [['0 17 * * 1-5'], 'weekdays 17:00'],
    [['30 8,12 * * 1'], 'Monday 08:30 and 12:30'],
    [['0 6 1,15,22 * *'], '1st, 15th and 22nd of the month 06:00'],
    [['*/15 * * * *'], 'every 15 minutes'],
    [['0 17 * * 1-5', '0 9 * * 0,6'], 'weekdays 17:00; weekends 09:00'],
    [['0 6 1 1 *'], '0 6 1 1 *'],
  ])('writes %j as people say it, and reads that back', (rows, text) => {
    expect(formatSchedule(rows)).toBe(text);
    expect(parseSchedule(text)).toEqual({ ok: true, value: rows });
  });
});
