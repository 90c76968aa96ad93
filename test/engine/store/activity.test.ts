import { join } from 'node:path';
import { describe, expect, it, onTestFinished, test } from 'vitest';
import type { ActivityRow } from '../../../engine/contract/methods/activity.ts';
import { listActivity, readSession, readTransferTotals } from '../../../engine/store/activity-reads.ts';
import { openReadOnly } from '../../../engine/store/database.ts';
import { type EventFilter, QUARTER_MS, readFoldedTo } from '../../../engine/store/event-filter.ts';
import type { EventRow } from '../../../engine/store/events-table.ts';
import { openStore } from '../../../engine/store/index.ts';
import { eventually } from '../../helpers/eventually.ts';
import { temporaryFolder } from '../../helpers/folders.ts';
import { fill, startLog, type TestLog } from './event-rows.ts';

const upload = (userName: string, sessionId: number, bytes = 10): Partial<EventRow> => ({
  userName,
  sessionId,
  bytes,
  protocol: 'SFTP',
  ip: '192.0.2.1',
  client: 'test',
  info: '{"operation":"upload"}',
});
const refused = (ip: string, at: number, login: string): Partial<EventRow> => ({
  type: 'LOGIN_FAILED',
  ip,
  at,
  outcome: 'denied',
  info: JSON.stringify({ login }),
});
const settings: Partial<EventRow> = { type: 'BASE_CONFIG_UPDATE', schema: 'BASE', objecttype: 'settings', origin: 'console' };

/** A row in few words. */
function brief(row: ActivityRow): string {
  if (row.kind === 'session') return `session ${row.sessionId} @${row.newestId} up ${row.uploads}`;
  if (row.kind === 'failed-sign-ins') return `${row.count} failed @${row.newestId} names ${row.names}`;
  return `${row.event.type} @${row.newestId}`;
}

function list(log: TestLog, filter: EventFilter = {}, query: { before?: number; limit?: number } = {}): string[] {
  return listActivity(log.db, filter, { limit: 100, ...query }).rows.map(brief);
}

/** Every place at which the fold may stand when somebody looks. */
const FOLDED = [0, 1, 3, 6, 100];

/** A morning: two sessions side by side, an attack, a change of settings, a rule that acts after its session has ended. */
function morning(log: TestLog): void {
  const [anna, berta] = [log.session(1), log.session(2)];
  log.insert([
    upload('anna', anna),
    upload('berta', berta),
    refused('198.51.100.7', 0, 'root'),
    settings,
    refused('198.51.100.7', 1000, 'admin'),
    upload('anna', anna),
    refused('198.51.100.7', 2000, 'root'),
    { ...upload('berta', berta), type: 'TRANSFER_FAILED', outcome: 'aborted', info: '{"direction":"upload"}' },
    { type: 'RULE_RUN', schema: 'BASE', objecttype: 'rule', objectId: 3, origin: 'rule', causedBy: 1, sessionId: anna },
  ]);
}

describe('the timeline', () => {
  test.each(FOLDED)('has one row per session, attack and lone event, with %i events folded', (folded) => {
    const log = startLog();
    morning(log);
    foldTo(log, folded);
    expect(list(log)).toEqual(['session 1 @9 up 2', 'session 2 @8 up 1', '3 failed @7 names 2', 'BASE_CONFIG_UPDATE @4']);
    const [first, second] = listActivity(log.db, {}, { limit: 2 }).rows;
    expect(first).toMatchObject({
      username: 'anna',
      protocol: 'SFTP',
      address: '192.0.2.1',
      client: 'test',
      bytesIn: 20,
      ruleRuns: 1,
      failures: 0,
      events: 3,
    });
    expect(second).toMatchObject({ username: 'berta', uploads: 1, failures: 1, events: 2, oldestId: 2, endedAt: null });
  });

  test.each(FOLDED)('pages join without gap or repetition, filtered or not, with %i events folded', (folded) => {
    const log = startLog();
    morning(log);
    foldTo(log, folded);
    const filters: EventFilter[] = [{}, { types: ['OBJECT_INSERT', 'BASE_CONFIG_UPDATE', 'LOGIN_FAILED'] }, { from: 0 }];
    for (const filter of filters) {
      for (const limit of [1, 2, 3]) {
        const seen: string[] = [];
        for (let before: number | null | undefined; before !== null; ) {
          const page = listActivity(log.db, filter, { limit, ...(before === undefined ? {} : { before }) });
          seen.push(...page.rows.map(brief));
          before = page.cursor;
        }
        expect(seen).toEqual(list(log, filter));
        expect(seen.length).toBe(new Set(seen).size);
      }
    }
  });

  const cases: { filter: EventFilter; rows: string[] }[] = [
    { filter: { username: 'anna' }, rows: ['session 1 @6 up 2'] },
    { filter: { types: ['LOGIN_FAILED'] }, rows: ['3 failed @7 names 2'] },
    { filter: { outcomes: ['aborted'] }, rows: ['session 2 @8 up 1'] },
    { filter: { ruleId: 3 }, rows: ['session 1 @9 up 2'] },
    { filter: { sessionId: 2 }, rows: ['session 2 @8 up 1'] },
    { filter: { types: ['BASE_CONFIG_UPDATE'] }, rows: ['BASE_CONFIG_UPDATE @4'] },
    { filter: { ip: '198.51.100.7' }, rows: ['3 failed @7 names 2'] },
    { filter: { text: 'admin' }, rows: ['3 failed @5 names 2'] },
    { filter: { types: ['SERVER_START'] }, rows: [] },
  ];
  test.each(FOLDED)('shows a row where its newest event that fits stands, with %i events folded', (folded) => {
    const log = startLog();
    morning(log);
    foldTo(log, folded);
    expect(cases.map(({ filter }) => list(log, filter))).toEqual(cases.map(({ rows }) => rows));
  });

  it('ends a row of failed sign-ins after a pause, and shows a single one as the event it is', () => {
    const log = startLog();
    log.insert([
      refused('192.0.2.9', 0, 'a'),
      refused('192.0.2.9', 600_001, 'a'),
      refused('192.0.2.9', 700_000, 'b'),
      refused('192.0.2.8', 700_000, 'a'),
    ]);
    foldTo(log, 2);
    expect(list(log)).toEqual(['LOGIN_FAILED @4', '2 failed @3 names 2', 'LOGIN_FAILED @1']);
  });

  it('leaves what consoles and scripts do outside of sessions', () => {
    const log = startLog();
    const token = log.session(null);
    log.insert([
      { ...settings, sessionId: token },
      { ...settings, sessionId: token },
    ]);
    expect(list(log)).toEqual(['BASE_CONFIG_UPDATE @2', 'BASE_CONFIG_UPDATE @1']);
  });

  it('says at the end of its budget that there is more', () => {
    const log = startLog();
    log.insert([settings, ...Array.from({ length: 1500 }, () => ({ path: '/hay' }))]);
    const first = listActivity(log.db, { types: ['BASE_CONFIG_UPDATE'], path: '/needle' }, { limit: 10, budgetMs: 0 });
    expect(first).toMatchObject({ rows: [], partial: true, cursor: 502 });
  });

  it('goes on when an event was deleted', () => {
    const log = startLog();
    log.insert([settings, settings, settings]);
    log.fold();
    log.db.prepare('DELETE FROM events WHERE id = 2').run();
    expect(list(log)).toEqual(['BASE_CONFIG_UPDATE @3', 'BASE_CONFIG_UPDATE @1']);
  });
});

test('a session is read in order, page by page, with what the rules did', () => {
  const log = startLog();
  morning(log);
  const first = readSession(log.db, { sessionId: 1, after: 0, limit: 2 });
  expect(first).toMatchObject({ more: true, events: [{ _id: 1 }, { _id: 6 }] });
  expect(readSession(log.db, { sessionId: 1, after: 6, limit: 2 })).toMatchObject({ more: false, events: [{ type: 'RULE_RUN' }] });
});

test.each(FOLDED)('transfers are summed by quarter and user, with %i events folded', (folded) => {
  const log = startLog();
  const session = log.session(1);
  log.insert([
    { ...upload('anna', session), at: 0 },
    { ...upload('anna', session), at: QUARTER_MS - 1, type: 'OBJECT_UPDATE', info: '{"operation":"overwrite"}' },
    { ...upload('anna', session), at: QUARTER_MS, type: 'OBJECT_UPDATE', info: '{"operation":"rename"}' },
    { ...upload('berta', session, 7), at: QUARTER_MS, type: 'ASSET_DOWNLOAD' },
    { ...upload('berta', session), at: QUARTER_MS, type: 'TRANSFER_FAILED', info: '{"direction":"download"}' },
    { ...upload('anna', session), at: 0, origin: 'rule' },
  ]);
  foldTo(log, folded);
  const sums = new Map<string, number[]>();
  for (const { quarter, userName, filesIn, filesOut, bytesIn, bytesOut, failures } of readTransferTotals(log.db, {
    from: 0,
    to: 2 * QUARTER_MS,
    byUser: true,
  })) {
    const key = `${quarter} ${userName}`;
    const sum = sums.get(key) ?? [0, 0, 0, 0, 0];
    sums.set(
      key,
      [filesIn, filesOut, bytesIn, bytesOut, failures].map((value, index) => value + (sum[index] ?? 0)),
    );
  }
  expect(Object.fromEntries(sums)).toEqual({ '0 anna': [2, 0, 20, 0, 0], '1 berta': [0, 1, 0, 7, 1] });
});

test('the maintenance worker folds behind the log', async () => {
  const folder = temporaryFolder();
  const store = openStore(folder);
  onTestFinished(() => store.close());
  fill(
    store,
    Array.from({ length: 1200 }, () => settings),
  );
  const db = openReadOnly(join(folder, 'gatehouse.db'));
  onTestFinished(() => void db.close());
  await eventually(() => expect(readFoldedTo(db)).toBe(1200));
});

/** Folds about this many events, in two steps where there are more than one. */
function foldTo(log: TestLog, events: number): void {
  if (events >= 100) log.fold();
  else if (events > 0) log.foldOnce(events);
}
