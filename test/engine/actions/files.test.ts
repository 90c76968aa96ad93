import { expect, test } from 'vitest';
import type { RunTrace } from '../../../engine/contract/rule.ts';
import { startRules, type TestRules } from '../../helpers/rules.ts';
import { get, names, put } from '../../helpers/vfs.ts';
import type { Session } from '../../../engine/vfs/types.ts';

/** Uploads `/in/a.txt` as alice with a rule of one action, and gives the run and her session. */
async function afterUpload(
  action: string,
  config: Record<string, unknown>,
  prepare?: (session: Session, engine: TestRules) => Promise<void>,
  changes = {},
): Promise<{ run: RunTrace; session: Session; engine: TestRules }> {
  const engine = await startRules();
  const session = await engine.login(engine.account('alice'));
  await session.mkdir('/in');
  await prepare?.(session, engine);
  await engine.save({ triggers: ['upload'], steps: [{ action, config }] });
  const limited = await engine.login(engine.account('alice', changes));
  await put(limited, '/in/a.txt', 'new');
  const [run] = await engine.allRested();
  if (run === undefined) throw new Error('no run');
  return { run, session, engine };
}

const pairs = (source: string, target: string) => [{ source, target }];

test('copy makes the folders above and keeps the source', async () => {
  const { run, session } = await afterUpload('copy', {
    pairs: [...pairs('{{.VirtualPath}}', '/x/y/b.txt'), ...pairs('in/a.txt', '\\z\\c.txt')],
  });
  expect(run.state).toBe('done');
  expect([await get(session, '/in/a.txt'), await get(session, '/x/y/b.txt'), await get(session, '/z/c.txt')]).toEqual([
    'new',
    'new',
    'new',
  ]);
});

test.each([
  ['replace', 'done', ['a.txt', 'b (2).txt', 'b.txt'], 'new'],
  ['skip', 'done', ['a.txt', 'b (2).txt', 'b.txt'], 'old'],
  ['fail', 'failed', ['a.txt', 'b (2).txt', 'b.txt'], 'old'],
  ['number', 'done', ['a.txt', 'b (2).txt', 'b (3).txt', 'b.txt'], 'old'],
])('copy when the target exists: %s', async (conflict, state, files, content) => {
  const { run, session } = await afterUpload('copy', { conflict, pairs: pairs('{{.VirtualPath}}', '/in/b.txt') }, async (prepare) => {
    await put(prepare, '/in/b.txt', 'old');
    await put(prepare, '/in/b (2).txt', 'old');
  });
  expect(run.state).toBe(state);
  expect(await names(session, '/in')).toEqual(files);
  expect(await get(session, '/in/b.txt')).toBe(content);
});

test.each([
  ['replace', 'done', ['b.txt'], 'new'],
  ['skip', 'done', ['a.txt', 'b.txt'], 'old'],
  ['fail', 'failed', ['a.txt', 'b.txt'], 'old'],
  ['number', 'done', ['b (2).txt', 'b.txt'], 'old'],
])('rename when the target exists: %s', async (conflict, state, files, content) => {
  const { run, session } = await afterUpload('rename', { conflict, pairs: pairs('{{.VirtualPath}}', '/in/b.txt') }, (prepare) =>
    put(prepare, '/in/b.txt', 'old'),
  );
  expect(run.state).toBe(state);
  expect(await names(session, '/in')).toEqual(files);
  expect(await get(session, '/in/b.txt')).toBe(content);
});

test('rename moves a folder, and a file onto itself is nothing', async () => {
  const { run, session } = await afterUpload('rename', {
    pairs: [...pairs('{{.VirtualPath}}', '{{.VirtualPath}}'), ...pairs('/in', '/archive/2026')],
  });
  expect(run).toMatchObject({ state: 'done', steps: [{ detail: { done: [{ skipped: true }, { target: '/archive/2026' }] } }] });
  expect(await names(session, '/archive/2026')).toEqual(['a.txt']);
});

test('delete: files, an empty folder, what is missing counts as deleted, a full folder does not', async () => {
  const { run, session } = await afterUpload('delete', { paths: ['{{.VirtualPath}}', '/missing/deep.txt', '/in'] });
  expect(run).toMatchObject({ state: 'done', steps: [{ detail: { deleted: ['/in/a.txt', '/in'], missing: ['/missing/deep.txt'] } }] });
  expect(await names(session, '/')).toEqual([]);
  const full = await afterUpload('delete', { paths: ['/in'] });
  expect(full.run).toMatchObject({
    state: 'failed',
    steps: [{ error: expect.stringContaining('/in could not be deleted: The folder is not empty') as string }],
  });
});

test('rules act with all permissions where the user has few', async () => {
  const { run, session } = await afterUpload('rename', { pairs: pairs('{{.VirtualPath}}', '/quarantine/a.txt') }, undefined, {
    permissions: { '/': ['list', 'upload'] },
  });
  expect(run.state).toBe('done');
  expect(await names(session, '/quarantine')).toEqual(['a.txt']);
});

test('the quota counts, and a failure says what was done before it', async () => {
  const { run } = await afterUpload(
    'copy',
    { pairs: [...pairs('{{.VirtualPath}}', '/b.txt'), ...pairs('{{.VirtualPath}}', '/c.txt'), ...pairs('{{.VirtualPath}}', '/d.txt')] },
    (_session, engine) => {
      const account = engine.account('alice');
      engine.store.tables.accounts.update(account.id, { ...account, quotaFiles: 2, passwordHash: null });
      return Promise.resolve();
    },
  );
  expect(run).toMatchObject({ state: 'failed', steps: [{ detail: { done: [{ target: '/b.txt' }] } }] });
  expect(run.error).toContain('/in/a.txt could not be copied to /c.txt');
});

test('paths never leave the tree, and values are no patterns, templates or commands', async () => {
  const engine = await startRules();
  const session = await engine.login(engine.account('alice'));
  await engine.save({
    triggers: ['upload'],
    conditions: { paths: [{ pattern: '/*' }] },
    steps: [{ action: 'rename', config: { pairs: pairs('{{.VirtualPath}}', '/../../out/{{.ObjectName}}') } }],
  });
  const odd = ['*', '{{.Name}}', '$(id)', 'a\\b', '--x', "it's", ' lead', '%name%'];
  for (const name of odd) await put(session, `/${name}`, name);
  expect((await engine.allRested()).map((run) => [run.state, run.error])).toEqual(odd.map(() => ['done', null]));
  expect(await names(session, '/out')).toEqual([...odd].sort());
});

test('an action in the files of a user who is gone fails in plain words', async () => {
  const engine = await startRules({ start: false });
  const account = engine.account('alice');
  await engine.save({ triggers: ['mkdir'], steps: [{ action: 'delete', config: { paths: ['/x'] } }] });
  const session = await engine.login(account);
  await session.mkdir('/x');
  engine.store.tables.accounts.remove(account.id);
  await engine.rules.start();
  expect(await engine.allRested()).toMatchObject([
    { state: 'failed', error: 'action "delete" failed: There is no user in whose files this action could act.' },
  ]);
});
