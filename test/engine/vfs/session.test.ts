import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { get, names, put, startVfs } from '../../helpers/vfs.ts';

const refused = (code: string): Error => expect.objectContaining({ code }) as Error;

describe('a session', () => {
  it('records sign-in and sign-out with what was moved', async () => {
    const test = await startVfs();
    const session = await test.login(test.account('acme'));
    await put(session, '/a.txt', 'hello');
    await get(session, '/a.txt');
    await session.close('disconnected');
    await session.close('again');
    const [login, logout, ...more] = await test.recorded('USER_LOGIN', 'USER_LOGOUT');
    expect(login).toMatchObject({
      protocol: 'SFTP',
      ipv4_address: '192.0.2.7',
      _user: { _generated_displayname: 'acme' },
      info: { method: 'password' },
    });
    expect(logout).toMatchObject({ info: { reason: 'disconnected', uploads: 1, downloads: 1, bytes_in: 5, bytes_out: 5 } });
    expect(more).toEqual([]);
  });

  it('refuses an account that is switched off', async () => {
    const test = await startVfs();
    await expect(test.login(test.account('acme', { enabled: false }))).rejects.toThrow(refused('forbidden'));
  });

  it('records each change once, with ids that follow a rename and versions that grow', async () => {
    const test = await startVfs();
    const session = await test.login(test.account('acme'));
    await session.mkdir('/in');
    await put(session, '/in/a', 'one');
    await put(session, '/in/a', 'three');
    await session.rename('/in', '/done', { overwrite: false });
    await session.rename('/done/a', '/done/b', { overwrite: false });
    await get(session, '/done/b');
    await session.remove('/done/b');
    await session.rmdir('/done');
    const found = (await test.recorded()).filter((event) => event.type !== 'USER_LOGIN');
    expect(found.map((event) => [event.type, event.info['operation'] ?? null, event.path, event.target_path, event.bytes])).toEqual([
      ['OBJECT_INSERT', 'mkdir', '/in', null, null],
      ['OBJECT_INSERT', 'upload', '/in/a', null, 3],
      ['OBJECT_UPDATE', 'overwrite', '/in/a', null, 5],
      ['OBJECT_UPDATE', 'rename', '/in', '/done', null],
      ['OBJECT_UPDATE', 'rename', '/done/a', '/done/b', 5],
      ['ASSET_DOWNLOAD', null, '/done/b', null, 5],
      ['OBJECT_DELETE', 'delete', '/done/b', null, 5],
      ['OBJECT_DELETE', 'rmdir', '/done', null, null],
    ]);
    const file = found.filter((event) => [1, 2, 4, 5, 6].includes(found.indexOf(event)));
    expect(new Set(file.map((event) => event.global_object_id)).size).toBe(1);
    expect(file.map((event) => event.object_version)).toEqual([1, 2, 3, 3, 3]);
    expect(new Set(found.map((event) => event.batch_id)).size).toBe(1);
  });

  it('records what attributes, metadata and names were and what they are', async () => {
    const test = await startVfs();
    const session = await test.login(test.account('acme'));
    await put(session, '/a', 'one');
    const times = [Date.UTC(2026, 0, 2), Date.UTC(2026, 0, 3)] as const;
    for (const mtimeMs of times) await session.setAttributes('/a', { mode: mtimeMs === times[0] ? 0o640 : 0o600, mtimeMs });
    await session.setMetadata('/a', { state: 'checked' });
    await session.rename('/a', '/b', { overwrite: false });
    expect((await test.recorded('OBJECT_UPDATE')).slice(1).map(({ info }) => [info['old'], info['new']])).toEqual([
      [
        { mode: '0640', mtime: '2026-01-02T00:00:00.000Z' },
        { mode: '0600', mtime: '2026-01-03T00:00:00.000Z' },
      ],
      [['state: '], ['state: checked']],
      ['/a', '/b'],
    ]);
  });

  it('begins a new batch ten seconds after the last item', async () => {
    const test = await startVfs();
    const session = await test.login(test.account('acme'));
    await put(session, '/a', '1');
    test.clock.advance(9_000);
    await put(session, '/b', '2');
    test.clock.advance(11_000);
    await put(session, '/c', '3');
    const batches = (await test.recorded('OBJECT_INSERT')).map((event) => event.batch_id);
    expect(batches[0]).toBe(batches[1]);
    expect(batches[2]).not.toBe(batches[1]);
  });

  it('begins it after as long a pause as the settings say', async () => {
    const test = await startVfs({ batchPauseSeconds: 60 });
    const session = await test.login(test.account('acme'));
    await put(session, '/a', '1');
    test.clock.advance(59_000);
    await put(session, '/b', '2');
    test.clock.advance(61_000);
    await put(session, '/c', '3');
    const [first, second, third] = (await test.recorded('OBJECT_INSERT')).map((event) => event.batch_id);
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });

  it('refuses what the permissions of the folder do not hold, and records the refusal', async () => {
    const test = await startVfs();
    const account = test.account('acme', { permissions: { '/': ['list'], '/in': ['list', 'upload'], '/out': ['list', 'download'] } });
    for (const folder of ['in', 'out']) mkdirSync(join(test.exchange, 'acme', folder), { recursive: true });
    writeFileSync(join(test.exchange, 'acme', 'out', 'file'), 'content');
    const session = await test.login(account);
    await put(session, '/in/new', 'x');
    await expect(put(session, '/in/new', 'y')).rejects.toThrow(refused('permission_denied'));
    await expect(put(session, '/out/new', 'y')).rejects.toThrow(refused('permission_denied'));
    await expect(session.openRead('/in/new')).rejects.toThrow(refused('permission_denied'));
    expect(await get(session, '/out/file')).toBe('content');
    await expect(session.remove('/out/file')).rejects.toThrow(refused('permission_denied'));
    await expect(session.rename('/out/file', '/in/file', { overwrite: false })).rejects.toThrow(refused('permission_denied'));
    await expect(session.mkdir('/dir')).rejects.toThrow(refused('permission_denied'));
    await expect(session.openRead('/out/missing')).rejects.toThrow(refused('not_found'));
    expect((await test.recorded('RESOURCE_NOT_AVAILABLE')).map((event) => [event.path, event.info['reason']])).toEqual([
      ['/in/new', 'not allowed'],
      ['/out/file', 'not allowed'],
      ['/out/file', 'not allowed'],
      ['/out/missing', 'not found'],
    ]);
  });

  it('renames onto a file only when overwriting is asked for', async () => {
    const test = await startVfs();
    const session = await test.login(test.account('acme'));
    await put(session, '/a', 'new');
    await put(session, '/b', 'old');
    await expect(session.rename('/a', '/b', { overwrite: false })).rejects.toThrow(refused('already_exists'));
    await session.rename('/a', '/b', { overwrite: true });
    expect(await names(session, '/')).toEqual(['b']);
    expect(await get(session, '/b')).toBe('new');
  });

  it('does not move a folder into itself', async () => {
    const test = await startVfs();
    const session = await test.login(test.account('acme'));
    await session.mkdir('/a');
    await expect(session.rename('/a', '/a/b', { overwrite: false })).rejects.toThrow(refused('invalid_name'));
  });

  it('shows links but leads nowhere through them', async () => {
    const test = await startVfs();
    const session = await test.login(test.account('acme'));
    symlinkSync('/etc', join(test.exchange, 'acme', 'etc'));
    expect(await names(session, '/')).toEqual(['etc']);
    expect(await session.stat('/etc')).toMatchObject({ type: 'symlink' });
    await expect(session.list('/etc')).rejects.toThrow(refused('not_a_directory'));
    await expect(session.openRead('/etc/passwd')).rejects.toThrow(refused('not_a_directory'));
    await expect(session.openWrite('/etc', { mode: 'replace', create: true })).rejects.toThrow(refused('permission_denied'));
    await session.remove('/etc');
    expect(existsSync('/etc/passwd')).toBe(true);
  });

  it('copies a file as an upload of its own', async () => {
    const test = await startVfs();
    const session = await test.login(test.account('acme'));
    await put(session, '/a', 'content');
    await session.copy('/a', '/b', { overwrite: false });
    await expect(session.copy('/a', '/b', { overwrite: false })).rejects.toThrow(refused('already_exists'));
    await session.copy('/a', '/b', { overwrite: true });
    expect(readFileSync(join(test.exchange, 'acme', 'b'), 'utf8')).toBe('content');
    expect((await test.recorded('OBJECT_INSERT', 'OBJECT_UPDATE')).map((event) => event.info['operation'])).toEqual([
      'upload',
      'copy',
      'copy',
    ]);
  });

  it("deletes a folder that only holds the account's own hidden leftovers", async () => {
    const test = await startVfs();
    const session = await test.login(test.account('acme'));
    await session.mkdir('/d');
    const upload = await session.openWrite('/d/x', { mode: 'replace', create: true });
    await upload.write([Buffer.from('half')], 0);
    await expect(session.rmdir('/d')).rejects.toThrow(refused('busy'));
    await upload.abort('connection_lost');
    const other = await test.login(test.account('other', { home: 'acme' }));
    expect(await names(other, '/d')).toEqual([]);
    await expect(other.rmdir('/d')).rejects.toThrow('Something is left in this folder that you cannot see');
    await session.rmdir('/d');
    expect(readdirSync(join(test.exchange, 'acme'))).toEqual([]);
    expect(test.store.tables.uploads.all()).toEqual([]);
  });

  it('lets the rules refuse an operation in their own words', async () => {
    const test = await startVfs({
      decide: ({ operation, path }) =>
        Promise.resolve(operation === 'delete' ? { allow: false, message: `${path} is kept`, reason: 'kept' } : { allow: true }),
    });
    const session = await test.login(test.account('acme'));
    await put(session, '/a', 'x');
    await expect(session.remove('/a')).rejects.toThrow('/a is kept');
    expect(await names(session, '/')).toEqual(['a']);
  });
});

describe('quota', () => {
  it('stops an upload that does not fit, and gives the room back', async () => {
    const test = await startVfs();
    const account = test.account('acme', { quotaBytes: 10, quotaFiles: 2 });
    const session = await test.login(account);
    await put(session, '/a', '12345');
    await expect(put(session, '/b', '1234567')).rejects.toThrow(refused('quota_exceeded'));
    await session.close('disconnected');
    const again = await test.login(account);
    expect(await names(again, '/')).toEqual(['a']);
    await put(again, '/b', '12345');
    await expect(put(again, '/c', '')).rejects.toThrow(refused('quota_exceeded'));
    expect(test.store.tables.usage.get(account.id)).toEqual({ bytes: 10, files: 2 });
    await again.remove('/a');
    expect(test.store.tables.usage.get(account.id)).toEqual({ bytes: 5, files: 1 });
    expect((await test.recorded('TRANSFER_FAILED')).map((event) => event.outcome)).toEqual(['quota', 'quota']);
  });

  it('counts only growth when a file is replaced', async () => {
    const test = await startVfs();
    const account = test.account('acme', { quotaBytes: 10 });
    const session = await test.login(account);
    await put(session, '/a', '12345678');
    await put(session, '/a', '1234567890');
    await expect(put(session, '/a', '12345678901')).rejects.toThrow(refused('quota_exceeded'));
    expect(await get(session, '/a')).toBe('1234567890');
    expect(test.store.tables.usage.get(account.id)).toEqual({ bytes: 10, files: 1 });
  });

  it('counts what is left of broken off overwrites beside the file, now and after a restart', async () => {
    const test = await startVfs();
    const account = test.account('acme', { quotaBytes: 1000 });
    const session = await test.login(account);
    const left = (): number => readdirSync(join(test.exchange, 'acme')).length;
    for (let round = 0; round < 3; round++) {
      await put(session, '/f', 'x'.repeat(1000));
      const upload = await session.openWrite('/f', { mode: 'replace', create: true });
      await upload.write([Buffer.alloc(999)], 0);
      await upload.abort('aborted_by_client');
      expect(left()).toBe(1);
      await session.remove('/f');
      expect(left()).toBe(0);
    }
    await put(session, '/f', 'x'.repeat(600));
    const upload = await session.openWrite('/f', { mode: 'replace', create: true });
    await upload.write([Buffer.alloc(300)], 0);
    await upload.abort('aborted_by_client');
    expect((await session.space('/')).freeBytes).toBe(100);
    test.vfs.stop();
    const again = await startVfs({ dataFolder: test.dataFolder });
    expect((await (await again.login(again.account('acme', { quotaBytes: 1000 }))).space('/')).freeBytes).toBe(100);
  });

  it('counts uploads in progress and partials', async () => {
    const test = await startVfs();
    const account = test.account('acme', { quotaBytes: 10 });
    const session = await test.login(account);
    const first = await session.openWrite('/a', { mode: 'replace', create: true });
    await first.write([Buffer.from('123456')], 0);
    const second = await session.openWrite('/b', { mode: 'replace', create: true });
    await expect(second.write([Buffer.from('12345')], 0)).rejects.toThrow(refused('quota_exceeded'));
    await second.abort('error');
    await first.abort('connection_lost');
    await expect(put(session, '/c', '12345')).rejects.toThrow(refused('quota_exceeded'));
    await session.remove('/a');
    await put(session, '/c', '12345');
  });
});

describe('an account that is edited while it is connected', () => {
  it('has its new permissions and quota from the next operation on', async () => {
    const test = await startVfs();
    const account = test.account('acme');
    const session = await test.login(account);
    await put(session, '/a', '12345');
    test.vfs.accountChanged({ ...account, permissions: { '/': ['list', 'upload'] }, quotaBytes: 8 }, false);
    await expect(session.remove('/a')).rejects.toThrow(refused('permission_denied'));
    await expect(put(session, '/b', '12345')).rejects.toThrow(refused('quota_exceeded'));
    test.vfs.accountChanged(account, true);
    expect(session.revoked.aborted).toBe(true);
    expect(test.vfs.sessions()).toEqual([]);
  });
});
