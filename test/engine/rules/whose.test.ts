import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Account } from '../../../engine/contract/account.ts';
import { SYSTEM } from '../../../engine/events/log.ts';
import { startHookServer } from '../../helpers/hook-server.ts';
import { asInput, BY, ruleInput, startRules, type TestRules } from '../../helpers/rules.ts';
import { put } from '../../helpers/vfs.ts';

const TELL = '{{.Recipient.Name}} <{{.Recipient.Email}}>: {{.Name}} {{.Event}} {{.VirtualPath}} at {{.FsPath}}';

/** The office's folder prices, which alice has twice; carol sees it elsewhere, dora below the folder, erik may not list it, fay is switched off. */
async function startOffice(): Promise<TestRules> {
  const engine = await startRules();
  const folder = (name: string): number =>
    engine.store.tables.folders.insert({ name, description: '', path: name, quotaBytes: 0, quotaFiles: 0, remote: null }, 0);
  folder('prices');
  folder('prices/old');
  const at = (path: string, name = 'prices'): Pick<Account, 'folders'> => ({ folders: [{ path, folder: name, countsInAccount: false }] });
  const group = { groups: [{ name: 'buyers', type: 'membership' as const }] };
  engine.account('alice', { email: 'alice@example.com', folders: [...at('/prices').folders, ...at('/again').folders] });
  engine.account('bob', at('/shared'));
  engine.account('carol', { email: 'carol@example.com', role: 'office', ...group, ...at('/a/b') });
  engine.account('dora', at('/old', 'prices/old'));
  engine.account('erik', { ...at('/prices'), permissions: { '/': ['*'], '/prices': ['upload'] } });
  engine.account('fay', { ...at('/prices'), enabled: false });
  return engine;
}

async function upload(engine: TestRules, username: string, path: string): Promise<void> {
  const session = await engine.login(engine.account(username));
  await put(session, path, 'x');
  await session.close('closed');
}

test('who else sees the folder is told, each once and by itself, where they see it and who did it; not the one who did', async () => {
  const server = await startHookServer();
  const engine = await startOffice();
  await engine.save({
    triggers: ['upload'],
    whose: { own: false, reverse: true },
    steps: [{ action: 'http', config: { url: server.url, body: TELL } }],
  });
  await upload(engine, 'bob', '/shared/list.csv');
  await upload(engine, 'bob', '/alone.csv');
  const runs = await engine.allRested();
  const place = `${engine.exchange}/prices/list.csv`;
  expect(server.bodies.toSorted()).toEqual([
    `alice <alice@example.com>: bob upload /shared/list.csv at ${place}`,
    `carol <carol@example.com>: bob upload /shared/list.csv at ${place}`,
  ]);
  expect(runs.map(({ conditions }) => conditions[1]?.actual)).toEqual([
    'alice sees it as /prices/list.csv',
    'carol sees it as /a/b/list.csv',
  ]);
});

test('conditions on users, groups and roles look at who is told, the others at what happened; own activity is ticked apart', async () => {
  const server = await startHookServer();
  const engine = await startOffice();
  const tell = (name: string, whose: { own: boolean; reverse: boolean }, conditions: object) =>
    engine.save({
      name,
      triggers: ['upload'],
      whose,
      conditions,
      steps: [{ action: 'http', config: { url: `${server.url}/{{.Rule}}`, body: TELL } }],
    });
  await tell('buyers', { own: false, reverse: true }, { userGroups: [{ pattern: 'buy*' }], paths: [{ pattern: '/shared/**' }] });
  await tell('role', { own: false, reverse: true }, { roles: [{ pattern: 'office', inverse: true }] });
  await tell('both', { own: true, reverse: true }, { users: [{ pattern: 'bob' }, { pattern: 'carol' }] });
  mkdirSync(join(engine.exchange, 'prices', 'old'), { recursive: true });
  await upload(engine, 'bob', '/shared/old/list.csv');
  await engine.allRested();
  const told = server.got.map((request, index) => `${request.slice('POST /'.length)} ${String(server.bodies[index]?.split(' ')[0])}`);
  expect(told.toSorted()).toEqual(['both ', 'both carol', 'buyers carol', 'role alice', 'role dora']);
});

test('what is told is gathered for each by itself, and follows changes of groups', async () => {
  const server = await startHookServer();
  const engine = await startOffice();
  await engine.save({
    triggers: ['upload', 'delete'],
    whose: { own: false, reverse: true },
    timing: { per: 'session' },
    steps: [{ action: 'http', config: { url: server.url, body: '{{.Recipient.Name}}:{{range .Items}} {{.ObjectName}}{{end}}' } }],
  });
  const session = await engine.login(engine.account('bob'));
  await put(session, '/shared/1', '');
  await put(session, '/shared/2', '');
  await session.close('closed');
  await engine.allRested();
  expect(server.bodies.toSorted()).toEqual(['alice: 1 2', 'carol: 1 2']);

  engine.store.tables.accounts.update(engine.account('alice').id, {
    ...engine.account('alice'),
    folders: [],
    passwordHash: null,
    passwordChangedAt: null,
  });
  await engine.events.record({
    type: 'OBJECT_UPDATE',
    info: { operation: 'update', old: 'alice', new: 'alice' },
    actor: SYSTEM,
    object: { schema: 'BASE', type: 'user' },
  });
  await upload(engine, 'bob', '/shared/3');
  await engine.allRested();
  expect(server.bodies.slice(2)).toEqual(['carol: 3']);
});

test('the switch for all rules, and what cannot work, are said', async () => {
  const engine = await startOffice();
  const step = { action: 'set-variable', config: { name: 'x', value: '{{.Recipient.Name}}' } };
  const problems = async (rule: Partial<Parameters<typeof engine.save>[0]>) =>
    (await engine.save({ triggers: ['upload'], whose: { own: false, reverse: true }, steps: [step], ...rule })).problems.map(
      ({ field }) => field,
    );
  expect(await problems({ triggers: ['upload', 'rmdir'] })).toEqual(['whose.reverse']);
  expect(await problems({ steps: [{ ...step, sync: true }] })).toEqual(['whose.reverse']);
  expect(await problems({ whose: { own: false, reverse: false } })).toEqual(['whose.own']);
  for (const rule of engine.rules.list()) await engine.rules.delete(rule.id, BY);

  const rule = await engine.save({ triggers: ['upload'], whose: { own: false, reverse: true }, steps: [step] });
  expect(rule.warnings).toEqual([]);
  engine.settings.rules.reverse = false;
  expect(engine.rules.list()[0]?.warnings.map(({ field }) => field)).toEqual(['whose.reverse']);
  await upload(engine, 'bob', '/shared/list.csv');
  expect(await engine.allRested()).toEqual([]);
  const event = (await engine.recorded('OBJECT_INSERT')).find(({ schema }) => schema === 'USER');
  expect(engine.rules.considered(event?._id ?? 0)).toMatchObject([
    { verdict: 'condition', reason: expect.stringContaining('nobody else') as unknown },
  ]);
  engine.settings.rules.reverse = true;
  const tried = await engine.rules.test({ rule: ruleInput(asInput(rule)), days: 7, limit: 10, samples: 10 });
  expect(tried.samples).toMatchObject([{ matched: true, steps: [{ inputs: { value: 'alice' } }] }]);
  expect(await engine.rules.run(rule.id, event?._id, BY)).toHaveLength(2);
});

test('a rule without an event acts on those whom its conditions on groups and roles name; nobody without a group is in one', async () => {
  const engine = await startOffice();
  const acted = async (conditions: object): Promise<string[]> => {
    const rule = await engine.save({
      triggers: ['on-demand'],
      conditions,
      steps: [{ action: 'create-folders', config: { paths: ['/made'] } }],
    });
    const [run] = await engine.rules.run(rule.id, undefined, BY);
    return (await engine.rested(run?.id ?? 0)).steps.map(({ name }) => name.replace(/^create-folders \((.*)\)$/, '$1')).toSorted();
  };
  expect(await acted({ userGroups: [{ pattern: 'buyers' }] })).toEqual(['carol']);
  expect(await acted({ userGroups: [{ pattern: 'buyers', inverse: true }], users: [{ pattern: '[a-d]*' }] })).toEqual([
    'alice',
    'bob',
    'dora',
  ]);
  expect(await acted({ match: 'any', roles: [{ pattern: 'office' }], users: [{ pattern: 'bob' }] })).toEqual(['bob', 'carol']);
});
