import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { openDatabase } from '../../../engine/store/database.ts';
import { type EventFilter, INDEXED_FILTERS, QUARTER_MS } from '../../../engine/store/event-filter.ts';
import { countEvents, searchEvents, searchStatement } from '../../../engine/store/event-search.ts';
import { temporaryFolder } from '../../helpers/folders.ts';
import { startLog } from './event-rows.ts';

describe('the filters of the index table', () => {
  it.each(INDEXED_FILTERS)('$filter uses $index', ({ filter, index }) => {
    const db = openDatabase(join(temporaryFolder(), 'gatehouse.db'));
    const bound = Object.fromEntries([...searchStatement(filter, false).matchAll(/@(\w+)/g)].map(([, name = '']) => [name, 1] as const));
    const plan = db.prepare<[object], { detail: string }>(`EXPLAIN QUERY PLAN ${searchStatement(filter, false)}`).all(bound);
    db.close();
    expect(plan[0]?.detail).toMatch(new RegExp(`SEARCH events USING INDEX ${index} \\(`));
  });

  it('name every index of the log, so that none is paid for without use', () => {
    const db = openDatabase(join(temporaryFolder(), 'gatehouse.db'));
    const indexes = db.prepare<[], { name: string }>("SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'events'").all();
    db.close();
    // Retention walks changes of records by an index of these alone.
    const used = new Set([...INDEXED_FILTERS.map(({ index }) => index), 'events_record_changes']);
    expect(indexes.map(({ name }) => name).filter((name) => !used.has(name))).toEqual([]);
  });
});

describe('a search', () => {
  const DAY = 86_400_000;
  const cases: { name: string; filter: EventFilter; found: number[] }[] = [
    { name: 'schema', filter: { schema: 'BASE' }, found: [1, 5] },
    { name: 'objecttype and id', filter: { objecttype: 'user', objectId: 4 }, found: [1] },
    { name: 'user id', filter: { userId: 4 }, found: [1, 2] },
    { name: 'a part of the name', filter: { displayName: 'NN' }, found: [1, 2] },
    { name: 'a part with a wildcard character', filter: { displayName: '%' }, found: [] },
    { name: 'several protocols', filter: { protocols: ['FTP', 'SFTP'] }, found: [1, 2, 3] },
    { name: 'several outcomes', filter: { outcomes: ['failed', 'denied'] }, found: [4, 5] },
    { name: 'outcomes with ok', filter: { outcomes: ['ok', 'denied'] }, found: [1, 2, 3, 4] },
    { name: 'pollable', filter: { pollable: true }, found: [1, 5] },
    { name: 'not pollable', filter: { pollable: false }, found: [2, 3, 4] },
    { name: 'uploads, failed ones too', filter: { direction: 'upload' }, found: [2, 4] },
    { name: 'downloads', filter: { direction: 'download' }, found: [3] },
    { name: 'rule', filter: { ruleId: 9 }, found: [5] },
    { name: 'one word', filter: { text: 'invoice' }, found: [2, 4] },
    { name: 'two words in different places', filter: { text: 'INVOICE berta' }, found: [4] },
    { name: 'a word with a wildcard character', filter: { text: 'inv_ice' }, found: [] },
    {
      name: 'ids and ranges',
      filter: {
        ids: [
          [5, 9],
          [1, 1],
          [2, 2],
        ],
      },
      found: [1, 2, 5],
    },
    { name: 'from', filter: { from: 3 * DAY }, found: [3, 4, 5] },
    { name: 'to, which is not included', filter: { to: 3 * DAY }, found: [1, 2] },
    { name: 'both', filter: { from: 2 * DAY, to: 4 * DAY }, found: [2, 3] },
    { name: 'a period without events', filter: { from: 30 * DAY }, found: [] },
    { name: 'session by its token', filter: { token: 'no such token' }, found: [] },
    { name: 'session that began', filter: { sessionCreatedFrom: 1000, sessionCreatedTo: 1001 }, found: [1, 2] },
    { name: 'session that ended', filter: { sessionExpiredFrom: 1 }, found: [3] },
  ];

  test.each([false, true])('finds what it should, folded: %s', (isFolded) => {
    const log = startLog();
    const [first, second] = [log.session(4, 1000), log.session(5, 2000)];
    log.db.prepare('UPDATE sessions SET ended_at = 5000 WHERE id = ?').run(second);
    const anna = { userId: 4, userName: 'anna', protocol: 'SFTP', sessionId: first } as const;
    const login = { type: 'USER_LOGIN', pollable: true, schema: 'BASE', objecttype: 'user', objectId: 4 } as const;
    const run = { type: 'RULE_RUN', pollable: true, schema: 'BASE', objecttype: 'rule', objectId: 9, origin: 'rule' } as const;
    log.insert([
      { at: DAY, ...login, ...anna },
      { at: 2 * DAY, ...anna, path: '/in/invoice.pdf', info: '{"operation":"upload"}' },
      { at: 3 * DAY, type: 'ASSET_DOWNLOAD', userName: 'berta', protocol: 'FTP', path: '/out/x', sessionId: second },
      {
        at: 4 * DAY,
        type: 'TRANSFER_FAILED',
        userName: 'berta',
        path: '/in/Invoice.pdf',
        outcome: 'denied',
        info: '{"direction":"upload"}',
      },
      { at: 5 * DAY, ...run, outcome: 'failed' },
    ]);
    if (isFolded) log.fold();
    const search = (filter: EventFilter): number[] =>
      searchEvents(log.db, { ...filter, ascending: true, limit: 100 }).events.map(({ _id }) => _id);
    expect(cases.map(({ name, filter }) => [name, search(filter)])).toEqual(cases.map(({ name, found }) => [name, found]));
    expect(cases.map(({ filter }) => countEvents(log.db, filter).count)).toEqual(cases.map(({ found }) => found.length));
    const { events } = searchEvents(log.db, { sessionId: first, limit: 1 });
    expect(search({ token: events[0]?._session?.token ?? '' })).toEqual([1, 2]);
  });

  test('finds an event of a clock that was put back', () => {
    const log = startLog();
    log.insert([{ at: 10 * QUARTER_MS }, { at: 5 * QUARTER_MS }, { at: 11 * QUARTER_MS }, { at: 5 * QUARTER_MS }]);
    log.fold(3);
    const { events } = searchEvents(log.db, { from: 5 * QUARTER_MS, to: 6 * QUARTER_MS, limit: 10 });
    expect(events.map(({ _id }) => _id)).toEqual([4, 2]);
  });

  test('in the past does not look at what came later', () => {
    const log = startLog();
    log.insert(Array.from({ length: 5000 }, (_, index) => ({ at: index < 10 ? 0 : DAY })));
    log.fold(3000);
    // No budget: one stretch of ids is all that is looked at.
    expect(searchEvents(log.db, { to: QUARTER_MS, limit: 100, budgetMs: 0 })).toMatchObject({ partial: false, events: { length: 10 } });
  });
});
