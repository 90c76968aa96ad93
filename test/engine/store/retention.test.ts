import { statSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { listActivity } from '../../../engine/store/activity-reads.ts';
import { type EventRow, readLogState } from '../../../engine/store/events-table.ts';
import { createRunsTable } from '../../../engine/store/runs-table.ts';
import { createSessionsTable } from '../../../engine/store/sessions-table.ts';
import { retentionChunks } from '../../../engine/store/retention.ts';
import type { RetentionPlan } from '../../../engine/store/retention-plan.ts';
import { createDuesSettler } from '../../../engine/store/dues-settler.ts';
import { startLog, type TestLog } from './event-rows.ts';

const DAY = 86_400_000;
const NOW = 1000 * DAY;

/** Keeps everything; each test changes what it is about. */
const KEEP: RetentionPlan = {
  types: [],
  othersBefore: 0,
  runsBefore: 0,
  failedRunsBefore: 0,
  largestBytes: Number.MAX_SAFE_INTEGER,
  forgetSessionAddressesBefore: null,
  operations: [],
};

/** No key of `info` is personal, as a due has it. */
const NOTHING = '{"names":[],"addresses":[]}';

const ofType = (type: string, changes: Partial<RetentionPlan['types'][number]>) => ({
  type,
  deleteBefore: 0,
  forgetAddressesBefore: null,
  addressInfo: [],
  ...changes,
});

/** A whole pass, in chunks of `rows` and `ms`; returns how many there were. */
function pass(log: TestLog, plan: Partial<RetentionPlan>, rows = 10, ms = Number.POSITIVE_INFINITY): number {
  let count = 0;
  for (const chunk of retentionChunks(log.db, log.texts, { ...KEEP, ...plan })) {
    do count++;
    while (chunk({ rows, ms }));
  }
  return count;
}

const ids = (log: TestLog): number[] =>
  log.db
    .prepare<[], { id: number }>('SELECT id FROM events ORDER BY id')
    .all()
    .map(({ id }) => id);

function run(log: TestLog, eventId: number | null, state: 'queued' | 'waiting' | 'running' | 'done' | 'failed', at = 0): number {
  const rest = {
    uid: 'u',
    ruleId: 1,
    ruleVersion: 1,
    ruleName: 'r',
    trigger: 't',
    depth: 0,
    serial: 0,
    targets: null,
    trace: '[]',
    lane: null,
  };
  const isEnded = state === 'done' || state === 'failed';
  return createRunsTable(log.db).insert({
    ...rest,
    eventId,
    state,
    batchKey: null,
    at,
    notBefore: at,
    finishedAt: isEnded ? at : null,
    error: null,
  });
}

/** An event a day, the oldest first. */
const daily = (count: number, row: Partial<EventRow> = {}): Partial<EventRow>[] =>
  Array.from({ length: count }, (_, index) => ({ at: NOW - (count - index) * DAY, ...row }));

describe('retention', () => {
  it('deletes each type by its own age', () => {
    const log = startLog();
    log.insert([...daily(50, { type: 'A' }), ...daily(50, { type: 'B' }), ...daily(50, { type: 'OF_ANOTHER_PROGRAM' })]);
    pass(log, {
      types: [ofType('A', { deleteBefore: NOW - 7 * DAY }), ofType('B', { deleteBefore: NOW - 30 * DAY })],
      othersBefore: NOW - 10 * DAY,
    });
    const left = log.db.prepare<[], { type: string; left: number }>('SELECT type, count(*) AS left FROM events GROUP BY type').all();
    expect(left).toEqual([
      { type: 'A', left: 7 },
      { type: 'B', left: 30 },
      { type: 'OF_ANOTHER_PROGRAM', left: 10 },
    ]);
  });

  it('notes how far it went with one row for each chunk, of all types and of the pollable ones', () => {
    const log = startLog();
    const removed = () => readLogState(log.db).removed;
    log.insert([...daily(30, { type: 'A', pollable: true }), ...daily(30, { type: 'B' })]);
    expect(removed()).toEqual({ all: { to: 0, times: 0 }, pollable: { to: 0, times: 0 } });
    pass(log, { types: [ofType('A', { deleteBefore: NOW - 10 * DAY })] }, 5);
    expect(removed()).toEqual({ all: { to: 20, times: 4 }, pollable: { to: 20, times: 4 } });
    pass(log, { types: [ofType('A', { deleteBefore: NOW - 10 * DAY }), ofType('B', { deleteBefore: NOW - 20 * DAY })] }, 100);
    expect(removed()).toEqual({ all: { to: 40, times: 5 }, pollable: { to: 20, times: 4 } });
    pass(log, {}, 100);
    expect(removed().all.times).toBe(5);
  });

  it('keeps changes of records and of files for times of their own', () => {
    const log = startLog();
    const record = { type: 'OBJECT_UPDATE', schema: 'BASE', objecttype: 'user' } as const;
    log.insert([...daily(50, { type: 'OBJECT_UPDATE' }), ...daily(50, record)]);
    const times = (files: number, records: number): Partial<RetentionPlan> => ({
      types: [
        { ...ofType('OBJECT_UPDATE', { deleteBefore: NOW - files * DAY }), of: 'files' },
        { ...ofType('OBJECT_UPDATE', { deleteBefore: NOW - records * DAY }), of: 'records' },
      ],
    });
    const left = (): unknown => log.db.prepare("SELECT sum(schema = 'USER') AS files, sum(schema = 'BASE') AS records FROM events").get();
    pass(log, times(7, 30));
    expect(left()).toEqual({ files: 7, records: 30 });
    pass(log, times(7, 5));
    expect(left()).toEqual({ files: 7, records: 5 });
  });

  it('finds changes of records by an index of their own', () => {
    const log = startLog();
    log.insert(daily(5));
    const plans: string[] = [];
    const prepare = log.db.prepare.bind(log.db);
    const watched = Object.assign(Object.create(log.db) as typeof log.db, {
      prepare: (sql: string) => {
        if (sql.includes("schema = 'BASE'")) plans.push(sql);
        return prepare(sql);
      },
    });
    pass({ ...log, db: watched }, {});
    expect(plans.length).toBeGreaterThan(0);
    for (const sql of plans) {
      const steps = prepare(`EXPLAIN QUERY PLAN ${sql}`).all({ type: 'OBJECT_UPDATE', after: 0, limit: 1, withInfo: 0 }) as {
        detail: string;
      }[];
      expect(steps[0]?.detail).toContain('USING INDEX events_record_changes (type=? AND id>?)');
    }
  });

  it('lets go of sessions that have ended and that nothing tells of any more', () => {
    const log = startLog();
    const sessions = createSessionsTable(log.db);
    const [told, folded, asked, open, over] = Array.from({ length: 5 }, () => log.session(1));
    for (const id of [told, folded, asked, over]) if (id !== undefined) sessions.end(id, 1);
    log.insert([{ at: NOW - 9 * DAY, sessionId: folded ?? 0 }]);
    log.fold();
    log.db.exec('DELETE FROM events');
    log.insert([{ at: NOW, sessionId: told ?? 0 }]);
    const operation = JSON.stringify({ type: 'pre-login', _session: { _id: asked } });
    log.db.prepare('UPDATE runs SET operation = ? WHERE id = ?').run(operation, run(log, null, 'done', NOW));
    const left = () => log.db.prepare('SELECT id FROM sessions ORDER BY id').pluck().all();
    pass(log, {}, 2);
    // The timeline's row has gone in this pass too: what it told of is not in the log any more.
    expect(left()).toEqual([told, asked, open]);
    pass(log, { runsBefore: NOW + 1 }, 2);
    expect(left()).toEqual([told, open]);
  });

  it('never touches what a queued, waiting, running or gathering run needs', () => {
    const log = startLog();
    log.insert(daily(30));
    run(log, 1, 'queued');
    run(log, 2, 'waiting');
    run(log, 3, 'running');
    run(log, 4, 'done', NOW);
    const batch = run(log, 6, 'queued');
    createRunsTable(log.db).growBatch(batch, { eventId: 5, trigger: 't', trace: '[]', depth: 0, notBefore: 0 });
    createRunsTable(log.db).growBatch(batch, { eventId: 6, trigger: 't', trace: '[]', depth: 0, notBefore: 0 });
    pass(log, { othersBefore: NOW }, 3);
    expect(ids(log)).toEqual([1, 2, 3, 5, 6]);
  });

  it('lets the oldest go when the database is too large, and gives the room back', () => {
    const log = startLog();
    log.insert(
      Array.from({ length: 20_000 }, (_, index) => ({
        at: NOW,
        type: index % 2 === 0 ? 'A' : 'B',
        info: JSON.stringify({ x: 'x'.repeat(500) }),
      })),
    );
    log.db.pragma('wal_checkpoint(TRUNCATE)');
    const before = statSync(log.db.name).size;
    const largestBytes = 6 * 1024 ** 2;
    run(log, 5, 'waiting');
    pass(log, { largestBytes }, 200);
    log.db.pragma('wal_checkpoint(TRUNCATE)');
    const left = ids(log);
    expect(left.slice(0, 2)).toEqual([5, 20_001 - (left.length - 1)]);
    expect(left.length).toBeGreaterThan(1000);
    expect(before).toBeGreaterThan(2 * largestBytes);
    expect(statSync(log.db.name).size).toBeLessThan(largestBytes + 1000 * 4096 + 4096);
  });

  it('comes to the same end a row at a time, where every row uses the time up', () => {
    const log = startLog();
    const sessionId = log.session(1);
    log.insert(daily(30, { sessionId, ip: '192.0.2.1' }));
    log.fold();
    run(log, null, 'done');
    run(log, null, 'failed');
    const type = ofType('OBJECT_INSERT', { deleteBefore: NOW - 20 * DAY, forgetAddressesBefore: NOW - 10 * DAY });
    const chunks = pass(log, { types: [type], runsBefore: NOW, failedRunsBefore: NOW, forgetSessionAddressesBefore: NOW }, 500, 0);
    expect(chunks).toBeGreaterThan(20);
    const left = log.db.prepare('SELECT count(*) AS events, count(ip) AS addresses FROM events').get();
    expect(left).toEqual({ events: 20, addresses: 10 });
    expect(log.db.prepare('SELECT count(*) AS count FROM runs').get()).toEqual({ count: 0 });
    expect(log.db.prepare('SELECT count(address) AS count FROM activity').get()).toEqual({ count: 0 });
  });

  it('takes the deleted out of the text index too', () => {
    const log = startLog();
    log.insert(daily(20, { path: '/in/invoice' }));
    log.feed();
    pass(log, { othersBefore: NOW - 5 * DAY });
    const indexed = log.db.prepare('SELECT count(*) AS count FROM search.texts WHERE texts MATCH \'"inv"\'').get();
    expect(indexed).toEqual({ count: 5 });
  });

  it('takes rows of the timeline and the plot with the last event that they tell of', () => {
    const log = startLog();
    const session = log.session(1);
    log.insert(daily(20, { sessionId: session, userName: 'anna', info: '{"operation":"upload"}' }));
    log.insert([{ at: NOW, type: 'B', userName: 'berta' }]);
    log.fold();
    pass(log, { types: [ofType('OBJECT_INSERT', { deleteBefore: NOW })] });
    expect(listActivity(log.db, {}, { limit: 10 }).rows).toMatchObject([{ kind: 'event' }]);
    expect(log.db.prepare('SELECT count(*) AS count FROM transfer_totals').get()).toEqual({ count: 0 });
    expect(log.db.prepare('SELECT count(*) AS count FROM log_quarters').get()).toEqual({ count: 1 });
  });

  it('deletes runs by their end, failed ones by another age, with their steps', () => {
    const log = startLog();
    const states = ['done', 'failed'] as const;
    for (const at of [NOW - 20 * DAY, NOW - 5 * DAY]) for (const state of states) run(log, null, state, at);
    run(log, null, 'queued', 0);
    log.db.exec(
      "INSERT INTO run_steps (run_id, step, account_id, attempt, run_attempt, state) VALUES (1, 0, 0, 1, 1, 'done'), (2, 0, 0, 1, 1, 'failed')",
    );
    pass(log, { runsBefore: NOW - 10 * DAY, failedRunsBefore: NOW - 30 * DAY }, 1);
    expect(log.db.prepare('SELECT id FROM runs ORDER BY id').all()).toEqual([{ id: 2 }, { id: 3 }, { id: 4 }, { id: 5 }]);
    expect(log.db.prepare('SELECT run_id FROM run_steps').all()).toEqual([{ run_id: 2 }]);
  });

  test.each([1, 7, 500])('is the same in chunks of %i', (rows) => {
    const log = startLog();
    log.insert(daily(40));
    const count = pass(log, { othersBefore: NOW - 10 * DAY }, rows);
    expect(ids(log)).toEqual([31, 32, 33, 34, 35, 36, 37, 38, 39, 40]);
    expect(count).toBeGreaterThanOrEqual(Math.ceil(30 / rows));
  });
});

describe('addresses', () => {
  const plan = {
    types: [ofType('OBJECT_INSERT', { forgetAddressesBefore: NOW - 10 * DAY })],
    forgetSessionAddressesBefore: NOW - 10 * DAY,
  };
  const withAddress = (log: TestLog): number =>
    log.db.prepare<[], { count: number }>('SELECT count(*) AS count FROM events WHERE ip IS NOT NULL').get()?.count ?? 0;

  it('are forgotten in row, timeline and index when their time has come', () => {
    const log = startLog();
    const session = log.session(1);
    log.insert(daily(20, { ip: '192.0.2.9', sessionId: session }).slice(0, 5));
    log.insert(daily(12, { ip: '192.0.2.9', path: '/in/a' }));
    log.fold();
    log.feed();
    pass(log, plan, 3);
    expect(withAddress(log)).toBe(10);
    expect(log.db.prepare('SELECT count(*) AS count FROM activity WHERE address IS NOT NULL').get()).toEqual({ count: 0 });
    expect(log.db.prepare('SELECT count(*) AS count FROM search.texts WHERE texts MATCH \'"192"\'').get()).toEqual({ count: 10 });
  });

  it('are looked for once: the next pass begins where the last one came to', () => {
    const log = startLog();
    log.insert(daily(40, { ip: '192.0.2.9' }));
    const first = pass(log, plan, 5);
    expect(pass(log, plan, 5)).toBeLessThan(first);
    log.insert(daily(1, { ip: '192.0.2.9' }));
    pass(log, { ...plan, types: [ofType('OBJECT_INSERT', { forgetAddressesBefore: NOW })] }, 5);
    expect(withAddress(log)).toBe(0);
  });
});

describe('addresses that a run still needs', () => {
  it('are forgotten when it has ended, those of later events at once', () => {
    const log = startLog();
    log.insert(daily(20, { ip: '192.0.2.9' }));
    const needing = run(log, 4, 'waiting');
    const plan = { types: [ofType('OBJECT_INSERT', { forgetAddressesBefore: NOW - 10 * DAY })] };
    const withAddress = () => log.db.prepare('SELECT id FROM events WHERE ip IS NOT NULL ORDER BY id LIMIT 2').pluck().all();
    pass(log, plan, 3);
    expect(withAddress()).toEqual([4, 11]);
    createRunsTable(log.db).finish(needing, 'done', NOW, null);
    pass(log, plan, 3);
    expect(withAddress()).toEqual([11, 12]);
  });

  it('go from what its rule was asked about, when it has ended', () => {
    const log = startLog();
    const operation = (type: string) => JSON.stringify({ type, ipv4_address: '192.0.2.9', path: '/a' });
    const put = log.db.prepare('UPDATE runs SET operation = ? WHERE id = ?');
    for (const state of ['done', 'queued'] as const) put.run(operation('pre-upload'), run(log, null, state));
    put.run(operation('pre-login'), run(log, null, 'done'));
    pass(log, { operations: [{ operation: 'pre-upload', forgetAddressesBefore: NOW }] }, 1);
    const kept = log.db.prepare("SELECT operation ->> '$.ipv4_address' FROM runs ORDER BY id").pluck().all();
    expect(kept).toEqual([null, '192.0.2.9', '192.0.2.9']);
    expect(log.db.prepare("SELECT operation ->> '$.path' FROM runs WHERE id = 1").pluck().get()).toBe('/a');
  });
});

describe('events that are kept whole for a run only', () => {
  it('are settled when it has ended', () => {
    const log = startLog();
    log.insert([
      { userName: 'anna', userId: 3, ip: '192.0.2.1', info: '{"login":"anna","kept":1}' },
      { userName: 'anna' },
      { type: 'USER_LOGIN', schema: 'BASE', objecttype: 'user', objectId: 3, userName: 'anna' },
    ]);
    const due = log.db.prepare('INSERT INTO event_dues (event_id, removal, personal_info) VALUES (?, ?, ?)');
    due.run(1, 0, '{"names":["login"],"addresses":[]}');
    due.run(2, 1, NOTHING);
    due.run(3, 0, NOTHING);
    const [first, second] = [run(log, 1, 'queued'), run(log, 2, 'running')];
    const settle = createDuesSettler(log.db, log.texts);
    settle(100);
    const rows = () => log.db.prepare('SELECT id, user_name, user_id, ip, object_id, info FROM events').all();
    expect(rows()).toMatchObject([{ user_name: 'anna', ip: '192.0.2.1' }, { user_name: 'anna' }, { user_name: null, object_id: null }]);
    for (const id of [first, second]) createRunsTable(log.db).finish(id, 'done', 1, null);
    settle(100);
    expect(rows()).toEqual([
      { id: 1, user_name: null, user_id: null, ip: null, object_id: null, info: '{"kept":1}' },
      expect.objectContaining({ id: 3 }),
    ]);
    expect(log.db.prepare('SELECT count(*) AS count FROM event_dues').get()).toEqual({ count: 0 });
  });

  it('show in the timeline what will stay of them', () => {
    const log = startLog();
    const session = log.session(1);
    log.insert([
      { userName: 'anna', ip: '192.0.2.1', sessionId: session, info: '{"operation":"upload"}' },
      { userName: 'anna', sessionId: session, info: '{"operation":"upload"}' },
    ]);
    const due = log.db.prepare('INSERT INTO event_dues (event_id, removal, personal_info) VALUES (?, ?, ?)');
    due.run(1, 0, NOTHING);
    due.run(2, 1, NOTHING);
    log.fold();
    expect(log.db.prepare('SELECT kind, user_name, address, session_id, newest_id FROM activity').all()).toEqual([
      { kind: 'event', user_name: null, address: null, session_id: null, newest_id: 1 },
    ]);
    expect(log.db.prepare('SELECT count(*) AS count FROM transfer_totals').get()).toEqual({ count: 0 });
  });
});
