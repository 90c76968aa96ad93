import { expect, onTestFinished, test } from 'vitest';
import type { EventFilter, EventPage, EventRow } from '../../../engine/store/events-table.ts';
import { openStore, type Store } from '../../../engine/store/index.ts';
import { temporaryFolder } from '../../helpers/folders.ts';

const ROW: EventRow = {
  at: 0,
  type: 'OBJECT_INSERT',
  pollable: false,
  ip: null,
  schema: 'USER',
  objecttype: 'file',
  objectId: null,
  objectVersion: null,
  sessionId: null,
  userId: null,
  userName: null,
  protocol: null,
  client: null,
  path: null,
  targetPath: null,
  bytes: null,
  durationMs: null,
  outcome: 'ok',
  batchId: null,
  origin: 'client',
  causedBy: null,
  info: '{}',
};

function start(): Store {
  const store = openStore(temporaryFolder());
  onTestFinished(() => store.close());
  return store;
}

function fill(store: Store, rows: Partial<EventRow>[]): void {
  store.transaction(() => rows.forEach((row) => store.tables.events.insert({ ...ROW, ...row }, null)));
}

const ids = async (store: Store, filter: Partial<EventFilter>): Promise<number[]> =>
  (await store.reader.read('events.search', { limit: 100, ...filter })).events.map(({ _id }) => _id);

test('every filter narrows, and all of them together', async () => {
  const store = start();
  fill(store, [
    { type: 'USER_LOGIN', userName: 'anna', protocol: 'SFTP', ip: '192.0.2.1', at: 1000, sessionId: 5 },
    { path: '/in/a.pdf', userName: 'anna', protocol: 'SFTP', at: 2000 },
    { path: '/in/sub/b.pdf', userName: 'bert', protocol: 'FTP', at: 3000 },
    { path: '/out/c.txt', userName: 'bert', protocol: 'FTP', outcome: 'failed', at: 4000 },
  ]);
  expect(await ids(store, {})).toEqual([4, 3, 2, 1]);
  expect(await ids(store, { types: ['USER_LOGIN'] })).toEqual([1]);
  expect(await ids(store, { types: ['USER_LOGIN', 'OBJECT_INSERT'], username: 'anna' })).toEqual([2, 1]);
  expect(await ids(store, { protocol: 'FTP' })).toEqual([4, 3]);
  expect(await ids(store, { outcome: 'failed' })).toEqual([4]);
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
  const store = start();
  fill(
    store,
    Array.from({ length: 25 }, () => ({})),
  );
  const walk = async (go: (cursor: number | null) => Partial<EventFilter>): Promise<number[]> => {
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
  const store = start();
  fill(store, [{ path: '/needle' }, ...Array.from({ length: 45_000 }, () => ({ path: '/hay' }))]);
  const first = await store.reader.read('events.search', { limit: 10, path: '/needle', budgetMs: 0 });
  expect(first).toMatchObject({ events: [], partial: true, cursor: 25_002 });
  const second = await store.reader.read('events.search', { limit: 10, path: '/needle', budgetMs: 0, before: 25_002 });
  expect(second).toMatchObject({ events: [], partial: true, cursor: 5002 });
  const third = await store.reader.read('events.search', { limit: 10, path: '/needle', budgetMs: 0, before: 5002 });
  expect(third).toMatchObject({ events: [{ _id: 1 }], partial: false, cursor: null });
  const ascending = await store.reader.read('events.search', { limit: 10, path: '/nowhere', budgetMs: 0, after: 0 });
  expect(ascending).toMatchObject({ events: [], partial: true, cursor: 20_000 });
});

test('an empty log is a whole answer', async () => {
  const store = start();
  expect(await store.reader.read('events.search', { limit: 1 })).toEqual({
    events: [],
    newestId: 0,
    oldestId: 0,
    partial: false,
    cursor: null,
  });
});
