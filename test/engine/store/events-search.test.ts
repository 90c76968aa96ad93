import { expect, test } from 'vitest';
import type { EventPage, EventSearch } from '../../../engine/store/event-search.ts';
import type { Store } from '../../../engine/store/index.ts';
import { fill, startStore } from './event-rows.ts';

const ids = async (store: Store, filter: Partial<EventSearch>): Promise<number[]> =>
  (await store.reader.read('events.search', { limit: 100, ...filter })).events.map(({ _id }) => _id);

test('every filter narrows, and all of them together', async () => {
  const store = startStore();
  fill(store, [
    { type: 'USER_LOGIN', userName: 'anna', protocol: 'SFTP', ip: '192.0.2.1', at: 1000, sessionId: 5 },
    { path: '/in/a.pdf', userName: 'anna', protocol: 'SFTP', at: 2000 },
    { path: '/in/sub/b.pdf', userName: 'bert', protocol: 'FTP', at: 3000 },
    { path: '/out/c.txt', userName: 'bert', protocol: 'FTP', outcome: 'failed', at: 4000 },
  ]);
  expect(await ids(store, {})).toEqual([4, 3, 2, 1]);
  expect(await ids(store, { types: ['USER_LOGIN'] })).toEqual([1]);
  expect(await ids(store, { types: ['USER_LOGIN', 'OBJECT_INSERT'], username: 'anna' })).toEqual([2, 1]);
  expect(await ids(store, { protocols: ['FTP'] })).toEqual([4, 3]);
  expect(await ids(store, { outcomes: ['failed'] })).toEqual([4]);
  expect(await ids(store, { ip: '192.0.2.1' })).toEqual([1]);
  expect(await ids(store, { sessionId: 5 })).toEqual([1]);
  expect(await ids(store, { path: '/in/**' })).toEqual([3, 2]);
  expect(await ids(store, { path: '*.[pt][dx][ft]' })).toEqual([4, 3, 2]);
  expect(await ids(store, { from: 2000, to: 4000 })).toEqual([3, 2]);
  expect(await ids(store, { before: 3 })).toEqual([2, 1]);
  expect(await ids(store, { after: 2 })).toEqual([3, 4]);
  expect(await ids(store, { path: "'; DROP TABLE events; --" })).toEqual([]);
});

test('pages join without gap or repetition, both ways', async () => {
  const store = startStore();
  fill(
    store,
    Array.from({ length: 25 }, () => ({})),
  );
  const walk = async (go: (cursor: number | null) => Partial<EventSearch>): Promise<number[]> => {
    const seen: number[] = [];
    for (let cursor: number | null = null, first = true; first || cursor !== null; first = false) {
      const page: EventPage = await store.reader.read('events.search', { limit: 10, ...go(cursor) });
      seen.push(...page.events.map(({ _id }) => _id));
      cursor = page.cursor;
      expect(page).toMatchObject({ newestId: 25, oldestId: 1, partial: false });
    }
    return seen;
  };
  const all = Array.from({ length: 25 }, (_, index) => index + 1);
  expect(await walk((cursor) => (cursor === null ? {} : { before: cursor }))).toEqual(all.toReversed());
  expect(await walk((cursor) => ({ after: cursor ?? 0 }))).toEqual(all);
});

test('a search that runs out of its budget says so and can be taken up again', async () => {
  const store = startStore();
  fill(store, [{ path: '/needle' }, ...Array.from({ length: 5000 }, () => ({ path: '/hay' }))]);
  const walk = async (go: (cursor: number | null) => Partial<EventSearch>): Promise<{ found: number[]; partial: number }> => {
    const found: number[] = [];
    let partial = 0;
    for (let cursor: number | null = null, first = true; first || cursor !== null; first = false) {
      const page: EventPage = await store.reader.read('events.search', { limit: 10, path: '/needle', budgetMs: 0, ...go(cursor) });
      found.push(...page.events.map(({ _id }) => _id));
      cursor = page.cursor;
      expect(page.partial).toBe(cursor !== null);
      if (page.partial) partial++;
    }
    return { found, partial };
  };
  // Without a budget one stretch of ids is looked at, of 1,000 in the beginning.
  expect(await walk((cursor) => (cursor === null ? {} : { before: cursor }))).toEqual({ found: [1], partial: 5 });
  expect(await walk((cursor) => ({ after: cursor ?? 0 }))).toEqual({ found: [1], partial: 5 });
});

test('an empty log is a whole answer', async () => {
  const store = startStore();
  expect(await store.reader.read('events.search', { limit: 1 })).toEqual({
    logId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    events: [],
    newestId: 0,
    oldestId: 0,
    partial: false,
    cursor: null,
    removed: { all: { to: 0, times: 0 }, pollable: { to: 0, times: 0 } },
  });
});
