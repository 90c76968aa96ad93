import { expect, test } from 'vitest';
import { createRateLimit } from '../../../engine/lib/rate-limit.ts';
import { testClock } from '../../helpers/vfs.ts';

const times = (count: number, take: () => boolean): boolean[] => Array.from({ length: count }, take);

test('each key has its share, all keys together theirs, anew in each window', () => {
  const clock = testClock();
  const limit = createRateLimit({ clock, windowMs: 1000, perKey: 2, overall: 3 });
  expect(times(3, () => limit.take('a'))).toEqual([true, true, false]);
  expect(times(2, () => limit.take('b'))).toEqual([true, false]);
  expect(limit.take('c')).toBe(false);
  clock.advance(999);
  expect(limit.take('c')).toBe(false);
  clock.advance(1);
  expect(times(3, () => limit.take('a'))).toEqual([true, true, false]);
});

test('what is given back can be taken again, and no more than was taken', () => {
  const limit = createRateLimit({ clock: testClock(), windowMs: 1000, perKey: 1, overall: 2 });
  expect(limit.take('a')).toBe(true);
  limit.giveBack('a');
  limit.giveBack('a');
  limit.giveBack('stranger');
  expect(times(2, () => limit.take('a'))).toEqual([true, false]);
  expect([limit.take('b'), limit.take('c')]).toEqual([true, false]);
});

test('a clock that is set back begins a new window', () => {
  const clock = testClock();
  const limit = createRateLimit({ clock, windowMs: 1000, perKey: 1, overall: 1 });
  expect(limit.take('a')).toBe(true);
  clock.advance(-3_600_000);
  expect(limit.take('a')).toBe(true);
});
