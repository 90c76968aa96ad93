import { expect, test } from 'vitest';
import type { ExpectedFile } from '../../../engine/contract/rule.ts';
import { SYSTEM } from '../../../engine/events/log.ts';
import { asInput, BY, startRules, type TestRules } from '../../helpers/rules.ts';
import { put } from '../../helpers/vfs.ts';

const HOUR_MS = 3_600_000;
const TODAY = '2026-11-21T18:00:00.000Z';

/** The tests' clock begins on a Saturday at noon. */
const EXPECTED: ExpectedFile = {
  username: 'alice',
  folder: '/in/',
  pattern: '*.csv',
  deadline: '18:00',
  weekdays: [1, 2, 3, 4, 5, 6, 7],
  graceMinutes: 30,
  zone: 'UTC',
};

const steps = [{ action: 'set-variable', config: { name: 'late', value: '{{.VirtualPath}} of {{.Name}}' } }];
const expecting = (engine: TestRules, overdue: Partial<ExpectedFile> = {}) =>
  engine.save({ triggers: ['file-overdue'], watch: { overdue: { ...EXPECTED, ...overdue } }, steps });

/** Lets the time pass and gives the deadlines that were reported so far. */
async function pass(engine: TestRules, hours: number): Promise<unknown[]> {
  engine.clock.advance(hours * HOUR_MS);
  await engine.rules.lookForLateFiles();
  return (await engine.recorded('FILE_OVERDUE')).map(({ info }) => info['due']);
}

test('a file that has not come by its deadline and grace sets off the rules that expect it, once', async () => {
  const engine = await startRules();
  engine.account('alice');
  await expecting(engine);
  await expecting(engine, { folder: '/in', username: 'Alice' });
  await expecting(engine, { pattern: '*.xml', graceMinutes: 60 });
  expect(await pass(engine, 6)).toEqual([]);
  expect(await pass(engine, 0.5)).toEqual([TODAY]);
  expect(await pass(engine, 0.25)).toEqual([TODAY]);
  const runs = await engine.allRested();
  expect(runs.map(({ ruleId, trigger, state }) => [ruleId, trigger, state])).toEqual([
    [1, 'file-overdue', 'done'],
    [2, 'file-overdue', 'done'],
  ]);
  expect(runs[0]?.steps[0]?.detail).toMatchObject({ value: '/in/*.csv of alice' });
  expect(await engine.recorded('FILE_OVERDUE')).toMatchObject([
    { path: '/in/*.csv', outcome: 'failed', origin: 'system', _user: { _generated_displayname: 'alice' } },
  ]);
});

test('what came in time by any way is not late: uploads, replaced files, renames into the folder; anything else does not count', async () => {
  const engine = await startRules();
  const session = await engine.login(engine.account('alice'));
  await session.mkdir('/in');
  await expecting(engine);
  engine.clock.advance(HOUR_MS);
  await put(session, '/in/a.csv', 'x');
  expect(await pass(engine, 6)).toEqual([]);
  engine.clock.advance(16 * HOUR_MS);
  await put(session, '/in/b.filepart', 'x');
  await session.rename('/in/b.filepart', '/in/b.csv', { overwrite: false });
  expect(await pass(engine, 8)).toEqual([]);
  engine.clock.advance(16 * HOUR_MS);
  // Replaced within the grace.
  engine.clock.advance(7.4 * HOUR_MS);
  await put(session, '/in/a.csv', 'y');
  expect(await pass(engine, 0.6)).toEqual([]);
  engine.clock.advance(16 * HOUR_MS);
  await put(session, '/in/a.txt', 'x');
  await put(session, '/c.csv', 'x');
  await session.rename('/in/b.csv', '/b.csv', { overwrite: false });
  await put(await engine.login(engine.account('bob')), '/in.csv', 'x');
  expect(await pass(engine, 8)).toEqual(['2026-11-24T18:00:00.000Z']);
});

test('days, zones and the time while Gatehouse was off count; a rule that is new or was off begins anew', async () => {
  const before = await startRules();
  before.account('alice');
  const rule = await expecting(before, { weekdays: [1], zone: 'America/New_York' });
  // 18:30 on Monday in New York.
  expect(await pass(before, 59)).toEqual([]);
  await before.rules.park(0);
  await before.store.close();
  const after = await startRules({ dataFolder: before.dataFolder, start: false });
  after.clock.advance(70 * HOUR_MS);
  await after.rules.start();
  expect(await pass(after, 0)).toEqual(['2026-11-23T23:00:00.000Z']);
  await after.rules.save({ ...asInput(rule), id: rule.id, enabled: false }, BY);
  after.clock.advance(7 * 24 * HOUR_MS);
  await after.rules.save({ ...asInput(rule), id: rule.id, enabled: true }, BY);
  expect(await pass(after, 0)).toHaveLength(1);
  expect(await pass(after, 160)).toHaveLength(2);
});

test('a watchful rule that cannot work says so at the field', async () => {
  const engine = await startRules({ start: false });
  engine.account('alice');
  const bad = { ...EXPECTED, username: 'nobody', folder: 'in', pattern: 'a/b', weekdays: [], zone: 'Mars' };
  const problems = async (rule: Parameters<TestRules['save']>[0]) => (await engine.save(rule)).problems.map(({ field }) => field);
  expect(await problems({ triggers: ['file-overdue'], watch: { overdue: bad }, steps })).toEqual(
    ['username', 'folder', 'pattern', 'weekdays', 'zone'].map((field) => `watch.overdue.${field}`),
  );
  expect(await problems({ triggers: ['file-overdue', 'quota-threshold', 'disk-threshold'], steps })).toEqual([
    'watch.overdue',
    'watch.quotaPercent',
    'watch.diskFreePercent',
  ]);
  expect(await problems({ triggers: ['upload'], watch: { quotaPercent: 80 }, steps })).toEqual(['watch.quotaPercent']);
});

test('a warning sets off only the rules with its threshold; those of before it was stated mean the usual one', async () => {
  const engine = await startRules();
  const { id } = engine.account('alice');
  const quota = (percent: number) =>
    engine.save({ name: `quota ${percent}`, triggers: ['quota-threshold'], watch: { quotaPercent: percent }, steps });
  const disk = (percent: number) =>
    engine.save({ name: `disk ${percent}`, triggers: ['disk-threshold'], watch: { diskFreePercent: percent }, steps });
  await quota(80);
  await quota(90);
  await disk(5);
  await disk(20);
  expect(engine.rules.thresholds()).toEqual({ quotaPercent: [80, 90], diskFreePercent: [5, 20] });
  const actor = { ...SYSTEM, userId: id, userName: 'alice' };
  const used = { used_bytes: 81, quota_bytes: 100, percent: 81 };
  await engine.events.record({ type: 'QUOTA_WARNING', info: { ...used, threshold: 80 }, actor, objectId: id, outcome: 'quota' });
  await engine.events.record({ type: 'QUOTA_WARNING', info: used, actor, objectId: id, outcome: 'quota' });
  await engine.events.record({
    type: 'DISK_WARNING',
    info: { free_bytes: 1, total_bytes: 6, threshold: 20 },
    actor: SYSTEM,
    outcome: 'failed',
  });
  await engine.events.record({ type: 'DISK_WARNING', info: { free_bytes: 1, total_bytes: 60 }, actor: SYSTEM, outcome: 'failed' });
  expect((await engine.allRested()).map(({ ruleName }) => ruleName)).toEqual(['quota 80', 'quota 90', 'disk 20', 'disk 5']);
});
