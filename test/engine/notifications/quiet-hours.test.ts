import { describe, expect, test } from 'vitest';
import { quietUntil } from '../../../engine/notifications/quiet-hours.ts';

/** Local clock times; the 16th of November 2026 is a Monday. */
const at = (day: number, hour: number, minute = 0): number => new Date(2026, 10, day, hour, minute).getTime();
const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];
const hours = (from: string, to: string, weekdays = EVERY_DAY) => ({ enabled: true, from, to, weekdays });

describe('quiet hours over midnight', () => {
  test.each([
    ['before they begin', at(16, 18, 59), null],
    ['when they begin', at(16, 19), at(17, 7)],
    ['after midnight', at(17, 3), at(17, 7)],
    ['the last minute', at(17, 6, 59), at(17, 7)],
    ['when they end', at(17, 7), null],
  ])('%s', (_, now, until) => expect(quietUntil(hours('19:00', '07:00'), now)).toBe(until));

  test('belong to the day on which they began', () => {
    const friday = hours('19:00', '07:00', [5]);
    expect(quietUntil(friday, at(20, 22))).toBe(at(21, 7));
    expect(quietUntil(friday, at(21, 3))).toBe(at(21, 7));
    expect(quietUntil(friday, at(21, 22))).toBeNull();
    expect(quietUntil(friday, at(20, 3))).toBeNull();
  });
});

test('quiet hours within a day', () => {
  const lunch = hours('12:00', '13:30', [1, 2, 3, 4, 5]);
  expect(quietUntil(lunch, at(16, 12, 30))).toBe(at(16, 13, 30));
  expect(quietUntil(lunch, at(16, 13, 30))).toBeNull();
  expect(quietUntil(lunch, at(21, 12, 30))).toBeNull();
});

test('whole days, and windows that follow on one another, end together', () => {
  expect(quietUntil(hours('00:00', '00:00', [6, 7]), at(21, 10))).toBe(at(23, 0));
  expect(quietUntil(hours('08:00', '08:00', [6]), at(22, 7))).toBe(at(22, 8));
});

test('quiet hours that never end are looked at again later', () => {
  const until = quietUntil(hours('00:00', '00:00'), at(16, 10));
  expect(until).toBeGreaterThan(at(22, 0));
});

test('switched off, or on no day: never', () => {
  expect(quietUntil({ ...hours('00:00', '00:00'), enabled: false }, at(16, 10))).toBeNull();
  expect(quietUntil(hours('00:00', '00:00', []), at(16, 10))).toBeNull();
});
