import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, test } from 'vitest';
import { countEvents, searchEvents } from '../../../engine/store/event-search.ts';
import { openStore } from '../../../engine/store/index.ts';
import { createTextFeeder } from '../../../engine/store/text-index-feeder.ts';
import { TEXT_INDEX_FILE } from '../../../engine/store/text-index.ts';
import { temporaryFolder } from '../../helpers/folders.ts';
import { fill, startLog, type TestLog } from './event-rows.ts';

const found = (log: TestLog, text: string): number[] =>
  searchEvents(log.db, { text, ascending: true, limit: 100 }).events.map(({ _id }) => _id);

const ROWS = [
  { path: '/in/Rechnung-2026.pdf', userName: 'anna' },
  { path: '/in/rechnung "neu".pdf', userName: 'berta', ip: '192.0.2.17' },
  { path: '/in/Größe.txt', info: '{"operation":"upload","note":"100% 😀😀😀"}' },
  { type: 'LOGIN_FAILED', ip: '192.0.2.17', info: '{"login":"anna"}' },
  { path: '/in/ab', client: 'WinSCP' },
];

/** Words and the events they are in. */
const WORDS: readonly [words: string, ids: number[]][] = [
  ['rechnung', [1, 2]],
  ['RECHNUNG', [1, 2]],
  ['chnun', [1, 2]],
  ['rechnung berta', [2]],
  ['"neu"', [2]],
  ['Größe', [3]],
  ['100%', [3]],
  ['😀😀😀', [3]],
  ['anna', [1, 4]],
  ['192.0.2.17', [2, 4]],
  ['ab', [5]],
  ['ab winscp', [5]],
  ['pdf AND OR', []],
  ['annapdf', []],
  ['re*', []],
  ['ab\0winscp', [5]],
];

describe('a search for words', () => {
  test.each([
    ['nothing', (): void => undefined],
    ['the older half', (log: TestLog): void => void log.texts.step(3)],
    ['everything', (log: TestLog): void => log.feed()],
  ])('finds the same when %s is in the index', (_name, feed) => {
    const log = startLog();
    log.insert(ROWS);
    feed(log);
    expect(WORDS.map(([words]) => [words, found(log, words)])).toEqual(WORDS);
    expect(WORDS.map(([text]) => countEvents(log.db, { text }).count)).toEqual(WORDS.map(([, ids]) => ids.length));
  });

  it('asks the index for what is in there', () => {
    const log = startLog();
    log.insert(ROWS);
    log.feed();
    log.texts.remove([1]);
    expect(found(log, 'rechnung')).toEqual([2]);
    expect(found(log, 'ab')).toEqual([5]);
  });

  it('looks only at the beginning of a very long info', () => {
    const log = startLog();
    log.insert([{ info: JSON.stringify({ early: 'needle', filling: 'x'.repeat(20_000), late: 'thread' }) }]);
    for (const feed of [(): void => undefined, (): void => log.feed()]) {
      feed();
      expect([found(log, 'needle'), found(log, 'thread')]).toEqual([[1], []]);
    }
  });

  it('joins with other filters, newest first, page by page', () => {
    const log = startLog();
    log.insert(
      Array.from({ length: 60 }, (_, index) => ({ path: `/in/report-${String(index)}`, userName: index % 2 === 0 ? 'anna' : 'berta' })),
    );
    log.feed(7);
    log.insert([{ path: '/in/report-new', userName: 'anna' }]);
    const first = searchEvents(log.db, { text: 'report', username: 'anna', limit: 20 });
    const second = searchEvents(log.db, { text: 'report', username: 'anna', limit: 20, before: first.cursor ?? 0 });
    expect([...first.events, ...second.events].map(({ _id }) => _id)).toEqual([
      61,
      ...Array.from({ length: 30 }, (_, index) => 59 - 2 * index),
    ]);
  });
});

describe('the index', () => {
  it('never holds what the settings want gone, though a run still needs the event', () => {
    const log = startLog();
    log.insert([
      { path: '/in/first', userName: 'anna', ip: '192.0.2.1', info: '{"login":"anna","kept":"this"}' },
      { path: '/in/second', userName: 'anna' },
    ]);
    const due = log.db.prepare('INSERT INTO event_dues (event_id, removal, personal_info) VALUES (?, ?, ?)');
    due.run(1, 0, '{"names":["login"],"addresses":[]}');
    due.run(2, 1, '{"names":[],"addresses":[]}');
    log.feed();
    // The rows are still whole: what is not found is not in the index.
    expect([found(log, 'anna'), found(log, '192.0.2.1'), found(log, 'first'), found(log, 'kept'), found(log, 'second')]).toEqual([
      [],
      [],
      [1],
      [1],
      [],
    ]);
  });

  it('forgets addresses', () => {
    const log = startLog();
    log.insert([{ path: '/in/first', ip: '192.0.2.1', info: '{"network":"192.0.2.0/24","kept":1}' }]);
    log.feed();
    log.texts.refeedWithoutAddresses([1], ['network']);
    expect([found(log, '192.0.2'), found(log, 'first'), found(log, 'kept')]).toEqual([[], [1], [1]]);
  });

  it('of another log is made anew', () => {
    const log = startLog();
    log.insert(ROWS);
    log.feed();
    log.db.exec("UPDATE meta SET value = 'restored' WHERE key = 'log_id'");
    log.texts.close();
    expect(found(log, 'rechnung')).toEqual([1, 2]);
    const reopened = createTextFeeder(log.db);
    onTestFinished(() => reopened.close());
    log.insert(ROWS);
    while (reopened.step(2));
    expect(found(log, 'rechnung')).toEqual([1, 2, 6, 7]);
  });
});

describe('a text index that is', () => {
  const cases: [name: string, harm: (file: string) => void][] = [
    ['missing', (file) => ['', '-wal', '-shm'].forEach((suffix) => rmSync(file + suffix, { force: true }))],
    ['no database', (file) => writeFileSync(file, 'no database '.repeat(1000))],
  ];
  test.each(cases)('%s costs no result, and is made anew', async (_name, harm) => {
    const folder = temporaryFolder();
    const first = openStore(folder);
    fill(first, ROWS);
    await first.maintenance.settled();
    await first.close();
    harm(join(folder, TEXT_INDEX_FILE));
    const store = openStore(folder);
    onTestFinished(() => store.close());
    const search = async () => (await store.reader.read('events.search', { text: 'rechnung', limit: 10 })).events.map(({ _id }) => _id);
    expect(await search()).toEqual([2, 1]);
    await store.maintenance.settled();
    expect(await search()).toEqual([2, 1]);
  });

  it('damaged while it is in use costs no result, and is made anew', async () => {
    const folder = temporaryFolder();
    const store = openStore(folder);
    onTestFinished(() => store.close());
    fill(
      store,
      Array.from({ length: 3000 }, (_, index) => ({ path: `/in/${String(index)}/rechnung-${String(index * 7919)}` })),
    );
    await store.maintenance.settled();
    const search = async (text: string) => (await store.reader.read('events.count', { text })).count;
    expect(await search('rechnung')).toBe(3000);
    for (const suffix of ['', '-wal']) writeFileSync(join(folder, TEXT_INDEX_FILE + suffix), Buffer.alloc(200_000, 0xa5));
    expect(await search('rechnung')).toBe(3000);
    await store.maintenance.settled();
    fill(store, [{ path: '/in/rechnung-neu' }]);
    await store.maintenance.settled();
    expect(await search('rechnung')).toBe(3001);
  });
});
