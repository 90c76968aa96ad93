import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { PacketType } from '../../../../engine/protocols/sftp/packet-types.ts';
import { curl, openSshSftp } from '../../../helpers/clients.ts';
import { startTestEngine } from '../../../helpers/engine.ts';
import { eventually } from '../../../helpers/eventually.ts';
import { temporaryFolder } from '../../../helpers/folders.ts';
import { NO_SMALL_DISK, smallDisk } from '../../../helpers/small-disk.ts';
import { startFtp } from '../ftp/ftp-server.ts';
import { RawClient } from '../ftp/raw-client.ts';
import { connect, namesIn, rawSftp } from '../sftp/raw-client.ts';
import { startSftp } from '../sftp/start-sftp.ts';

/** What goes wrong around a server, over both protocols. */

/** Every name of one printable ASCII character between letters, and those of other scripts and forms. */
const NAMES = [
  ...Array.from({ length: 95 }, (_, index) => `a${String.fromCharCode(32 + index)}b`).filter((name) => !name.includes('/')),
  ' leading',
  '..hidden',
  'Ünïcödé',
  'e\u0301', // decomposed
  '文書',
  '🗎 archive',
  'x'.repeat(255),
].sort();

describe('names', () => {
  it('of every character come back as they were sent, over FTP', async () => {
    const test = await startFtp();
    const client = await RawClient.signedIn(test);
    for (const name of NAMES) expect(await client.command(`MKD ${name}`), name).toMatch(/^257 /);
    expect(readdirSync(test.home).sort()).toEqual(NAMES);
    const listed = (await client.download('MLSD')).data.toString().split('\r\n').filter(Boolean);
    expect(listed.map((line) => line.slice(line.indexOf('; ') + 2)).sort()).toEqual(NAMES);
    for (const name of NAMES) expect(await client.code(`RMD ${name}`), name).toBe(250);
  });

  it('of every character come back as they were sent, over SFTP', async () => {
    const test = await startSftp();
    const { sftp } = await rawSftp(await connect(test));
    for (const name of NAMES) expect((await sftp.ask(PacketType.MKDIR, `/${name}`, 0)).body.uint32(), name).toBe(0);
    expect(readdirSync(test.home()).sort()).toEqual(NAMES);
    expect(await namesIn(sftp, '/')).toEqual(NAMES);
    for (const name of NAMES) expect((await sftp.ask(PacketType.RMDIR, `/${name}`)).body.uint32(), name).toBe(0);
  });
});

it('500 FTP clients at once, who do not sign in, keep no partner out', async () => {
  const test = await startFtp();
  // Too many strangers of one address give way to each other.
  const strangers = await Promise.allSettled(Array.from({ length: 500 }, () => RawClient.connect(test.port)));
  const greeted = strangers.flatMap((stranger) => (stranger.status === 'fulfilled' ? [stranger.value] : []));
  expect(greeted.length).toBeGreaterThan(0);
  const partner = await RawClient.connect(test.port, { from: '127.0.0.2' });
  expect(await partner.signIn()).toMatch(/^230 /);
  for (const stranger of greeted) stranger.destroy();
  const later = await RawClient.signedIn(test);
  expect(await later.code('NOOP')).toBe(200);
});

it('500 SFTP clients at once, who do not sign in, keep no partner out', async () => {
  const test = await startSftp();
  const strangers = Array.from({ length: 500 }, () => connectTcp(test.server.port, '127.0.0.1').on('error', () => undefined));
  onTestFinished(() => {
    for (const stranger of strangers) stranger.destroy();
  });
  const greetings = await Promise.all(
    strangers.map(async (stranger) => {
      const [first] = (await Promise.race([once(stranger, 'data'), once(stranger, 'close')])) as [Buffer | boolean];
      return Buffer.isBuffer(first) && first.toString().startsWith('SSH-2.0-');
    }),
  );
  expect(greetings).toContain(true);
  const { sftp } = await rawSftp(await connect(test, { localAddress: '127.0.0.2' }));
  expect(await namesIn(sftp, '/')).toEqual([]);
  for (const stranger of strangers) stranger.destroy();
  await eventually(() => connect(test));
});

it('an upload whose folder is removed meanwhile fails in words, and the session lives on', async () => {
  const test = await startFtp();
  const client = await RawClient.signedIn(test);
  await client.command('MKD gone');
  const data = await client.data();
  await client.command('STOR gone/file');
  await new Promise((resolve) => data.write('half', resolve));
  rmSync(join(test.home, 'gone'), { recursive: true });
  data.end('rest');
  expect(await client.reply()).toMatch(/^[45]\d\d /);
  expect(await client.upload('STOR file', 'content')).toMatch(/^226 /);
});

it('a clock that jumps either way ends no session and no transfer', async () => {
  const test = await startFtp();
  const client = await RawClient.signedIn(test);
  for (const jump of [400 * 86_400_000, -800 * 86_400_000]) {
    const data = await client.data();
    await client.command('STOR file');
    test.clock.advance(jump);
    data.end('content');
    expect(await client.reply()).toMatch(/^226 /);
    expect((await client.download('LIST')).data.toString()).toContain(' file\r\n');
  }
});

describe.skipIf(NO_SMALL_DISK !== null)('a home on a disk of its own', () => {
  const CLIENTS = [
    ['sftp', openSshSftp],
    ['ftp', (target: Parameters<typeof curl>[1]) => curl('ftp', target)],
  ] as const;

  it.each(CLIENTS)('that is full or read-only refuses over %s, leaves nothing behind and takes files again', async (protocol, make) => {
    const disk = smallDisk(8);
    const test = await startTestEngine();
    await test.call('accounts.save', { username: 'acme', password: 'correct horse', home: disk.folder });
    const client = make({ port: test[protocol] ?? 0, username: 'acme', password: 'correct horse' });
    const local = join(temporaryFolder(), 'local');
    writeFileSync(local, Buffer.alloc(1_000_000, 'x'));
    disk.fill();
    expect((await client.put(local, '/file')).code).not.toBe(0);
    expect(readdirSync(disk.folder)).not.toContain('file');
    disk.free();
    expect((await client.put(local, '/file')).code).toBe(0);
    execFileSync('mount', ['-o', 'remount,ro', disk.folder]);
    expect((await client.put(local, '/other')).code).not.toBe(0);
    expect((await client.get('/file', `${local}.back`)).code).toBe(0);
    execFileSync('mount', ['-o', 'remount,rw', disk.folder]);
    expect((await client.put(local, '/other')).code).toBe(0);
  });
});
