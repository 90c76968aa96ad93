import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Mount } from '../../../engine/contract/access.ts';
import { get, names, put, startVfs, type TestVfs } from '../../helpers/vfs.ts';

const mount = (path: string, folder: string, countsInAccount = false): Mount => ({ path, folder, countsInAccount });

async function start() {
  const test = await startVfs();
  const folder = (name: string, values: { path?: string; quotaBytes?: number } = {}): number =>
    test.store.tables.folders.insert({ name, description: '', path: name, quotaBytes: 0, quotaFiles: 0, remote: null, ...values }, 0);
  return { ...test, folder, real: (...path: string[]) => join(test.exchange, ...path) };
}

const used = ({ store }: Pick<TestVfs, 'store'>, folderId: number) => store.tables.folderUsage.get(folderId);

describe('a virtual folder', () => {
  test('is a folder of the tree, for every account that has it', async () => {
    const test = await start();
    test.folder('prices');
    const one = await test.login(test.account('one', { folders: [mount('/shared', 'prices')] }));
    const other = await test.login(test.account('other', { folders: [mount('/deep/down', 'prices')] }));
    await put(one, '/shared/list.csv', '1,2');
    await put(one, '/own.txt', 'x');
    expect(await names(one, '/')).toEqual(['own.txt', 'shared']);
    expect(await get(other, '/deep/down/list.csv')).toBe('1,2');
    expect(readFileSync(test.real('prices', 'list.csv'), 'utf8')).toBe('1,2');
    expect(await one.stat('/shared')).toMatchObject({ name: 'shared', type: 'directory' });
    expect(one.resolve('/shared/..')).toBe('/');
  });

  test('is reached through folders that no disk has, and hides what is under its name', async () => {
    const test = await start();
    test.folder('a');
    test.folder('b');
    const account = test.account('one', { folders: [mount('/x/y/a', 'a'), mount('/x/y/a/b', 'b')] });
    const session = await test.login(account);
    expect(await names(session, '/')).toEqual(['x']);
    expect(await names(session, '/x')).toEqual(['y']);
    expect(await session.stat('/x/y')).toMatchObject({ name: 'y', type: 'directory' });
    await put(session, '/x/y/a/b/f', '1');
    expect(await names(session, '/x/y/a')).toEqual(['b']);
    expect(existsSync(test.real('b', 'f'))).toBe(true);
    mkdirSync(test.real('a', 'b'));
    writeFileSync(test.real('a', 'b', 'under'), '');
    expect(await names(session, '/x/y/a/b')).toEqual(['f']);
    expect(existsSync(test.real('one', 'x'))).toBe(false);
    await expect(session.stat('/x/other')).rejects.toMatchObject({ code: 'not_found' });
  });

  test('can be neither deleted, renamed, made nor written over, nor a folder around it', async () => {
    const test = await start();
    test.folder('a');
    const session = await test.login(test.account('one', { folders: [mount('/x/a', 'a')] }));
    await expect(session.rmdir('/x/a')).rejects.toMatchObject({ code: 'permission_denied' });
    await expect(session.rename('/x/a', '/b', { overwrite: false })).rejects.toMatchObject({ code: 'permission_denied' });
    await expect(session.mkdir('/x/a')).rejects.toMatchObject({ code: 'already_exists' });
    await expect(session.mkdir('/x')).rejects.toMatchObject({ code: 'already_exists' });
    await expect(put(session, '/x/a', '')).rejects.toMatchObject({ code: 'is_a_directory' });
    await expect(session.openRead('/x')).rejects.toMatchObject({ code: 'is_a_directory' });
    mkdirSync(test.real('one', 'x'));
    await expect(session.rmdir('/x')).rejects.toMatchObject({ code: 'permission_denied' });
    await expect(session.rename('/x', '/y', { overwrite: false })).rejects.toMatchObject({ code: 'permission_denied' });
  });

  test('has the permissions of its path', async () => {
    const test = await start();
    test.folder('a');
    const session = await test.login(
      test.account('one', { folders: [mount('/in', 'a')], permissions: { '/': ['*'], '/in': ['list', 'download'] } }),
    );
    await expect(put(session, '/in/f', '')).rejects.toMatchObject({ code: 'permission_denied' });
    expect(session.allows('upload', '/in/f')).toBe(false);
  });

  test('keeps the jail: its links lead nowhere, and nothing leads out of it', async () => {
    const test = await start();
    test.folder('a');
    mkdirSync(test.real('a'));
    symlinkSync(test.real('one'), test.real('a', 'home'));
    writeFileSync(join(test.dataFolder, 'private'), 'x');
    symlinkSync(join(test.dataFolder, 'private'), test.real('a', 'file'));
    const session = await test.login(test.account('one', { folders: [mount('/in', 'a')] }));
    await expect(session.list('/in/home')).rejects.toThrow();
    await expect(session.openRead('/in/file')).rejects.toMatchObject({ code: 'permission_denied' });
    await expect(session.openRead('/in/../../private')).rejects.toMatchObject({ code: 'not_found' });
  });

  test('that cannot be reached leaves the rest of the tree usable', async () => {
    const test = await start();
    test.folder('gone', { path: join(test.dataFolder, 'unplugged') });
    const session = await test.login(test.account('one', { folders: [mount('/usb', 'gone')] }));
    await put(session, '/own', 'x');
    expect(await names(session, '/')).toEqual(['own', 'usb']);
    await expect(session.list('/usb')).rejects.toMatchObject({ code: 'folder_missing' });
    await expect(put(session, '/usb/f', '')).rejects.toMatchObject({ code: 'folder_missing' });
  });

  test('comes to open sessions, and goes from them, when the account is changed', async () => {
    const test = await start();
    test.folder('a');
    const account = test.account('one');
    const session = await test.login(account);
    expect(await names(session, '/')).toEqual([]);
    test.vfs.accountChanged({ ...account, folders: [mount('/in', 'a')] }, false);
    await put(session, '/in/f', '1');
    test.vfs.accountChanged(account, false);
    await expect(session.stat('/in/f')).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('storage', () => {
  test("is the folder's own, and the account's too only where that is said", async () => {
    const test = await start();
    const apart = test.folder('apart', { quotaBytes: 10 });
    const both = test.folder('both');
    const account = test.account('one', { quotaBytes: 8, folders: [mount('/apart', 'apart'), mount('/both', 'both', true)] });
    const session = await test.login(account);
    await put(session, '/apart/f', '1234567890');
    await expect(put(session, '/apart/g', '1')).rejects.toMatchObject({ code: 'quota_exceeded' });
    await put(session, '/both/f', '12345');
    await expect(put(session, '/own', '1234')).rejects.toMatchObject({ code: 'quota_exceeded' });
    expect([used(test, apart), used(test, both), test.store.tables.usage.get(account.id)]).toEqual([
      { bytes: 10, files: 1 },
      { bytes: 5, files: 1 },
      { bytes: 5, files: 1 },
    ]);
    expect(await session.space('/apart')).toMatchObject({ totalBytes: 10, freeBytes: 0 });
    await session.remove('/apart/f');
    await session.remove('/both/f');
    expect([used(test, apart), used(test, both), test.store.tables.usage.get(account.id)]).toEqual(Array(3).fill({ bytes: 0, files: 0 }));
  });

  test('of an interrupted upload is reserved in the folder, also after a restart', async () => {
    const test = await start();
    test.folder('a', { quotaBytes: 10 });
    const folders = [mount('/in', 'a')];
    const session = await test.login(test.account('one', { folders }));
    const upload = await session.openWrite('/in/big', { mode: 'replace', create: true });
    await upload.write([Buffer.from('12345678')], 0);
    await upload.abort('connection_lost');
    await session.close('test');
    const again = await startVfs({ dataFolder: test.dataFolder });
    const next = await again.login(again.account('one', { folders }));
    await expect(put(next, '/in/other', '123')).rejects.toMatchObject({ code: 'quota_exceeded' });
    const resumed = await next.openWrite('/in/big', { mode: 'append', create: true });
    await resumed.write([Buffer.from('90')], 8);
    await resumed.finish();
    expect(await get(next, '/in/big')).toBe('1234567890');
  });
});

describe('moving between trees', () => {
  test('takes a file along with its storage, replaced files included', async () => {
    const test = await start();
    const id = test.folder('a', { quotaBytes: 6 });
    const account = test.account('one', { folders: [mount('/in', 'a')] });
    const session = await test.login(account);
    await put(session, '/f', '12345');
    await session.rename('/f', '/in/f', { overwrite: false });
    expect([used(test, id), test.store.tables.usage.get(account.id)]).toEqual([
      { bytes: 5, files: 1 },
      { bytes: 0, files: 0 },
    ]);
    await put(session, '/g', '12');
    await expect(session.rename('/g', '/in/g', { overwrite: false })).rejects.toMatchObject({ code: 'quota_exceeded' });
    await session.rename('/g', '/in/f', { overwrite: true });
    expect([used(test, id), test.store.tables.usage.get(account.id)]).toEqual([
      { bytes: 2, files: 1 },
      { bytes: 0, files: 0 },
    ]);
    expect(await get(session, '/in/f')).toBe('12');
  });

  test('is refused for folders and for uploads that are not finished, with what to do instead; a copy goes', async () => {
    const test = await start();
    test.folder('a');
    const session = await test.login(test.account('one', { folders: [mount('/in', 'a')] }));
    await session.mkdir('/d');
    await expect(session.rename('/d', '/in/d', { overwrite: false })).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringMatching(/Copy it/) as string,
    });
    const upload = await session.openWrite('/open', { mode: 'replace', create: true });
    await upload.write([Buffer.from('1')], 0);
    await expect(session.rename('/open', '/in/open', { overwrite: false })).rejects.toMatchObject({ code: 'unsupported' });
    await upload.finish();
    await session.copy('/open', '/in/open', { overwrite: false });
    expect(await get(session, '/in/open')).toBe('1');
  });
});
