import { expect, test } from 'vitest';
import { asInput, ruleInput, startRules, type TestRules } from '../../helpers/rules.ts';
import { put } from '../../helpers/vfs.ts';

const http = { action: 'http', config: { url: 'http://127.0.0.1:9/never-called?f={{urlEscape .ObjectName}}' } };
const WEEK = { days: 7, limit: 1000, samples: 50 };

async function upload(engine: TestRules, ...paths: string[]): Promise<void> {
  const session = await engine.login(engine.account('alice'));
  for (const path of paths) await put(session, path, 'content');
  await session.close('test');
}

test('an unsaved rule is tried on past events: what would have run with its texts, then the nearest misses', async () => {
  const engine = await startRules();
  await upload(engine, '/a.pdf', '/b.txt', '/big report.pdf');
  const before = engine.events.newestId();
  const found = await engine.rules.test({
    rule: ruleInput({ triggers: ['upload'], conditions: { names: [{ pattern: '*.pdf' }], users: [{ pattern: 'alice' }] }, steps: [http] }),
    ...WEEK,
  });
  expect(found).toMatchObject({ problems: [], considered: 3, matched: 2, partial: false });
  expect(found.samples.map(({ event, matched, trigger, steps }) => [event.path, matched, trigger, steps.length])).toEqual([
    ['/big report.pdf', true, 'upload', 1],
    ['/a.pdf', true, 'upload', 1],
    ['/b.txt', false, 'upload', 0],
  ]);
  expect(found.samples[0]?.steps[0]).toMatchObject({
    name: 'http',
    inputs: { url: 'http://127.0.0.1:9/never-called?f=big+report.pdf' },
    error: null,
  });
  expect(found.samples[2]?.conditions).toContainEqual({ condition: 'names', expected: '*.pdf', actual: 'b.txt', matched: false });
  await engine.events.flush();
  expect([engine.events.newestId(), await engine.rules.runs({ limit: 10 }), engine.rules.list()]).toEqual([before, [], []]);
});

test('problems stand beside what was found; conditions that cannot be read find nothing', async () => {
  const engine = await startRules();
  await upload(engine, '/a.pdf');
  const withAction = await engine.rules.test({
    rule: ruleInput({ triggers: ['upload'], steps: [{ action: 'command', config: { command: '/opt/scan' } }] }),
    ...WEEK,
  });
  expect(withAction).toMatchObject({ problems: [{ field: 'steps.0.config.command' }], matched: 1 });
  const withPattern = await engine.rules.test({
    rule: ruleInput({ triggers: ['upload'], conditions: { names: [{ pattern: '[' }] }, steps: [http] }),
    ...WEEK,
  });
  expect(withPattern).toEqual({
    problems: [{ field: 'conditions.names.0.pattern', message: expect.any(String) as string }],
    warnings: [],
    considered: 0,
    matched: 0,
    partial: false,
    samples: [],
  });
});

test('a template that fails on an event says so in the sample', async () => {
  const engine = await startRules();
  await upload(engine, '/a.pdf');
  const found = await engine.rules.test({
    rule: ruleInput({ triggers: ['upload'], steps: [{ action: 'http', config: { url: 'http://x/{{index .Errors 3}}' } }] }),
    ...WEEK,
  });
  expect(found.samples[0]?.steps).toEqual([
    { name: 'http', action: 'http', inputs: null, error: expect.stringContaining('line 1') as string },
  ]);
});

test('no secret is opened: not one that is entered, not one that is stored, not by guessing it in another field', async () => {
  const engine = await startRules();
  await upload(engine, '/a.pdf');
  const saved = await engine.save({
    triggers: ['upload'],
    enabled: false,
    steps: [{ action: 'http', config: { url: 'http://127.0.0.1:9/', bearerToken: 'hunter2-stored' } }],
  });
  const rule = asInput(saved);
  const [step] = rule.steps;
  if (step === undefined) throw new Error('no step');
  const guess = await engine.rules.test({
    rule: {
      ...rule,
      steps: [{ ...step, config: { ...step.config, body: 'is it hunter2-stored?', headers: [{ name: 'X', secret: 'hunter2-typed' }] } }],
    },
    ...WEEK,
  });
  expect(guess.samples[0]?.steps[0]?.inputs).toMatchObject({
    bearerToken: '•••',
    body: 'is it hunter2-stored?',
    headers: [{ name: 'X', secret: '•••' }],
  });
  const stolen = await engine.rules.test({ rule: { ...rule, id: undefined }, ...WEEK });
  expect(stolen.problems.map(({ field }) => field)).toEqual(['steps.0.config.bearerToken']);
});

test('limits: events looked at, days, samples; and a list of events in their stead', async () => {
  const engine = await startRules();
  await upload(engine, '/old.pdf');
  engine.clock.advance(8 * 86_400_000);
  await upload(engine, '/1.pdf', '/2.pdf', '/3.txt');
  const rule = ruleInput({ triggers: ['upload'], conditions: { names: [{ pattern: '*.pdf' }] }, steps: [http] });
  expect(await engine.rules.test({ rule, ...WEEK })).toMatchObject({ considered: 3, matched: 2, partial: false });
  expect(await engine.rules.test({ rule, ...WEEK, days: 9 })).toMatchObject({ considered: 4, matched: 3 });
  const two = await engine.rules.test({ rule, ...WEEK, limit: 2, samples: 1 });
  expect(two).toMatchObject({ considered: 2, matched: 1, partial: true });
  expect(two.samples.map(({ event }) => event.path)).toEqual(['/2.pdf']);
  const [login] = await engine.recorded('USER_LOGIN');
  const named = await engine.rules.test({ rule, ...WEEK, eventIds: [login?._id ?? 0] });
  expect(named.samples).toMatchObject([{ matched: false, trigger: null, conditions: [{ condition: 'trigger', matched: false }] }]);
  await expect(engine.rules.test({ rule, ...WEEK, eventIds: [9999] })).rejects.toMatchObject({ code: 'not_found', field: 'eventIds' });
  await expect(engine.rules.test({ rule: { ...rule, id: 77 }, ...WEEK })).rejects.toMatchObject({ code: 'not_found' });
});

test('a rule on a clock has no past', async () => {
  const engine = await startRules();
  expect(await engine.rules.test({ rule: ruleInput({ triggers: ['on-demand'], steps: [http] }), ...WEEK })).toMatchObject({
    considered: 0,
    matched: 0,
    problems: [],
  });
});

test('thousands of events are looked at in pages, between which the engine does other work', async () => {
  const engine = await startRules({ start: false });
  const account = engine.account('alice');
  const actor = { sessionId: null, ip: null, client: null, causedBy: null, userId: account.id, userName: 'alice' } as const;
  for (let index = 0; index < 3000; index++) {
    void engine.events.record({
      type: 'OBJECT_INSERT',
      info: { operation: 'upload' },
      actor: { ...actor, protocol: 'SFTP', origin: 'client' },
      object: { schema: 'USER', type: 'file' },
      path: `/${index}.${index % 100 === 0 ? 'pdf' : 'txt'}`,
    });
  }
  await engine.events.flush();
  let turns = 0;
  let isOver = false;
  const count = (): void => {
    turns++;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  // Others ask one thing after another meanwhile.
  let answers = 0;
  const ask = async (): Promise<void> => {
    await engine.rules.runs({ limit: 1 });
    answers++;
    if (!isOver) await ask();
  };
  const asking = ask();
  const found = await engine.rules.test({
    rule: ruleInput({ triggers: ['upload'], conditions: { names: [{ pattern: '*.pdf' }] }, steps: [http] }),
    days: 7,
    limit: 10_000,
    samples: 10,
  });
  isOver = true;
  expect(found).toMatchObject({ considered: 3000, matched: 30, partial: false });
  expect(found.samples).toHaveLength(10);
  // Fifteen pages, more where matching one takes long.
  expect(turns).toBeGreaterThan(15);
  await asking;
  expect(answers).toBeGreaterThan(10);
});
