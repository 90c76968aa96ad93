import { createHash } from 'node:crypto';
import { truncateSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { filePatternSchema } from '../../../engine/contract/access.ts';
import type { Session } from '../../../engine/vfs/types.ts';
import { put, startVfs } from '../../helpers/vfs.ts';

const refused = (code: string): Error => expect.objectContaining({ code }) as Error;

test('checksums are those of the content, recorded over SSH and not over FTP', async () => {
  const { account, login, recorded } = await startVfs();
  const acme = account('acme');
  const session = await login(acme);
  const content = Buffer.alloc(700_000, 'abc');
  await put(session, '/a.bin', content);
  for (const algorithm of ['md5', 'sha1', 'sha256', 'sha512'] as const)
    expect(await session.checksum('a.bin', algorithm)).toBe(createHash(algorithm).update(content).digest('hex'));
  const ftp = await login(acme, { protocol: 'FTP' });
  await ftp.checksum('/a.bin', 'md5');
  const events = await recorded('SSH_COMMAND');
  expect(events.map(({ info, path, bytes }) => `${info['command'] as string} ${String(path)} ${String(bytes)}`)).toEqual(
    ['md5sum', 'sha1sum', 'sha256sum', 'sha512sum'].map((command) => `${command} /a.bin 700000`),
  );
  expect(events[0]).toMatchObject({ schema: 'USER', objecttype: 'file', object_version: 1, protocol: 'SFTP', outcome: 'ok' });
});

test('a checksum of what is missing, a folder or not to be listed is refused; one that is cancelled is a failed command', async () => {
  const { account, login, recorded } = await startVfs();
  const session = await login(account('acme', { permissions: { '/': ['*'], '/secret': ['upload'] } }));
  await session.mkdir('/secret');
  await put(session, '/secret/a', 'content');
  await put(session, '/a', 'content');
  await expect(session.checksum('/missing', 'md5')).rejects.toThrow(refused('not_found'));
  await expect(session.checksum('/secret', 'md5')).rejects.toThrow(refused('is_a_directory'));
  await expect(session.checksum('/secret/a', 'md5')).rejects.toThrow(refused('permission_denied'));
  await expect(session.checksum('/a', 'md5', { signal: AbortSignal.abort() })).rejects.toThrow(refused('cancelled'));
  expect((await recorded('RESOURCE_NOT_AVAILABLE')).map((event) => event.path)).toEqual(['/missing', '/secret/a']);
  expect(await recorded('TRANSFER_FAILED')).toMatchObject([{ info: { direction: 'ssh_cmd' }, path: '/a', outcome: 'aborted' }]);
});

test('a checksum tells nothing of what may not be downloaded', async () => {
  const { account, login } = await startVfs();
  const owner = account('acme');
  await put(await login(owner), '/a.txt', 'content');
  await put(await login(owner), '/a.key', 'content');
  const dropBox = await login({ ...owner, permissions: { '/': ['list', 'upload'] } });
  await expect(dropBox.checksum('/a.txt', 'md5', { range: { from: 0, to: 1 } })).rejects.toThrow(refused('permission_denied'));
  for (const [hidden, code] of [
    [true, 'not_found'],
    [false, 'permission_denied'],
  ] as const) {
    const patterned = await login({ ...owner, patterns: [filePatternSchema.parse({ path: '/', denied: ['*.key'], hidden })] });
    await expect(patterned.checksum('/a.key', 'md5')).rejects.toThrow(refused(code));
    await expect(patterned.checksum('/b.key', 'md5')).rejects.toThrow(refused(code));
    expect(await patterned.checksum('/a.txt', 'md5')).toHaveLength(32);
  }
});

test('whoever asks for one checksum is not kept waiting by somebody who asks for twenty, and none outlives its session', async () => {
  const { account, login, exchange } = await startVfs();
  const acme = account('acme');
  const [many, one] = [await login(acme, { address: '192.0.2.1' }), await login(acme, { address: '192.0.2.2' })];
  await put(many, '/a.bin', Buffer.alloc(2_000_000));
  const ended: string[] = [];
  const ask = (session: Session, name: string): Promise<void> => session.checksum('/a.bin', 'sha512').then(() => void ended.push(name));
  await Promise.all([...Array.from({ length: 20 }, () => ask(many, 'of many')), ask(one, 'alone')]);
  expect(ended[0]).toBe('alone');
  truncateSync(join(exchange, 'acme', 'a.bin'), 20_000_000_000);
  const endless = one.checksum('/a.bin', 'md5');
  await one.close('test');
  await expect(endless).rejects.toThrow(refused('connection_lost'));
});

test('cd and pwd answer with the folder', async () => {
  const { account, login, recorded } = await startVfs();
  const session = await login(account('acme'));
  await session.mkdir('/in');
  expect(await session.folderCommand('cd', 'in')).toBe('/in');
  expect(await session.folderCommand('cd', '/')).toBe('/');
  expect(await session.folderCommand('pwd', '.')).toBe('/');
  await expect(session.folderCommand('cd', '/missing')).rejects.toThrow(refused('not_found'));
  expect((await recorded('SSH_COMMAND')).map(({ info, path }) => `${info['command'] as string} ${String(path)}`)).toEqual([
    'cd /in',
    'cd /',
    'pwd /',
  ]);
});
