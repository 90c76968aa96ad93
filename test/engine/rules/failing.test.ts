import { expect, test } from 'vitest';
import { asInput, BY, startRules, type TestRules } from '../../helpers/rules.ts';
import { temporaryFolder } from '../../helpers/folders.ts';
import { startHookServer } from '../../helpers/hook-server.ts';
import { put } from '../../helpers/vfs.ts';
import { eventually } from '../../helpers/eventually.ts';

const DAY_MS = 86_400_000;

async function upload(engine: TestRules, ...paths: string[]): Promise<void> {
  const session = await engine.login(engine.account('alice'));
  for (const path of paths) {
    await put(session, path, 'x');
    await engine.allRested();
  }
  await session.close('test');
}

test('a rule that keeps failing pauses itself, says so in the log, and reacts again once it is saved', async () => {
  const server = await startHookServer([500, 200, 500, 500, 200]);
  const engine = await startRules();
  const rule = await engine.save({
    name: 'Tell the ERP',
    triggers: ['upload'],
    pauseAfterFailures: 2,
    steps: [{ action: 'http', config: { url: server.url } }],
  });
  await upload(engine, '/1', '/2', '/3');
  expect(engine.rules.list()[0]).toMatchObject({ failuresInRow: 1, pausedAt: null });
  await upload(engine, '/4');
  const paused = await eventually(() => {
    const [now] = engine.rules.list();
    expect(now?.pausedAt).toBe('2026-11-21T12:00:00.000Z');
    return now;
  });
  expect(paused).toMatchObject({ enabled: true, failuresInRow: 2, version: 1 });
  expect((await engine.recorded('OBJECT_UPDATE')).filter((event) => event.schema === 'BASE')).toMatchObject([
    {
      objecttype: 'rule',
      object_id: rule.id,
      outcome: 'failed',
      origin: 'system',
      info: { operation: 'update', old: 'Tell the ERP', new: 'Tell the ERP (paused after 2 failed runs in a row)' },
    },
  ]);
  await upload(engine, '/5');
  expect(server.got).toHaveLength(4);
  const event = (await engine.recorded('OBJECT_INSERT')).find(({ path }) => path === '/5');
  expect(engine.rules.considered(event?._id ?? 0)[0]).toMatchObject({
    verdict: 'off',
    reason: expect.stringContaining('paused itself') as string,
  });
  expect(await engine.rules.save({ ...asInput(rule), id: rule.id }, BY)).toMatchObject({ failuresInRow: 0, pausedAt: null });
  await upload(engine, '/6');
  expect(server.got).toHaveLength(5);
});

test('with 0 it never pauses; a run of an earlier version does not count against the corrected rule', async () => {
  const server = await startHookServer([500]);
  const engine = await startRules();
  const steps = [{ action: 'http', config: { url: server.url } }];
  await engine.save({ name: 'never', triggers: ['upload'], pauseAfterFailures: 0, steps });
  const rule = await engine.save({ name: 'corrected', triggers: ['upload'], pauseAfterFailures: 1, steps });
  server.holdNext();
  const session = await engine.login(engine.account('alice'));
  await put(session, '/a', 'x');
  await eventually(() => expect(server.got).toHaveLength(1));
  await engine.rules.save({ ...asInput(rule), id: rule.id }, BY);
  server.release();
  await engine.allRested();
  await session.close('test');
  expect(engine.rules.list().map(({ failuresInRow, pausedAt }) => [failuresInRow, pausedAt])).toEqual([
    [1, null],
    [0, null],
  ]);
});

test('a pause that a kill came before is made at the next start', async () => {
  const dataFolder = temporaryFolder();
  const before = await startRules({ dataFolder, start: false });
  const rule = await before.save({ triggers: ['upload'], pauseAfterFailures: 3, steps: [{ action: 'delete', config: { paths: ['/a'] } }] });
  for (let failure = 0; failure < 3; failure++) before.store.transaction(() => before.store.tables.rules.countEnd(rule.id, 1, true));
  await before.store.close();
  const engine = await startRules({ dataFolder });
  expect(engine.rules.list()[0]?.pausedAt).not.toBeNull();
});

test('runs per hour: further ones are kept as filtered until the hour is over, also over a restart', async () => {
  const server = await startHookServer();
  const dataFolder = temporaryFolder();
  const before = await startRules({ dataFolder });
  const rule = await before.save({ triggers: ['upload'], maxRunsPerHour: 2, steps: [{ action: 'http', config: { url: server.url } }] });
  await upload(before, '/1');
  before.clock.advance(30 * 60_000);
  await upload(before, '/2', '/3');
  await before.rules.park(0);
  await before.store.close();
  const engine = await startRules({ dataFolder });
  // A new engine's clock stands at 12:00 again; the runs were at 12:00 and 12:30.
  engine.clock.advance(45 * 60_000);
  await engine.rules.save({ ...asInput(rule), id: rule.id }, BY);
  await upload(engine, '/4');
  engine.clock.advance(15 * 60_000);
  await upload(engine, '/5', '/6');
  const runs = await engine.allRested();
  expect(runs.map((run) => run.state)).toEqual(['done', 'done', 'filtered', 'filtered', 'done', 'filtered']);
  expect(runs[2]?.conditions.at(-1)).toEqual({
    condition: 'maxRunsPerHour',
    expected: 'at most 2 in an hour',
    actual: '2 already',
    matched: false,
  });
});

test('the summary shows the last run and the week, day by day', async () => {
  const server = await startHookServer([200, 500, 200]);
  const engine = await startRules();
  const [busy, idle] = [
    await engine.save({ triggers: ['upload'], steps: [{ action: 'http', config: { url: server.url } }] }),
    await engine.save({ triggers: ['download'], steps: [{ action: 'http', config: { url: server.url } }] }),
  ];
  await upload(engine, '/forgotten');
  engine.clock.advance(7 * DAY_MS);
  await upload(engine, '/failed', '/done');
  engine.clock.advance(6 * DAY_MS);
  await upload(engine, '/today');
  expect(engine.rules.summary()).toMatchObject([
    { ruleId: busy.id, lastRun: { id: 4, state: 'done' }, runsPerDay: [2, 0, 0, 0, 0, 0, 1], failed7Days: 1 },
    { ruleId: idle.id, lastRun: null, runsPerDay: [0, 0, 0, 0, 0, 0, 0], failed7Days: 0 },
  ]);
});
