import { expect, test } from 'vitest';
import { eventually } from '../../helpers/eventually.ts';
import { startHookServer } from '../../helpers/hook-server.ts';
import { BY, startRules } from '../../helpers/rules.ts';
import { names, put } from '../../helpers/vfs.ts';

test('an action is done for real on sample values; its trace hides the secret, and the log says that it was a test', async () => {
  const server = await startHookServer();
  const engine = await startRules();
  const trace = await engine.rules.testAction(
    { action: 'http', config: { url: `${server.url}/{{.ObjectName}}`, body: '{{.Rule}}', bearerToken: 'hunter2' } },
    BY,
  );
  expect([server.got, server.authorizations, server.bodies]).toEqual([['POST /file.txt'], ['Bearer hunter2'], ['Test of an action']]);
  expect(trace).toMatchObject({
    state: 'done',
    action: 'http',
    attempt: 1,
    inputs: { bearerToken: '•••' },
    detail: { status: 200 },
    error: null,
  });
  const [event] = await engine.recorded('ACTION_RUN');
  expect(event).toMatchObject({
    outcome: 'ok',
    origin: 'system',
    caused_by: null,
    object_id: null,
    info: { rule: 'Test of an action', run_id: 0, action: 'http', outcome: 'done' },
  });
  expect(JSON.stringify([trace, await engine.recorded(), engine.store.tables.secrets.get(1)])).not.toContain('hunter2');
  expect(await engine.rules.runs({ limit: 10 })).toEqual([]);
});

test('on a past event it acts in the files of that user, or of a named one; its effects set off no rule', async () => {
  const engine = await startRules();
  await engine.save({ triggers: ['copy'], includeRuleEvents: true, steps: [{ action: 'delete', config: { paths: ['/a'] } }] });
  const alice = await engine.login(engine.account('alice'));
  await put(alice, '/a', 'of alice');
  const bob = await engine.login(engine.account('bob'));
  await put(bob, '/a', 'of bob');
  const [event] = (await engine.recorded('OBJECT_INSERT')).filter(({ schema }) => schema === 'USER');
  const input = {
    action: 'copy',
    config: { pairs: [{ source: '{{.VirtualPath}}', target: '{{.VirtualPath}} copy' }] },
    eventId: event?._id ?? 0,
  };
  expect(await engine.rules.testAction(input, BY)).toMatchObject({ state: 'done', detail: { done: [{ target: '/a copy' }] } });
  expect([await names(alice, '/'), await names(bob, '/')]).toEqual([['a', 'a copy'], ['a']]);
  await engine.rules.testAction({ ...input, username: 'BOB' }, BY);
  expect(await names(bob, '/')).toEqual(['a', 'a copy']);
  expect(await engine.rules.runs({ limit: 10 })).toEqual([]);
});

test('what fails is a trace too: refused connections, limits, templates, no user', async () => {
  const engine = await startRules();
  const failed = async (action: string, config: Record<string, unknown>) => {
    const { state, error } = await engine.rules.testAction({ action, config }, BY);
    return [state, error];
  };
  engine.settings.outbound.allowLoopback = false;
  expect(await failed('http', { url: 'http://127.0.0.1:9/' })).toEqual(['failed', expect.stringContaining('not allowed')]);
  expect(await failed('http', { url: 'http://127.0.0.1:9/{{index .Errors 9}}' })).toEqual(['failed', expect.stringContaining('line 1')]);
  expect(await failed('delete', { paths: ['/a'] })).toEqual(['failed', expect.stringContaining('no user')]);
  expect((await engine.recorded('ACTION_RUN')).map((event) => event.outcome)).toEqual(['failed', 'failed', 'failed']);
});

test('what no rule could have is refused at its field and recorded nowhere', async () => {
  const engine = await startRules();
  const refused = (action: string, config: Record<string, unknown>, more: object = {}) =>
    expect(engine.rules.testAction({ action, config, ...more }, BY)).rejects;
  await refused('nope', {}).toMatchObject({ code: 'invalid_input', field: 'action' });
  await refused('http', { url: 7 }).toMatchObject({ code: 'invalid_input', field: 'config.url' });
  await refused('http', { url: '{{.Nope}}' }).toMatchObject({ code: 'invalid_input', field: 'config.url' });
  await refused('command', { command: '/bin/true' }).toMatchObject({ code: 'invalid_input', field: 'config.command' });
  await refused('delete', { paths: ['/a'] }, { username: 'nobody' }).toMatchObject({ code: 'not_found', field: 'username' });
  await refused('delete', { paths: ['/a'] }, { eventId: 99 }).toMatchObject({ code: 'not_found', field: 'eventId' });
  await refused('http', { url: 'http://127.0.0.1:9/' }, { ruleId: 99 }).toMatchObject({ code: 'not_found' });
  expect(await engine.recorded('ACTION_RUN')).toEqual([]);
});

test('a stored secret serves only the tests of its own rule', async () => {
  const server = await startHookServer();
  const engine = await startRules();
  const rule = await engine.save({
    triggers: ['upload'],
    steps: [{ action: 'http', config: { url: `${server.url}/`, bearerToken: 'hunter2' } }],
  });
  const config = rule.steps[0]?.config ?? {};
  await expect(engine.rules.testAction({ action: 'http', config }, BY)).rejects.toMatchObject({
    code: 'invalid_input',
    field: 'config.bearerToken',
  });
  expect(await engine.rules.testAction({ action: 'http', config, ruleId: rule.id }, BY)).toMatchObject({ state: 'done' });
  expect(server.authorizations).toEqual(['Bearer hunter2']);
});

test('a stop ends a test at work', async () => {
  const server = await startHookServer();
  server.holdNext();
  const engine = await startRules();
  const trace = engine.rules.testAction({ action: 'http', config: { url: server.url } }, BY);
  await eventually(() => expect(server.got).toHaveLength(1));
  await engine.rules.park(0);
  expect(await trace).toMatchObject({ state: 'failed' });
});
