import { expect, test } from 'vitest';
import { type FlowInput, flowInputSchema } from '../../../engine/contract/flow.ts';
import { groupSettingsSchema } from '../../../engine/contract/group.ts';
import type { RunTrace } from '../../../engine/contract/rule.ts';
import { eventually } from '../../helpers/eventually.ts';
import { asInput, BY, startRules, type TestRules } from '../../helpers/rules.ts';
import { put } from '../../helpers/vfs.ts';

type FlowLike = Pick<FlowInput, 'name'> & Record<string, unknown>;

async function upload({ account, login }: TestRules, path: string) {
  await put(await login(account('alice')), path, 'x');
}

const say = (name: string, value: string, more = {}) => ({ action: 'set-variable', config: { name, value }, ...more });
const stop = (outcome: string, more = {}) => ({ action: 'stop-run', config: { outcome, message: 'Enough.', ...more } });
const call = (flow: number, more = {}) => ({ action: 'run-flow', config: { flow }, ...more });

/** The trace as one line: names with their depth, and what did not end as done. */
const line = ({ steps }: RunTrace) =>
  steps.map(({ depth, name, state }) => `${'>'.repeat(depth)}${name}${state === 'done' ? '' : `:${state}`}`).join(' ');

const flow = (engine: TestRules, input: FlowLike) => engine.rules.library.saveFlow(flowInputSchema.parse(input), BY);

const lastOf = async (engine: TestRules) => {
  const runs = await engine.allRested();
  const [last] = runs.slice(-1);
  if (last === undefined) throw new Error('nothing ran');
  return last;
};

test('run flow: a flow that a rule calls is part of its run: its steps stand in the trace, its variables in later templates', async () => {
  const engine = await startRules();
  const inner = await flow(engine, { name: 'Inner', steps: [say('who', '{{.Name}}')] });
  const outer = await flow(engine, {
    name: 'Outer',
    steps: [call(inner.id, { name: 'inner' }), say('greeting', 'from {{.Variables.who}}')],
  });
  const rule = await engine.save({
    triggers: ['upload'],
    steps: [call(outer.id, { name: 'outer' }), say('all', '{{.Variables.greeting}} of {{.ObjectName}}')],
  });
  expect(rule.problems).toEqual([]);
  await upload(engine, '/a.txt');
  const run = await lastOf(engine);
  expect(line(run)).toBe('outer >inner >>set-variable >set-variable set-variable');
  expect(run).toMatchObject({
    state: 'done',
    steps: [{ detail: { flow: 'Outer', version: 1 } }, {}, {}, {}, { detail: { value: 'from alice of a.txt' } }],
  });
  expect((await engine.recorded('ACTION_RUN')).map(({ info }) => info['action'])).toEqual(['set-variable', 'set-variable', 'set-variable']);
  expect(engine.rules.library.flows().map(({ name, usedBy }) => [name, usedBy.map((user) => `${user.kind} ${user.name}`)])).toEqual([
    ['Inner', ['flow Outer']],
    ['Outer', [`rule ${rule.name}`]],
  ]);
});

test('where a step fails the flow goes to its on-error branch, and the rule on or not as it says', async () => {
  const engine = await startRules();
  const { id } = await flow(engine, {
    name: 'Fragile',
    steps: [stop('failed', { scope: 'flow' }), say('never', 'x')],
    onError: [say('rescue', '{{stringJoin .Errors ", "}}')],
  });
  await engine.save({ triggers: ['upload'], steps: [call(id), say('after', 'x'), say('failure', 'x', { failureAction: true })] });
  await upload(engine, '/a.txt');
  const first = await lastOf(engine);
  expect(line(first)).toBe('run-flow >stop-run:failed >set-variable:skipped >set-variable set-variable set-variable');
  expect(first.steps[3]?.detail).toMatchObject({ value: 'action "stop-run" failed: Enough.' });
  expect(first.state).toBe('partly');
  await engine.save({ triggers: ['mkdir'], steps: [call(id, { stopOnFailure: true }), say('after', 'x')] });
  await (await engine.login(engine.account('alice'))).mkdir('/d');
  expect(line(await lastOf(engine))).toBe('run-flow >stop-run:failed >set-variable:skipped >set-variable set-variable:skipped');
});

test('stop run: nothing more begins, with the outcome that was asked for', async () => {
  const engine = await startRules();
  const { id } = await flow(engine, { name: 'Gate', steps: [stop('done', { scope: 'run' })] });
  await engine.save({ triggers: ['upload'], steps: [say('a', '1'), call(id), say('b', '2')] });
  await upload(engine, '/a.txt');
  const run = await lastOf(engine);
  expect(line(run)).toBe('set-variable run-flow >stop-run set-variable:skipped');
  expect(run.state).toBe('done');
  await engine.save({ triggers: ['mkdir'], steps: [say('a', '1'), stop('failed'), say('b', '2'), say('c', '3', { failureAction: true })] });
  await (await engine.login(engine.account('alice'))).mkdir('/d');
  const failed = await lastOf(engine);
  expect(line(failed)).toBe('set-variable stop-run:failed set-variable:skipped set-variable');
  expect(failed).toMatchObject({ state: 'failed', error: 'action "stop-run" failed: Enough.' });
});

test('a flow that has used up its time is stopped, a step at work with it, and rescued', async () => {
  const engine = await startRules();
  const { id } = await flow(engine, {
    name: 'Slow',
    maxSeconds: 30,
    steps: [{ ...stop('failed', { scope: 'flow' }), retries: 5, retryDelaySeconds: 20 }, say('never', 'x')],
    onError: [say('late', 'x')],
  });
  await engine.save({ triggers: ['upload'], steps: [call(id)] });
  await upload(engine, '/a.txt');
  expect((await lastOf(engine)).state).toBe('waiting');
  for (const ms of [21_000, 10_000]) {
    engine.clock.advance(ms);
    engine.rules.tick();
    await engine.allRested();
  }
  const run = await lastOf(engine);
  expect(line(run)).toBe('run-flow run-flow:failed >stop-run:failed >stop-run:failed >set-variable:skipped >set-variable');
  expect(run.error).toContain('The flow took longer than 30 s and was stopped.');
  expect(run.state).toBe('failed');
});

test.each([
  ['skip', 'done', 'run-flow:skipped >wait:skipped'],
  ['wait', 'waiting', 'run-flow:pending >wait:pending'],
  ['many', 'running', 'run-flow >wait:started'],
])('a second run that meets a flow of one instance: %s', async (instances, state, trace) => {
  const engine = await startRules();
  const { id } = await flow(engine, { name: 'Single', instances, steps: [{ action: 'wait', config: { timeoutSeconds: 3600 } }] });
  const first = await engine.rules.runFlow({ id }, BY);
  await eventually(async () => expect((await engine.rules.trace(first.id)).steps.at(-1)?.state).toBe('started'));
  const second = await engine.rules.runFlow({ id }, BY);
  await eventually(async () => {
    const found = await engine.rules.trace(second.id);
    expect([found.state, line(found).replaceAll('Single', 'run-flow')]).toEqual([state, trace]);
  });
});

test('a flow runs by itself, for a user or on a past event, and its runs are found', async () => {
  const engine = await startRules();
  engine.account('alice');
  const files = await flow(engine, { name: 'Files', steps: [{ action: 'create-folders', config: { paths: ['/made'] } }] });
  await expect(engine.rules.runFlow({ id: files.id }, BY)).rejects.toMatchObject({ code: 'invalid_input', field: 'username' });
  await expect(engine.rules.runFlow({ id: files.id, username: 'nobody' }, BY)).rejects.toMatchObject({ code: 'not_found' });
  await engine.rules.runFlow({ id: files.id, username: 'Alice' }, BY);
  await upload(engine, '/a.txt');
  const event = (await engine.recorded('OBJECT_INSERT')).find(({ schema }) => schema === 'USER');
  await engine.rules.runFlow({ id: files.id, eventId: event?._id ?? 0 }, BY);
  const runs = await engine.allRested();
  expect(runs.map((run) => [run.ruleId, run.flowId, run.ruleName, run.state])).toEqual([
    [0, files.id, 'Files', 'done'],
    [0, files.id, 'Files', 'done'],
  ]);
  expect(await engine.rules.runs({ flowId: files.id, limit: 10 })).toHaveLength(2);
  const [ran] = await engine.recorded('RULE_RUN');
  expect(ran).toMatchObject({ basetype: 'flow', object_id: files.id, object_version: 1 });
});

test('a flow goes on after a stop where it had come to, with the version of the moment when it began', async () => {
  const before = await startRules();
  const later = `{{ge (.Now.UTC.Format "15:04") "12:01"}}`;
  const { id } = await flow(before, {
    name: 'Long',
    steps: [say('a', 'old'), { action: 'wait', config: { timeoutSeconds: 3600, until: later } }, say('b', '{{.Variables.a}}')],
  });
  await before.save({ triggers: ['upload'], steps: [call(id)] });
  await upload(before, '/a.txt');
  await eventually(async () => expect((await before.rules.trace(1)).steps[2]?.state).toBe('started'));
  await before.rules.park(0);
  await before.store.close();
  const after = await startRules({ dataFolder: before.dataFolder, start: false });
  after.clock.advance(60_000);
  await flow(after, { id, name: 'Long', steps: [say('a', 'new')] });
  await after.rules.start();
  const run = await after.rested(1);
  expect(line(run)).toBe('run-flow >set-variable >wait:interrupted >wait >set-variable');
  expect(run.steps.at(-1)?.detail).toMatchObject({ value: 'old' });
  await upload(after, '/b.txt');
  expect(line(await lastOf(after))).toBe('run-flow >set-variable');
});

test('what cannot work is said at the field, and makes what uses it incomplete', async () => {
  const engine = await startRules({ start: false });
  engine.account('alice');
  const { library } = engine.rules;
  const a = await flow(engine, { name: 'A', steps: [say('x', '1')] });
  const b = await flow(engine, { name: 'B', steps: [call(a.id)] });
  const rule = await engine.save({ name: 'R', triggers: ['upload'], steps: [call(b.id)] });
  const version = rule.version;
  const circle = await flow(engine, { id: a.id, name: 'A', steps: [call(b.id)] });
  expect(circle.problems).toEqual([{ field: 'steps.0.config.flow', message: 'The flows A and B call each other, so neither would end.' }]);
  expect(library.flow(b.id).problems.map(({ field }) => field)).toEqual(['steps.0.config.flow']);
  expect(engine.rules.list()[0]).toMatchObject({
    problems: [{ field: 'steps.0.config.flow', message: 'The flow B is incomplete. Correct it first.' }],
  });
  await flow(engine, { id: a.id, name: 'A', steps: [{ action: 'delete', config: { paths: ['/x'] } }] });
  expect(engine.rules.list()[0]?.problems).toEqual([]);
  expect(engine.rules.list()[0]?.version).toBeGreaterThan(version);
  const noUser = await engine.save({ triggers: ['login-failed'], steps: [call(b.id, { retries: 2 }), call(99)] });
  expect(noUser.problems).toEqual([
    { field: 'steps.0.retries', message: 'A flow is not repeated as a whole. Give the retries to its actions.' },
    { field: 'steps.1.config.flow', message: 'There is no flow 99.' },
    {
      field: 'steps.0.config.flow',
      message: "The action delete of the flow acts in a user's files, but the trigger login-failed has no user.",
    },
  ]);
  const own = await flow(engine, { name: 'Own', owner: { user: 'alice' }, steps: [say('x', '1')] });
  const others = await engine.save({ triggers: ['upload'], steps: [call(own.id)] });
  expect(others.problems.map(({ field }) => field)).toEqual(['steps.0.config.flow']);
  const hers = await engine.save({ triggers: ['upload'], conditions: { users: [{ pattern: 'alice' }] }, steps: [call(own.id)] });
  expect(hers.problems).toEqual([]);
  engine.store.tables.groups.insert({ name: 'buyers', description: '', settings: groupSettingsSchema.parse({}) }, 0);
  const shared = await flow(engine, { name: 'Shared', owner: { group: 'Buyers' }, steps: [say('x', '1')] });
  const theirs = await engine.save({ triggers: ['upload'], conditions: { userGroups: [{ pattern: 'buyers' }] }, steps: [call(shared.id)] });
  const notTheirs = await engine.save({ triggers: ['upload'], conditions: { users: [{ pattern: 'alice' }] }, steps: [call(shared.id)] });
  expect([theirs, notTheirs].map(({ problems }) => problems.map(({ field }) => field))).toEqual([[], ['steps.0.config.flow']]);
  engine.account('outsider');
  await expect(engine.rules.runFlow({ id: shared.id, username: 'outsider' }, BY)).rejects.toMatchObject({ field: 'username' });
  expect((await flow(engine, { id: shared.id, name: 'Shared', owner: { group: 'none' }, steps: [say('x', '1')] })).problems).toEqual([
    { field: 'owner.group', message: 'There is no group none.' },
  ]);
  await engine.rules.delete(theirs.id, BY);
  await engine.rules.delete(notTheirs.id, BY);
  await library.deleteFlow(shared.id, BY);
  const self = await flow(engine, { name: 'Self', owner: { user: 'nobody' }, steps: [say('x', '{{.Nope}}')] });
  const again = await flow(engine, { id: self.id, name: 'Self', owner: { user: 'nobody' }, steps: [call(self.id), call(own.id)] });
  expect([...self.problems, ...again.problems].map(({ field }) => field)).toEqual([
    'steps.0.config.value',
    'owner.user',
    'steps.0.config.flow',
    'steps.1.config.flow',
    'owner.user',
  ]);
  await expect(library.deleteFlow(a.id, BY)).rejects.toMatchObject({
    code: 'conflict',
    message: 'The flow A is used by the flow B. Change it first.',
  });
  await expect(flow(engine, { name: 'b', steps: [say('x', '1')] })).rejects.toMatchObject({ code: 'conflict', field: 'name' });
  await expect(engine.rules.runFlow({ id: again.id }, BY)).rejects.toMatchObject({ code: 'conflict' });
  await expect(library.deleteFlow(own.id + 50, BY)).rejects.toMatchObject({ code: 'not_found' });
  await library.deleteFlow(again.id, BY);
  expect((await engine.recorded('OBJECT_INSERT', 'OBJECT_DELETE')).filter(({ objecttype }) => objecttype === 'flow')).toHaveLength(7);
});

test('a saved action is what its users do, keeps its secret, and is not deleted under them', async () => {
  const engine = await startRules();
  const { library } = engine.rules;
  const config = { url: 'http://127.0.0.1:9/', bearerToken: 'hush-hush' };
  const saved = await library.saveAction({ name: 'Tell', description: '', action: 'http', config }, BY);
  expect(JSON.stringify(saved)).not.toContain('hush');
  const rule = await engine.save({ triggers: ['upload'], steps: [{ action: 'email', savedAction: saved.id }] });
  const { id } = await flow(engine, { name: 'F', steps: [{ action: 'email', savedAction: saved.id }] });
  expect(rule.steps[0]).toMatchObject({ action: 'http', config: { url: 'http://127.0.0.1:9/' } });
  expect(rule.problems).toEqual([]);
  const changed = await library.saveAction(
    { id: saved.id, name: 'Tell', description: '', action: 'set-variable', config: { name: 'x', value: '{{.Name}}' } },
    BY,
  );
  expect(changed).toMatchObject({ version: 2, usedBy: [{ kind: 'rule' }, { kind: 'flow' }] });
  expect(engine.rules.list()[0]).toMatchObject({ version: 2, steps: [{ action: 'set-variable', savedAction: saved.id }] });
  expect(library.flow(id).steps[0]).toMatchObject({ action: 'set-variable' });
  await upload(engine, '/a.txt');
  expect((await lastOf(engine)).steps).toMatchObject([{ action: 'set-variable', detail: { value: 'alice' } }]);
  await expect(library.deleteAction(saved.id, BY)).rejects.toMatchObject({
    code: 'conflict',
    message: `The action Tell is used by the rule ${rule.name}, the flow F. Change them first.`,
  });
  await engine.rules.save({ ...asInput(rule), id: rule.id, steps: [{ ...asInput(rule).steps[0], savedAction: undefined } as never] }, BY);
  await library.deleteFlow(id, BY);
  await library.deleteAction(saved.id, BY);
  expect(library.actions()).toEqual([]);
  const lost = await engine.save({ triggers: ['upload'], steps: [{ action: 'email', savedAction: saved.id }] });
  expect(lost.problems[0]).toEqual({ field: 'steps.0.savedAction', message: `There is no saved action ${saved.id}.` });
});
