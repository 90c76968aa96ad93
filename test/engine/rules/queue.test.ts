import { expect, test } from 'vitest';
import { asInput, BY, startRules, type TestRules } from '../../helpers/rules.ts';
import { temporaryFolder } from '../../helpers/folders.ts';
import { put } from '../../helpers/vfs.ts';
import { eventually } from '../../helpers/eventually.ts';
import { startHookServer } from '../../helpers/hook-server.ts';

async function upload(engine: TestRules, path: string): Promise<void> {
  const session = await engine.login(engine.account('alice'));
  await put(session, path, 'x');
  await session.close('test');
}

test('a failed step waits in the database and is tried again when its time has come', async () => {
  const server = await startHookServer([500, 503, 200]);
  const engine = await startRules();
  await engine.save({
    triggers: ['upload'],
    steps: [{ action: 'http', config: { url: `${server.url}/hook` }, retries: 2, retryDelaySeconds: 10 }],
  });
  await upload(engine, '/a.txt');
  const [first] = await engine.allRested();
  expect(first).toMatchObject({ state: 'waiting', steps: [{ attempt: 1, state: 'failed', detail: { status: 500 } }] });
  engine.rules.tick();
  expect((await engine.rested(1)).state).toBe('waiting');
  engine.clock.advance(10_000);
  engine.rules.tick();
  await eventually(async () => expect((await engine.rules.trace(1)).steps).toHaveLength(2));
  expect((await engine.rested(1)).state).toBe('waiting');
  engine.clock.advance(20_000);
  engine.rules.tick();
  await eventually(async () => expect((await engine.rules.trace(1)).state).toBe('done'));
  expect((await engine.rules.trace(1)).steps.map((step) => [step.attempt, step.state])).toEqual([
    [1, 'failed'],
    [2, 'failed'],
    [3, 'done'],
  ]);
  expect(server.got).toEqual(['POST /hook', 'POST /hook', 'POST /hook']);
});

test('a failure action gets the errors, and the trace shows what was not reached', async () => {
  const server = await startHookServer([500, 200]);
  const engine = await startRules();
  await engine.save({
    name: 'Notify',
    triggers: ['upload'],
    steps: [
      { name: 'first', action: 'http', config: { url: `${server.url}/a` }, stopOnFailure: true },
      { name: 'never', action: 'http', config: { url: `${server.url}/b` } },
      { name: 'alarm', action: 'http', config: { url: `${server.url}/c?e={{urlEscape (stringJoin .Errors "|")}}` }, failureAction: true },
    ],
  });
  await upload(engine, '/a.txt');
  const [run] = await engine.allRested();
  expect(run).toMatchObject({ state: 'failed', error: `action "first" failed: ${new URL(server.url).host} answered with status 500.` });
  expect(run?.steps.map((step) => [step.name, step.state])).toEqual([
    ['first', 'failed'],
    ['never', 'skipped'],
    ['alarm', 'done'],
  ]);
  expect(server.got.map(decodeURIComponent)).toEqual([
    'POST /a',
    `POST /c?e=action+"first"+failed:+${new URL(server.url).host}+answered+with+status+500.`,
  ]);
  expect((await engine.recorded('RULE_RUN')).map((event) => [event.outcome, event.info['outcome'], event.info['rule']])).toEqual([
    ['failed', 'failed', 'Notify'],
  ]);
});

test('only when decides with the event at hand', async () => {
  const server = await startHookServer();
  const engine = await startRules();
  await engine.save({
    triggers: ['upload'],
    steps: [{ action: 'http', config: { url: `${server.url}/{{.ObjectName}}` }, onlyWhen: '{{stringHasSuffix .ObjectName ".pdf"}}' }],
  });
  await upload(engine, '/a.txt');
  await upload(engine, '/b.pdf');
  const runs = await engine.allRested();
  expect(runs.map((run) => [run.state, run.steps[0]?.state])).toEqual([
    ['done', 'skipped'],
    ['done', 'done'],
  ]);
  expect(server.got).toEqual(['POST /b.pdf']);
});

test('rules of one event act in list order, a waiting one does not hold up the next', async () => {
  const server = await startHookServer([500, 200]);
  const engine = await startRules();
  await engine.save({ triggers: ['upload'], steps: [{ action: 'http', config: { url: `${server.url}/1` }, retries: 1 }] });
  await engine.save({ triggers: ['upload'], steps: [{ action: 'http', config: { url: `${server.url}/2` } }] });
  await engine.save({ triggers: ['upload'], steps: [{ action: 'http', config: { url: `${server.url}/3` } }] });
  await upload(engine, '/a.txt');
  expect((await engine.allRested()).map((run) => run.state)).toEqual(['waiting', 'done', 'done']);
  expect(server.got).toEqual(['POST /1', 'POST /2', 'POST /3']);
});

test('a run executes the version that it matched', async () => {
  const server = await startHookServer();
  const engine = await startRules({ start: false });
  const rule = await engine.save({ name: 'r', triggers: ['upload'], steps: [{ action: 'http', config: { url: `${server.url}/old` } }] });
  await upload(engine, '/a.txt');
  await engine.rules.save({ ...asInput(rule), steps: [{ ...stepOf(rule), config: { url: `${server.url}/new` } }] }, BY);
  await upload(engine, '/b.txt');
  await engine.rules.start();
  expect((await engine.allRested()).map((run) => [run.ruleVersion, run.state])).toEqual([
    [1, 'done'],
    [2, 'done'],
  ]);
  expect([...server.got].sort()).toEqual(['POST /new', 'POST /old']);
});

test('after a stop everything goes on as the promise says', async () => {
  const server = await startHookServer();
  const dataFolder = temporaryFolder();
  const before = await startRules({ dataFolder });
  const step = (path: string, idempotent: boolean) => ({ action: 'http', config: { url: `${server.url}${path}`, idempotent } });
  // Held in a step that may be repeated, held in one that may not, and never begun.
  await before.save({
    name: 'safe',
    triggers: ['upload'],
    conditions: { names: [{ pattern: 'safe' }] },
    steps: [step('/safe', true), step('/safe-next', false)],
  });
  await before.save({
    name: 'unsafe',
    triggers: ['upload'],
    conditions: { names: [{ pattern: 'unsafe' }] },
    steps: [step('/unsafe', false), step('/unsafe-next', false)],
  });
  server.holdNext();
  await upload(before, '/safe');
  await eventually(() => expect(server.got).toHaveLength(1));
  server.holdNext();
  await upload(before, '/unsafe');
  await eventually(() => expect(server.got).toHaveLength(2));
  before.settings.rules.workers = 1;
  await upload(before, '/safe');
  await before.rules.park(0);
  expect((await before.rules.runs({ limit: 10 })).map((run) => run.state)).toEqual(['queued', 'running', 'running']);
  await before.store.close();

  const after = await startRules({ dataFolder });
  const runs = await after.allRested();
  expect(runs.map((run) => [run.ruleName, run.state])).toEqual([
    ['safe', 'done'],
    ['unsafe', 'interrupted'],
    ['safe', 'done'],
  ]);
  expect(runs[0]?.steps.map((each) => [each.index, each.attempt, each.state])).toEqual([
    [0, 1, 'interrupted'],
    [0, 2, 'done'],
    [1, 1, 'done'],
  ]);
  expect(runs[1]?.steps.map((each) => [each.index, each.attempt, each.state])).toEqual([
    [0, 1, 'interrupted'],
    [1, 1, 'done'],
  ]);
  expect(server.got.filter((line) => line === 'POST /unsafe')).toHaveLength(1);
  expect(server.got.filter((line) => line === 'POST /safe')).toHaveLength(3);

  await expect(after.rules.retry(1, BY)).rejects.toMatchObject({ code: 'conflict' });
  expect(await after.rules.retry(2, BY)).toMatchObject({ state: 'queued', attempt: 2 });
  const retried = await eventually(async () => {
    const trace = await after.rested(2);
    expect(trace.state).toBe('done');
    return trace;
  });
  expect(retried.steps.map((each) => [each.index, each.attempt, each.state])).toEqual([
    [0, 1, 'interrupted'],
    [0, 2, 'done'],
    [1, 1, 'done'],
  ]);
  expect(server.got.filter((line) => line === 'POST /unsafe-next')).toHaveLength(1);
});

test('a stop lets the step at work end and leaves the next to the next start', async () => {
  const server = await startHookServer();
  const dataFolder = temporaryFolder();
  const before = await startRules({ dataFolder });
  await before.save({
    triggers: ['upload'],
    steps: [
      { action: 'http', config: { url: `${server.url}/1` } },
      { action: 'http', config: { url: `${server.url}/2` } },
    ],
  });
  server.holdNext();
  await upload(before, '/a.txt');
  await eventually(() => expect(server.got).toHaveLength(1));
  const parked = before.rules.park(20_000);
  server.release();
  await parked;
  expect(await before.rules.trace(1)).toMatchObject({ state: 'queued', steps: [{ state: 'done' }, { state: 'pending' }] });
  await before.store.close();
  const after = await startRules({ dataFolder });
  expect(await after.allRested()).toMatchObject([
    {
      state: 'done',
      steps: [
        { state: 'done', attempt: 1 },
        { state: 'done', attempt: 1 },
      ],
    },
  ]);
  expect(server.got).toEqual(['POST /1', 'POST /2']);
});

test('an event and its runs are one transaction', async () => {
  const engine = await startRules({ start: false });
  await engine.save({ triggers: ['mkdir'], steps: [{ action: 'delete', config: { paths: ['/x'] } }] });
  const session = await engine.login(engine.account('alice'));
  engine.events.onInsert((event) => {
    if (event.path === '/refused') throw new Error('the disk is full');
  });
  await session.mkdir('/fine');
  await session.mkdir('/refused').catch(() => undefined);
  await engine.events.flush();
  expect((await engine.rules.runs({ limit: 10 })).map((run) => run.state)).toEqual(['queued']);
  expect((await engine.recorded('OBJECT_INSERT')).filter((event) => event.schema === 'USER').map((event) => event.path)).toEqual(['/fine']);
});

test.each([false, 'auto'] as const)('asynchronous: %s, files of one session in their order, also while a retry waits', async (way) => {
  const server = await startHookServer([500, 200]);
  const engine = await startRules();
  engine.settings.rules.asynchronous = way !== 'auto';
  await engine.save({
    triggers: ['upload'],
    asynchronous: way,
    steps: [{ action: 'http', config: { url: `${server.url}/{{.VirtualPath}}` }, retries: 1 }],
  });
  const first = await engine.login(engine.account('alice'));
  await put(first, '/1', 'x');
  await engine.rested(1);
  await put(first, '/2', 'x');
  await put(first, '/3', 'x');
  await upload(engine, '/of another session');
  await eventually(async () => expect((await engine.rules.trace(4)).state).toBe('done'));
  expect((await engine.rules.runs({ limit: 4 })).map((run) => run.state)).toEqual(['done', 'queued', 'queued', 'waiting']);
  engine.clock.advance(10_000);
  engine.rules.tick();
  await eventually(async () => expect((await engine.rules.trace(3)).state).toBe('done'));
  expect(server.got.map((line) => line.slice(-1))).toEqual(['1', 'n', '1', '2', '3']);
});

test('the last step and the end of the run are one commit', async () => {
  const server = await startHookServer();
  const engine = await startRules();
  await engine.save({
    triggers: ['upload'],
    steps: [
      { action: 'http', config: { url: `${server.url}/1` } },
      { action: 'http', config: { url: `${server.url}/2` } },
    ],
  });
  const commits: string[][] = [];
  engine.events.subscribe((events) => commits.push(events.map((event) => `${event.type} ${event.outcome}`)));
  await upload(engine, '/a.txt');
  await engine.allRested();
  expect(commits.filter(([first]) => first?.startsWith('ACTION_RUN'))).toEqual([['ACTION_RUN ok'], ['ACTION_RUN ok', 'RULE_RUN ok']]);
});

test('listeners are told of every state', async () => {
  const server = await startHookServer();
  const engine = await startRules();
  const states: string[] = [];
  engine.rules.subscribe((runs) => states.push(...runs.map((run) => run.state)));
  await engine.save({ triggers: ['upload'], steps: [{ action: 'http', config: { url: server.url } }] });
  await upload(engine, '/a.txt');
  await engine.allRested();
  await eventually(() => expect(states).toEqual(['running', 'done']));
});

function stepOf(rule: Awaited<ReturnType<TestRules['save']>>) {
  const [step] = rule.steps;
  if (step === undefined) throw new Error('no step');
  return step;
}
