import { describe, expect, it, test } from 'vitest';
import { plot } from '../../../engine/events/plot.ts';
import { fill, ROW, startStore } from '../store/event-rows.ts';

const at = (time: string): number => Date.parse(time);
const upload = (time: string, userName = 'anna') => ({ ...ROW, at: at(time), userName, bytes: 10, info: '{"operation":"upload"}' });

type Wish = Parameters<typeof plot>[1];
const wish = (changes: Partial<Wish>): Wish => ({
  from: '2026-01-01T00:00:00Z',
  to: '2026-02-01T00:00:00Z',
  bucket: 'day',
  zone: 'UTC',
  byUser: false,
  ...changes,
});

describe('days begin where they begin in the zone', () => {
  test.each([
    ['UTC', '2026-07-01T23:30:00Z', '2026-07-01T00:00:00.000Z'],
    ['Europe/Berlin', '2026-07-01T21:45:00Z', '2026-06-30T22:00:00.000Z'],
    ['Europe/Berlin', '2026-07-01T22:00:00Z', '2026-07-01T22:00:00.000Z'],
    ['Asia/Kolkata', '2026-07-01T18:30:00Z', '2026-07-01T18:30:00.000Z'],
    ['Asia/Kathmandu', '2026-07-01T18:14:00Z', '2026-06-30T18:15:00.000Z'],
    ['America/St_Johns', '2026-07-01T02:15:00Z', '2026-06-30T02:30:00.000Z'],
    // Clocks go forward at 02:00 on 29 March, back at 03:00 on 25 October.
    ['Europe/Berlin', '2026-03-29T20:00:00Z', '2026-03-28T23:00:00.000Z'],
    ['Europe/Berlin', '2026-10-25T20:00:00Z', '2026-10-24T22:00:00.000Z'],
  ])('%s: %s falls on the day of %s', async (zone, time, start) => {
    const store = startStore();
    fill(store, [upload(time)]);
    const { points } = await plot(store.reader, wish({ from: '2026-01-01T00:00:00Z', to: '2027-01-01T00:00:00Z', zone }));
    expect(points).toEqual([{ at: start, username: null, filesIn: 1, filesOut: 0, bytesIn: 10, bytesOut: 0, failures: 0 }]);
  });
});

it('keeps the two hours apart that a clock shows twice', async () => {
  const store = startStore();
  fill(store, [upload('2026-10-25T00:10:00Z'), upload('2026-10-25T01:10:00Z'), upload('2026-10-25T01:50:00Z')]);
  const { points } = await plot(
    store.reader,
    wish({ from: '2026-10-25T00:00:00Z', to: '2026-10-26T00:00:00Z', bucket: 'hour', zone: 'Europe/Berlin' }),
  );
  expect(points.map((point) => [point.at, point.filesIn])).toEqual([
    ['2026-10-25T00:00:00.000Z', 1],
    ['2026-10-25T01:00:00.000Z', 2],
  ]);
});

it('sums all users, each for itself, or one', async () => {
  const store = startStore();
  fill(store, [upload('2026-01-02T10:00:00Z'), upload('2026-01-02T11:00:00Z', 'berta'), upload('2026-01-02T12:00:00Z', 'berta')]);
  const files = async (changes: Partial<Wish>) =>
    (await plot(store.reader, wish(changes))).points.map(({ username, filesIn }) => [username, filesIn]);
  expect(await files({})).toEqual([[null, 3]]);
  expect((await files({ byUser: true })).sort()).toEqual([
    ['anna', 1],
    ['berta', 2],
  ]);
  expect(await files({ username: 'berta' })).toEqual([['berta', 2]]);
});

test.each([
  ['an unknown zone', { zone: 'Mars/Olympus' }, 'zone'],
  ['a period that runs backwards', { from: '2026-02-02T00:00:00Z' }, 'to'],
  ['too many hours', { bucket: 'hour', to: '2026-12-01T00:00:00Z' }, 'to'],
] as const)('%s is refused', async (_name, changes, field) => {
  await expect(plot(startStore().reader, wish(changes))).rejects.toMatchObject({ code: 'invalid_input', field });
});
