import { describe, expect, it } from 'vitest';
import {
  formatBytes,
  formatDay,
  formatDuration,
  formatFullTime,
  formatPercent,
  formatRate,
  formatRelative,
} from '../../../renderer/text/format.ts';
import { plural } from '../../../renderer/text/plural.ts';

const NOW = '2026-11-20T13:03:27.000Z';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const ago = (ms: number): number => Date.parse(NOW) - ms;

describe('figures', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1 kB'],
    [2_134_000, '2.1 MB'],
    [99_960_000, '100 MB'],
    [999_600, '1 MB'],
    [41_200_000_000, '41.2 GB'],
  ])('%d bytes are %s', (bytes, words) => {
    expect(formatBytes(bytes)).toBe(words);
  });

  it.each([
    [0, '0 ms'],
    [3100, '3.1 s'],
    [42_900, '42 s'],
    [125_000, '2 min 5 s'],
    [80 * MINUTE, '1 h 20 min'],
    [DAY, '1 day'],
    [3 * DAY + 4 * HOUR, '3 days 4 h'],
  ])('%d ms are %s', (ms, words) => {
    expect(formatDuration(ms)).toBe(words);
  });

  it('have rates, shares and plurals', () => {
    expect(formatRate(1_400_000)).toBe('1.4 MB/s');
    expect(formatPercent(0.421)).toBe('42%');
    expect([0, 1, 1200].map((count) => plural(count, { one: '# file', other: '# files' }))).toEqual(['0 files', '1 file', '1,200 files']);
  });
});

describe('moments', () => {
  it.each([
    [20_000, 'just now'],
    [-20_000, 'just now'],
    [3 * MINUTE, '3 minutes ago'],
    [-2 * DAY, 'in 2 days'],
    [DAY, 'yesterday'],
    [90 * DAY, '2 months ago'],
  ])('%d ms before now is %s', (ms, words) => {
    expect(formatRelative(ago(ms), NOW)).toBe(words);
  });

  it('have day headings', () => {
    expect(formatDay(NOW, NOW)).toBe('Today');
    expect(formatDay(ago(DAY), NOW)).toBe('Yesterday');
    expect(formatDay(ago(3 * DAY), NOW)).toBe('Tuesday 17 November');
    expect(formatDay(ago(400 * DAY), NOW)).toMatch(/^Thursday,? 16 October 2025$/);
  });

  it('name the UTC time beside the local one', () => {
    expect(formatFullTime(NOW)).toMatch(/^Friday,? 20 November 2026 at .* · 20 Nov 2026, 13:03:27 UTC$/);
  });
});
