import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createAccounts } from '../../../engine/accounts/service.ts';
import { createFolders } from '../../../engine/accounts/folders.ts';
import { openSecretStore } from '../../../engine/store/secret-store.ts';
import { createPasswords } from '../../../engine/accounts/passwords.ts';
import { flowInputSchema } from '../../../engine/contract/flow.ts';
import { startHookServer } from '../../helpers/hook-server.ts';
import { startMailServer } from '../../helpers/mail-server.ts';
import { BY } from '../../helpers/rules.ts';
import { fill, paths, read, startPlaces } from './places.ts';
import { eachFileAction } from './places-table.ts';

const pair = (source: string, target: string) => ({ pairs: [{ source, target }] });

test('every file action reads and writes where it is told', async () => {
  const engine = await startPlaces();
  const one = engine.share('one');
  await eachFileAction(engine, engine.tree, one);
  await eachFileAction(engine, one, one);
});

test('files of a shared folder go out with a request and with a mail; texts are written and notes kept there', async () => {
  const engine = await startPlaces();
  const [hook, mail] = [await startHookServer(), await startMailServer()];
  Object.assign(engine.settings.mail, { host: '127.0.0.1', port: mail.port, security: 'none', from: 'office@example.com' });
  const desk = engine.share('desk');
  fill(desk, { 'a.txt': 'from the desk' });
  const here = { sourceFolder: 'desk' };
  const request = { ...here, url: hook.url, files: [{ name: 'file', path: '/a.txt' }] };
  expect((await engine.act('http', request)).error).toBeNull();
  expect(hook.bodies[0]).toContain('from the desk');
  const message = { ...here, to: ['me@example.com'], text: 'see', attachments: ['/a.txt'] };
  expect((await engine.act('email', message)).error).toBeNull();
  expect(mail.received[0]?.attachments[0]?.content.toString()).toBe('from the desk');
  expect((await engine.act('write-file', { targetFolder: 'desk', path: '/new/b.txt', text: 'text' })).error).toBeNull();
  expect(read(desk, 'new/b.txt')).toBe('text');
  expect((await engine.act('set-metadata', { ...here, path: '/a.txt', entries: [{ key: 'seen', value: 'yes' }] })).error).toBeNull();
  // Notes go along into the user's tree's neighbour and are looked at there.
  engine.share('other');
  expect((await engine.act('copy', { ...here, targetFolder: 'other', ...pair('/a.txt', '/a.txt') })).error).toBeNull();
  const check = { sourceFolder: 'other', path: '/a.txt', key: 'seen', value: 'yes' };
  expect(await engine.act('metadata-check', check)).toMatchObject({ state: 'done', detail: { found: 'yes' } });
});

test('a schedule acts once in a shared folder, as the system, and for each user in the trees', async () => {
  const engine = await startPlaces();
  engine.account('bob');
  const desk = engine.share('Desk');
  fill(desk, { 'in/a.txt': 'abc' });
  await engine.save({
    triggers: ['schedule'],
    schedule: { cron: ['0 * * * *'] },
    steps: [
      { action: 'copy', config: { sourceFolder: 'desk', ...pair('/in/a.txt', '/out/{{.Name}}a.txt') } },
      { action: 'create-folders', config: { paths: ['/made'] } },
    ],
  });
  engine.rules.tick();
  engine.clock.advance(3_600_000);
  engine.rules.tick();
  const [run] = await engine.allRested();
  expect(run).toMatchObject({ state: 'done' });
  expect(run?.steps.map(({ action, state }) => [action, state])).toEqual([
    ['copy', 'done'],
    ['create-folders', 'done'],
    ['create-folders', 'done'],
  ]);
  expect(paths(desk).filter((path) => path.startsWith('out/'))).toHaveLength(2);
  const [copied] = (await engine.recorded('OBJECT_INSERT')).filter(({ info }) => info['operation'] === 'copy');
  expect(copied).toMatchObject({ _user: null, origin: 'rule', caused_by: run?.id, info: { folder: 'Desk' } });
  expect(engine.used('Desk')).toEqual({ bytes: 3, files: 1 });
});

test('a rule on an upload takes the file out of the tree before it is published', async () => {
  const engine = await startPlaces();
  const vault = engine.share('vault');
  await engine.save({
    triggers: ['upload'],
    steps: [{ action: 'rename', config: { targetFolder: 'vault', ...pair('{{.VirtualPath}}', '/{{.Name}}/{{.ObjectName}}') }, sync: true }],
  });
  const upload = await engine.session.openWrite('/secret.txt', { mode: 'replace', create: true });
  await upload.write([Buffer.from('kept')], 0);
  await expect(upload.finish()).rejects.toMatchObject({ code: 'refused_by_rule' });
  expect(read(vault, 'alice/secret.txt')).toBe('kept');
  expect(paths(engine.tree)).toEqual([]);
});

test('no path, link or name leads out of a shared folder', async () => {
  const engine = await startPlaces();
  const desk = engine.share('desk');
  const outside = engine.share('outside');
  fill(outside, { 'secret.txt': 'secret' });
  fill(desk, { 'plain.txt': 'plain', 'dir/b.txt': 'b' });
  symlinkSync(outside.root, join(desk.root, 'way'));
  symlinkSync(join(outside.root, 'secret.txt'), join(desk.root, 'link.txt'));
  const act = (action: string, config: Record<string, unknown>) => engine.act(action, { sourceFolder: 'desk', ...config });
  for (const path of ['/../outside/secret.txt', '/dir/../../outside/secret.txt', '/way/secret.txt', '/link.txt']) {
    const copied = await act('copy', pair(path, '/got.txt'));
    expect(copied.state, path).toBe('failed');
    const moved = await act('rename', { targetFolder: 'outside', ...pair(path, '/got.txt') });
    expect(moved.state, path).toBe('failed');
  }
  for (const target of ['/way/new.txt', '/link.txt/new.txt'])
    expect((await act('copy', pair('/plain.txt', target))).state, target).toBe('failed');
  // Written up to the top, where the folder begins, and no further.
  expect((await act('copy', pair('/plain.txt', '/../../up.txt'))).error).toBeNull();
  expect(paths(outside)).toEqual(['secret.txt']);
  expect(paths(desk)).toContain('up.txt');
  // The whole folder is moved nowhere while a link is in it, and nothing of it is.
  const moved = await act('rename', { targetFolder: 'outside', ...pair('/', '/all') });
  expect(moved.state).toBe('failed');
  mkdirSync(join(desk.root, 'deep'));
  symlinkSync(outside.root, join(desk.root, 'deep', 'way'));
  writeFileSync(join(desk.root, 'deep', 'a.txt'), 'a');
  const deep = await act('rename', { targetFolder: 'outside', ...pair('/deep', '/deep') });
  expect(deep.error).toContain('/deep/way is a link, and links are not followed');
  expect(paths(outside)).toEqual(['secret.txt']);
});

test('the quota of a shared folder holds, and what did not fit leaves nothing and takes nothing', async () => {
  const engine = await startPlaces();
  const small = engine.share('small', { quotaBytes: 10 });
  engine.place({ '/in/a.txt': '12345', '/in/b.txt': '123456', '/in/sub/c.txt': '1' });
  const move = { targetFolder: 'small', ...pair('/in', '/in') };
  expect((await engine.act('rename', move)).error).toContain('The storage of this shared folder is full');
  expect([paths(small), engine.used('small')]).toEqual([[], { bytes: 0, files: 0 }]);
  expect(paths(engine.tree)).toEqual(['in/', 'in/a.txt', 'in/b.txt', 'in/sub/', 'in/sub/c.txt']);
  expect((await engine.act('copy', { targetFolder: 'small', ...pair('/in/a.txt', '/a.txt') })).error).toBeNull();
  expect((await engine.act('write-file', { targetFolder: 'small', path: '/b.txt', text: '123456' })).error).toContain('full');
  expect([paths(small), engine.used('small')]).toEqual([['a.txt'], { bytes: 5, files: 1 }]);
  expect((await engine.act('delete', { sourceFolder: 'small', paths: ['/a.txt'] })).error).toBeNull();
  expect(engine.used('small')).toEqual({ bytes: 0, files: 0 });
});

test('the same file under two names is not lost: a move onto itself does nothing, a copy is refused', async () => {
  const engine = await startPlaces();
  const { store } = engine;
  const desk = engine.share('desk');
  engine.share('around', { path: 'shared' });
  const stored = store.tables.accounts.byUsername('alice');
  if (stored === undefined) throw new Error('no alice');
  const { account, passwordHash } = stored;
  const folders = [{ path: '/desk', folder: 'desk', countsInAccount: false }];
  const publicKeys = [...account.publicKeys];
  store.tables.accounts.update(account.id, { ...account, folders, publicKeys, passwordHash, passwordChangedAt: null });
  fill(desk, { 'a.txt': 'only', 'dir/b.txt': 'b' });
  expect((await engine.act('rename', { targetFolder: 'desk', ...pair('/desk/a.txt', '/a.txt') })).error).toBeNull();
  expect((await engine.act('copy', { targetFolder: 'desk', ...pair('/desk/a.txt', '/a.txt') })).error).toContain('onto itself');
  const inward = { sourceFolder: 'around', targetFolder: 'desk' };
  expect((await engine.act('rename', { ...inward, ...pair('/desk/dir', '/dir/deeper') })).error).toContain('moved into itself');
  expect((await engine.act('copy', { ...inward, ...pair('/desk/dir', '/dir/deeper') })).error).toContain('copied into itself');
  const packed = await engine.act('compress', { ...inward, paths: ['/desk/'], archive: '/all.zip' });
  expect(packed).toMatchObject({ state: 'done', detail: { files: 2 } });
  expect((await engine.act('compress', { ...inward, paths: ['/desk/'], archive: '/all.zip' })).detail).toMatchObject({ files: 2 });
  expect(read(desk, 'a.txt')).toBe('only');
  expect(paths(desk)).toEqual(['a.txt', 'all.zip', 'dir/', 'dir/b.txt']);
  // A move that was broken off behind its copy is done by another attempt.
  engine.place({ '/in/a.txt': 'only' });
  expect((await engine.act('rename', { targetFolder: 'desk', ...pair('/in/a.txt', '/a.txt') })).error).toBeNull();
  expect([paths(engine.tree), read(desk, 'a.txt')]).toEqual([['in/'], 'only']);
});

test('a folder for each user needs a user: said when the rule is saved, and told where it is only seen later', async () => {
  const engine = await startPlaces();
  engine.share('own', { path: 'own/%username%' });
  const write = (targetFolder: string) => ({ action: 'write-file', config: { targetFolder, path: '/a.txt', text: '{{.Name}}' } });
  const noUser = await engine.save({ triggers: ['ip-blocked'], steps: [write('own')] });
  expect(noUser.problems).toEqual([
    {
      field: 'steps.0.action',
      message:
        'The action write-file acts in the shared folder own, which is another one for each user, but the trigger ip-blocked has no user.',
    },
  ]);
  engine.account('bob');
  // A hand acts for every user there.
  expect((await engine.act('write-file', write('own').config)).error).toBeNull();
  expect(paths({ folder: '', root: join(engine.exchange, 'own') })).toEqual(['alice/', 'alice/a.txt', 'bob/', 'bob/a.txt']);
  const unknown = await engine.save({ triggers: ['on-demand'], steps: [write('none')] });
  expect(unknown.problems).toEqual([
    { field: 'steps.0.config.targetFolder', message: 'There is no shared folder none. Choose another one.' },
  ]);
  // A folder that becomes one of these makes rules incomplete that have no user.
  engine.share('plain');
  const rule = await engine.save({ triggers: ['ip-blocked'], steps: [write('plain')] });
  expect(rule.problems).toEqual([]);
  const { folders } = engine.store.tables;
  const row = folders.byName('plain');
  if (row === undefined) throw new Error('no folder');
  folders.update(row.id, { ...row, path: 'plain/%username%' });
  await engine.rules.library.foldersChanged(BY);
  expect(engine.rules.list().find(({ id }) => id === rule.id)?.problems).toHaveLength(1);
});

test('a folder in which a rule, a flow or a saved action acts is not deleted', async () => {
  const { store, events, clock, rules, save, share, dataFolder, exchange } = await startPlaces();
  const secrets = openSecretStore(dataFolder, store.tables.secrets);
  const homes = () => ({ dataFolder: join(dataFolder, 'data'), exchangeFolder: exchange });
  const accounts = createAccounts({ store, events, clock, passwords: createPasswords(), folders: homes });
  const folders = createFolders({ store, events, clock, accounts, folders: homes, secrets });
  share('desk');
  const step = { action: 'create-folders', config: { sourceFolder: 'Desk', paths: ['/a'] } };
  const rule = await save({ name: 'Tidy', triggers: ['on-demand'], steps: [step] });
  const flow = await rules.library.saveFlow(flowInputSchema.parse({ name: 'Flow', steps: [step] }), BY);
  const action = await rules.library.saveAction({ name: 'Saved', description: '', ...step }, BY);
  expect(rules.library.usersOfFolder('desk')).toEqual([
    { kind: 'rule', id: rule.id, name: 'Tidy' },
    { kind: 'flow', id: flow.id, name: 'Flow' },
    { kind: 'action', id: action.id, name: 'Saved' },
  ]);
  await expect(folders.delete('desk', rules.library.usersOfFolder('desk'), BY)).rejects.toMatchObject({
    code: 'in_use',
    message: 'The rule Tidy acts in this folder. Change it first.',
  });
  await rules.delete(rule.id, BY);
  await rules.library.deleteFlow(flow.id, BY);
  await rules.library.deleteAction(action.id, BY);
  await folders.delete('desk', rules.library.usersOfFolder('desk'), BY);
  expect(folders.list()).toEqual([]);
});
