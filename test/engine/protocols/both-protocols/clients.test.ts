import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  type Client,
  curl,
  ftplib,
  lftp,
  openSshScp,
  openSshSftp,
  paramiko,
  psftp,
  rclone,
  type Target,
} from '../../../helpers/clients.ts';
import { startTestEngine, type TestEngine } from '../../../helpers/engine.ts';
import { eventually } from '../../../helpers/eventually.ts';
import { temporaryFolder } from '../../../helpers/folders.ts';
import type { Finished } from '../../../helpers/run.ts';

/** Every client that partners use, over every protocol: one suite. */
const CLIENTS: readonly { readonly label: string; readonly protocol: 'sftp' | 'ftp'; readonly client: (target: Target) => Client }[] = [
  { label: 'OpenSSH sftp', protocol: 'sftp', client: openSshSftp },
  { label: 'OpenSSH scp', protocol: 'sftp', client: openSshScp },
  { label: 'psftp', protocol: 'sftp', client: psftp },
  { label: 'lftp over SFTP', protocol: 'sftp', client: (target) => lftp('sftp', target) },
  { label: 'rclone over SFTP', protocol: 'sftp', client: (target) => rclone('sftp', target) },
  { label: 'paramiko', protocol: 'sftp', client: paramiko },
  { label: 'curl over FTP', protocol: 'ftp', client: (target) => curl('ftp', target) },
  { label: 'curl over FTPS', protocol: 'ftp', client: (target) => curl('ftps-explicit', target) },
  { label: 'lftp over FTP', protocol: 'ftp', client: (target) => lftp('ftp', target) },
  { label: 'lftp over FTPS', protocol: 'ftp', client: (target) => lftp('ftps-explicit', target) },
  { label: 'rclone over FTP', protocol: 'ftp', client: (target) => rclone('ftp', target) },
  { label: 'ftplib', protocol: 'ftp', client: (target) => ftplib(null, target) },
  { label: 'ftplib over TLS 1.2', protocol: 'ftp', client: (target) => ftplib('1.2', target) },
  { label: 'ftplib over TLS 1.3', protocol: 'ftp', client: (target) => ftplib('1.3', target) },
];

/** Names that clients, shells and listings get wrong when somebody is careless. */
const ODD_NAMES = [
  'plain.txt',
  'with space.txt',
  'Rechnung März.pdf',
  '日本語.txt',
  "it's.txt",
  '-dash',
  '#hash%20.txt',
  'a;b&c.txt',
  '[bracket].txt',
  '~tilde',
];

async function setUp(entry: (typeof CLIENTS)[number]): Promise<{ test: TestEngine; client: Client; local: (name: string) => string }> {
  const test = await startTestEngine();
  await test.call('accounts.save', { username: 'acme', password: 'correct horse' });
  const port = test[entry.protocol];
  if (port === null) throw new Error(`${entry.protocol} is off`);
  const folder = temporaryFolder();
  return { test, client: entry.client({ port, username: 'acme', password: 'correct horse' }), local: (name) => join(folder, name) };
}

function succeeded(finished: Finished): void {
  expect({ code: finished.code, stderr: finished.code === 0 ? '' : finished.stderr + finished.stdout }).toEqual({ code: 0, stderr: '' });
}

describe.each(CLIENTS)('$label', (entry) => {
  it('uploads and downloads the same bytes, with one event each', async () => {
    const { test, client, local } = await setUp(entry);
    const content = randomBytes(700_001);
    writeFileSync(local('up'), content);
    succeeded(await client.put(local('up'), '/file.bin'));
    expect(readFileSync(test.home('acme', 'file.bin')).equals(content)).toBe(true);
    succeeded(await client.get('/file.bin', local('down')));
    expect(readFileSync(local('down')).equals(content)).toBe(true);
    // Some clients leave without closing what they have read; the download is recorded when the connection ends.
    await eventually(async () => {
      const { events } = await test.call('events.search', { type: ['OBJECT_INSERT', 'ASSET_DOWNLOAD', 'TRANSFER_FAILED'], after: 0 });
      expect(events.filter((event) => event.schema === 'USER').map((event) => [event.type, event.path, event.bytes])).toEqual([
        ['OBJECT_INSERT', '/file.bin', 700_001],
        ['ASSET_DOWNLOAD', '/file.bin', 700_001],
      ]);
    });
  });

  it('uploads and downloads an empty file', async () => {
    const { test, client, local } = await setUp(entry);
    writeFileSync(local('empty'), '');
    succeeded(await client.put(local('empty'), '/empty'));
    expect(readFileSync(test.home('acme', 'empty')).length).toBe(0);
    succeeded(await client.get('/empty', local('down')));
    expect(readFileSync(local('down')).length).toBe(0);
  });

  it('overwrites, renames, deletes, makes and removes folders', async () => {
    const { test, client, local } = await setUp(entry);
    writeFileSync(local('a'), 'first');
    writeFileSync(local('b'), 'second, longer');
    succeeded(await client.put(local('b'), '/x'));
    succeeded(await client.put(local('a'), '/x'));
    expect(readFileSync(test.home('acme', 'x'), 'utf8')).toBe('first');
    if (client.manage === undefined) return; // scp only copies.
    succeeded(await client.manage.mkdir('/done'));
    succeeded(await client.manage.rename('/x', '/done/y'));
    succeeded(await client.list('/done'));
    expect(readFileSync(test.home('acme', 'done', 'y'), 'utf8')).toBe('first');
    succeeded(await client.manage.remove('/done/y'));
    succeeded(await client.manage.rmdir('/done'));
    const { events } = await test.call('events.search', { type: ['OBJECT_DELETE'], after: 0 });
    expect(events.map((event) => event.path)).toEqual(['/done/y', '/done']);
  });

  it('handles odd names', async () => {
    const { test, client, local } = await setUp(entry);
    writeFileSync(local('source'), 'content');
    for (const name of ODD_NAMES) succeeded(await client.put(local('source'), `/${name}`));
    const listing = await client.list('/');
    succeeded(listing);
    for (const name of ODD_NAMES) {
      expect(readFileSync(test.home('acme', name), 'utf8')).toBe('content');
      expect(listing.stdout).toContain(name);
    }
  }, 90_000);

  it('resumes an upload and a download', async () => {
    const { test, client, local } = await setUp(entry);
    const content = randomBytes(300_000);
    writeFileSync(local('up'), content);
    if (client.resumePut !== undefined) {
      writeFileSync(local('half'), content.subarray(0, 120_000));
      succeeded(await client.put(local('half'), '/r.bin'));
      succeeded(await client.resumePut(local('up'), '/r.bin'));
      expect(readFileSync(test.home('acme', 'r.bin')).equals(content)).toBe(true);
    }
    if (client.resumeGet !== undefined) {
      writeFileSync(test.home('acme', 'd.bin'), content);
      writeFileSync(local('down'), content);
      truncateSync(local('down'), 100_000);
      succeeded(await client.resumeGet('/d.bin', local('down')));
      expect(readFileSync(local('down')).equals(content)).toBe(true);
    }
  });

  it('says with its exit code that something did not work', async () => {
    const { client, local } = await setUp(entry);
    writeFileSync(local('up'), 'x');
    if (client.makesParents !== true) expect((await client.put(local('up'), '/missing/folder/x')).code).not.toBe(0);
    expect((await client.get('/missing', local('down'))).code).not.toBe(0);
  }, 60_000);
});

describe.each(CLIENTS)('$label with a wrong password', (entry) => {
  it('is refused, and the refusal is recorded without the password', async () => {
    const { test, local } = await setUp(entry);
    const port = test[entry.protocol] ?? 0;
    writeFileSync(local('up'), 'x');
    const stranger = entry.client({ port, username: 'acme', password: 'wrong-secret' });
    expect((await stranger.put(local('up'), '/x')).code).not.toBe(0);
    const { events } = await test.call('events.search', { type: 'LOGIN_FAILED' });
    expect(events.length).toBeGreaterThan(0);
    expect(events[0]?.info).toMatchObject({ login: 'acme', reason: 'wrong password' });
    expect(JSON.stringify(events)).not.toContain('wrong-secret');
  }, 60_000);
});
