import { expect, test } from 'vitest';
import { compileSchedule, cronProblem } from '../../../engine/rules/cron.ts';
import { temporaryFolder } from '../../helpers/folders.ts';
import { BY, startRules, type TestRules } from '../../helpers/rules.ts';
import { names, put } from '../../helpers/vfs.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** The test clock starts on Saturday 21 November 2026 at 12:00 UTC. */
const hourly = { cron: ['0 * * * *'] };
const nothing = { action: 'delete', config: { paths: ['/nothing'] } };

/** State and reason of every run, oldest first; runs that wait for a worker count as they are. */
async function runsOf({ rules }: TestRules): Promise<string[]> {
  const runs = (await rules.runs({ limit: 100 })).reverse();
  const traces = await Promise.all(runs.map((run) => rules.trace(run.id)));
  return traces.map((trace) =>
    [trace.state, ...trace.conditions.filter((check) => !check.matched).map((check) => check.condition)].join(' '),
  );
}

test('a schedule fires once at each of its times', async () => {
  const engine = await startRules({ start: false });
  await engine.save({ triggers: ['schedule'], schedule: { cron: ['0 * * * *', '30 13 * * *'], overlap: 'allow' }, steps: [nothing] });
  const fired: number[] = [];
  for (let minute = 0; minute <= 120; minute++) {
    const before = (await engine.rules.runs({ limit: 100 })).length;
    engine.rules.tick();
    engine.rules.tick();
    if ((await engine.rules.runs({ limit: 100 })).length > before) fired.push(minute);
    engine.clock.advance(MINUTE);
  }
  expect(fired).toEqual([60, 90, 120]);
});

test('zones count, with their summer time', () => {
  const rome = compileSchedule(['30 6 * * *'], 'Europe/Rome');
  expect(new Date(rome.next(Date.UTC(2026, 6, 1)) ?? 0).toISOString()).toBe('2026-07-01T04:30:00.000Z');
  expect(new Date(rome.next(Date.UTC(2026, 11, 1)) ?? 0).toISOString()).toBe('2026-12-01T05:30:00.000Z');
  // The night in which 02:30 does not exist, and the one in which it comes twice.
  const night = compileSchedule(['30 2 * * *'], 'Europe/Rome');
  expect(new Date(night.next(Date.UTC(2026, 2, 28, 12)) ?? 0).toISOString()).toBe('2026-03-29T01:00:00.000Z');
  const autumn = night.next(Date.UTC(2026, 9, 24, 12)) ?? 0;
  expect((night.next(autumn) ?? 0) - autumn).toBeGreaterThan(23 * HOUR);
});

test('day of month and day of week both given mean either', () => {
  const either = compileSchedule(['0 0 13 * 5'], 'UTC');
  const first = either.next(Date.UTC(2026, 10, 1)) ?? 0;
  const second = either.next(first) ?? 0;
  expect([first, second].map((at) => new Date(at).getUTCDate())).toEqual([6, 13]);
  expect(cronProblem('0 0 29 2 *', 0)).toBeUndefined();
});

test('what was missed while the machine was off is made up once, where the rule says so', async () => {
  const dataFolder = temporaryFolder();
  const before = await startRules({ dataFolder, start: false });
  before.account('alice');
  await before.save({ name: 'catches up', triggers: ['schedule'], schedule: { ...hourly, catchUp: true }, steps: [nothing] });
  await before.save({ name: 'lets go', triggers: ['schedule'], schedule: hourly, steps: [nothing] });
  before.rules.tick();
  await before.store.close();

  const after = await startRules({ dataFolder, start: false });
  after.clock.advance(5 * HOUR + 10 * MINUTE);
  await after.rules.start();
  after.rules.tick();
  const runs = await after.allRested();
  expect(runs.map((run) => [run.ruleName, run.state])).toEqual([
    ['catches up', 'done'],
    ['lets go', 'filtered'],
  ]);
  expect(runs[1]?.conditions).toContainEqual({
    condition: 'schedule',
    expected: 'in time, or with catch-up',
    actual: 'due 2026-11-21T17:00:00.000Z, while Gatehouse was off',
    matched: false,
  });
});

test('overlap: skip, queue or allow', async () => {
  for (const [overlap, expected] of [
    ['skip', ['queued', 'filtered overlap']],
    ['queue', ['queued', 'queued']],
    ['allow', ['queued', 'queued']],
  ] as const) {
    const engine = await startRules({ start: false });
    engine.account('alice');
    await engine.save({ triggers: ['schedule'], schedule: { ...hourly, overlap }, steps: [nothing] });
    engine.rules.tick();
    for (let round = 0; round < 2; round++) {
      engine.clock.advance(HOUR);
      engine.rules.tick();
    }
    expect(await runsOf(engine)).toEqual(expected);
    const due = engine.store.tables.runs.due(engine.clock.now(), 10).map((run) => run.id);
    expect(due).toEqual(overlap === 'allow' ? [1, 2] : [1]);
    await engine.rules.start();
    expect((await engine.allRested()).map((run) => run.state)).toEqual(overlap === 'skip' ? ['done', 'filtered'] : ['done', 'done']);
  }
});

test('a rule that was off, or got other times, starts counting anew', async () => {
  const engine = await startRules({ start: false });
  engine.account('alice');
  const input = { name: 'r', triggers: ['schedule'], schedule: { ...hourly, catchUp: true }, steps: [nothing] };
  const rule = await engine.save({ ...input, enabled: false });
  engine.clock.advance(3 * HOUR);
  await engine.save({ ...input, id: rule.id });
  engine.rules.tick();
  expect(await runsOf(engine)).toEqual([]);
  engine.clock.advance(30 * MINUTE);
  await engine.save({ ...input, id: rule.id, schedule: { cron: ['15 * * * *'], catchUp: true } });
  engine.rules.tick();
  expect(await runsOf(engine)).toEqual([]);
  engine.clock.advance(45 * MINUTE);
  engine.rules.tick();
  expect(await runsOf(engine)).toEqual(['queued']);
});

test('a clock that was set back does not silence a schedule', async () => {
  const engine = await startRules({ start: false });
  engine.account('alice');
  await engine.save({ triggers: ['schedule'], schedule: { ...hourly, overlap: 'allow' }, steps: [nothing] });
  engine.clock.advance(-10 * HOUR);
  engine.rules.tick();
  engine.clock.advance(HOUR);
  engine.rules.tick();
  expect(await runsOf(engine)).toEqual(['queued']);
});

test('actions in a tree of files run for every user that the rule names; one failure does not stop the next', async () => {
  const engine = await startRules();
  for (const user of ['alice', 'anna', 'bob']) {
    const session = await engine.login(engine.account(user));
    if (user !== 'anna') await put(session, '/in.txt', user);
    await session.close('test');
  }
  const rule = await engine.save({
    name: 'Tidy',
    triggers: ['on-demand'],
    conditions: { users: [{ pattern: 'a*' }] },
    steps: [{ action: 'rename', config: { pairs: [{ source: '/in.txt', target: '/done/{{.ObjectName}} {{.Name}}.txt' }] } }],
  });
  const [queued] = await engine.rules.run(rule.id, undefined, BY);
  expect(queued).toMatchObject({ state: 'queued', trigger: 'on-demand', eventId: null });
  const [run] = await engine.allRested();
  expect(run).toMatchObject({
    state: 'partly',
    conditions: [{ condition: 'trigger' }, { condition: 'users', expected: 'a*', actual: '2 users', matched: true }],
  });
  expect(run?.steps.map((step) => [step.name, step.state])).toEqual([
    ['rename (alice)', 'done'],
    ['rename (anna)', 'failed'],
  ]);
  const alice = await engine.login(engine.account('alice'));
  expect(await names(alice, '/done')).toEqual(['alice Tidy.txt']);
  const bob = await engine.login(engine.account('bob'));
  expect(await names(bob, '/')).toEqual(['in.txt']);
});

test('nobody to act on is a result, not a failure', async () => {
  const engine = await startRules();
  engine.account('bob');
  const rule = await engine.save({ triggers: ['on-demand'], conditions: { users: [{ pattern: 'a*' }] }, steps: [nothing] });
  await engine.rules.run(rule.id, undefined, BY);
  const [run] = await engine.allRested();
  expect(run).toMatchObject({
    state: 'done',
    error: null,
    conditions: [{ condition: 'trigger' }, { condition: 'users', expected: 'a*', actual: 'nobody to act on', matched: false }],
    steps: [{ state: 'skipped', detail: { result: 'nobody to act on' } }],
  });
});

test('by hand: on a past event, on one that does not meet the rule, and refusals', async () => {
  const engine = await startRules();
  const rule = await engine.save({
    triggers: ['upload'],
    enabled: false,
    conditions: { names: [{ pattern: '*.pdf' }] },
    steps: [{ action: 'delete', config: { paths: ['{{.VirtualPath}}'] } }],
  });
  const session = await engine.login(engine.account('alice'));
  await put(session, '/a.pdf', 'x');
  await put(session, '/b.txt', 'x');
  const [pdf, txt] = (await engine.recorded('OBJECT_INSERT')).filter((event) => event.schema === 'USER');
  await engine.rules.run(rule.id, pdf?._id, BY);
  await engine.rules.run(rule.id, txt?._id, BY);
  const runs = await engine.allRested();
  expect(runs.map((run) => [run.state, run.trigger, run.conditions.at(-1)?.matched])).toEqual([
    ['done', 'upload', true],
    ['filtered', 'upload', false],
  ]);
  expect(await names(session, '/')).toEqual(['b.txt']);
  await expect(engine.rules.run(rule.id, undefined, BY)).rejects.toMatchObject({ code: 'invalid_input', field: 'eventId' });
  await expect(engine.rules.run(rule.id, 9999, BY)).rejects.toMatchObject({ code: 'not_found' });
  await expect(engine.rules.run(99, undefined, BY)).rejects.toMatchObject({ code: 'not_found' });
  const incomplete = await engine.save({ triggers: ['on-demand'], steps: [{ action: 'nope' }] });
  await expect(engine.rules.run(incomplete.id, undefined, BY)).rejects.toMatchObject({ code: 'conflict' });
});
