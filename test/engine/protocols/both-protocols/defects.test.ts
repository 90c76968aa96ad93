import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { OpenFlag, PacketType } from '../../../../engine/protocols/sftp/packet-types.ts';
import { temporaryFolder } from '../../../helpers/folders.ts';
import { startFtp } from '../ftp/ftp-server.ts';
import { openData, RawClient } from '../ftp/raw-client.ts';
import { connect, rawSftp } from '../sftp/raw-client.ts';
import { startSftp } from '../sftp/start-sftp.ts';

/** Defects measured in other servers that concern both protocols; those of one protocol stand in its own folder. */

/** A home with a file, a link to a file outside and one to the folder around it. */
function withLinks(home: string): { readonly outside: string } {
  const outside = temporaryFolder();
  mkdirSync(home, { recursive: true });
  writeFileSync(join(outside, 'secret'), 'secret');
  writeFileSync(join(home, 'own'), 'own');
  symlinkSync(join(outside, 'secret'), join(home, 'file'));
  symlinkSync(outside, join(home, 'folder'));
  return { outside };
}

function isUntouched(outside: string): void {
  expect(readdirSync(outside)).toEqual(['secret']);
  expect(readFileSync(join(outside, 'secret'), 'utf8')).toBe('secret');
}

it('a link inside the home leads no FTP verb out of it', async () => {
  const test = await startFtp();
  const { outside } = withLinks(test.home);
  const client = await RawClient.signedIn(test);
  await client.command('TYPE I');
  for (const line of [
    ...['SIZE', 'MDTM', 'MLST', 'HASH', 'XCRC', 'DELE', 'RMD', 'CWD', 'MKD', 'MFMT 20260101000000', 'SITE CHMOD 777'].map(
      (verb) => `${verb} folder/secret`,
    ),
    'CWD folder',
    'MKD folder/new',
    'SIZE file',
    'HASH file',
    'MFMT 20260101000000 file',
    'SITE CHMOD 777 file',
  ])
    expect(await client.command(line), line).toMatch(/^5\d\d /);
  for (const line of ['RETR file', 'RETR folder/secret', 'MLSD folder', 'NLST folder', 'NLST folder/*']) {
    const { data } = await client.download(line);
    expect(data.toString(), line).not.toContain('secret');
  }
  for (const line of ['STOR file', 'STOR folder/secret', 'APPE file', 'APPE folder/secret', 'STOR folder/new'])
    expect(await client.upload(line, 'changed'), line).toMatch(/^5\d\d /);
  await client.command('RNFR own');
  expect(await client.command('RNTO folder/own')).toMatch(/^5\d\d /);
  isUntouched(outside);
  expect(existsSync(join(test.home, 'own'))).toBe(true);
});

it('a link inside the home leads no SFTP request out of it', async () => {
  const test = await startSftp();
  const { outside } = withLinks(test.home());
  const { sftp } = await rawSftp(await connect(test));
  const { READ, WRITE, CREAT, TRUNC } = OpenFlag;
  const requests: [number, ...(string | number)[]][] = [
    ...['/file', '/folder/secret'].flatMap((path): [number, string, number, number][] => [
      [PacketType.OPEN, path, READ, 0],
      [PacketType.OPEN, path, WRITE, 0],
      [PacketType.OPEN, path, WRITE | CREAT | TRUNC, 0],
    ]),
    ...[PacketType.STAT, PacketType.LSTAT, PacketType.REMOVE, PacketType.RMDIR].map((type): [number, string] => [type, '/folder/secret']),
    [PacketType.OPENDIR, '/folder'],
    [PacketType.SETSTAT, '/file', 4, 0o777],
    [PacketType.SETSTAT, '/folder/secret', 4, 0o777],
    [PacketType.MKDIR, '/folder/new', 0],
    [PacketType.RENAME, '/own', '/folder/own'],
    [PacketType.RENAME, '/folder/secret', '/mine'],
    [PacketType.EXTENDED, 'posix-rename@openssh.com', '/own', '/folder/secret'],
    [PacketType.EXTENDED, 'lsetstat@openssh.com', '/folder/secret', 4, 0o777],
  ];
  for (const request of requests) {
    const answer = await sftp.ask(...request);
    expect([answer.type, answer.body.uint32()], JSON.stringify(request)).not.toEqual([PacketType.STATUS, 0]);
    expect([PacketType.STATUS], JSON.stringify(request)).toContain(answer.type);
  }
  isUntouched(outside);
  expect(existsSync(test.home('own'))).toBe(true);
});

/** What Node's own handle of a TCP connection has of use here. */
type Handle = { setNoDelay: (on: boolean) => number; getsockname: (out: { port?: number }) => number };

/** Ports on which the process switched the gathering of small packets off, noted while the test runs. */
function withoutDelay(socket: Socket): Set<number | undefined> {
  const prototype = Object.getPrototypeOf((socket as unknown as { _handle: Handle })._handle) as Handle;
  const { setNoDelay } = prototype;
  onTestFinished(() => void (prototype.setNoDelay = setNoDelay));
  const ports = new Set<number | undefined>();
  prototype.setNoDelay = function (this: Handle, on) {
    const name: { port?: number } = {};
    this.getsockname(name);
    if (on) ports.add(name.port);
    return setNoDelay.call(this, on);
  };
  return ports;
}

it('no reply waits for the acknowledgement of the one before it: small packets are not gathered on any connection', async () => {
  const [ftp, ssh] = [await startFtp(), await startSftp()];
  const any = await openData(ftp.port);
  const ports = withoutDelay(any);
  const client = await RawClient.signedIn(ftp);
  const passive = await client.passive();
  await client.command('NOOP');
  const data = await openData(passive);
  expect(await client.command('STOR file')).toMatch(/^150 /);
  data.end('x');
  expect(await client.reply()).toMatch(/^226 /);
  await connect(ssh);
  expect([ftp.port, passive, ssh.server.port].filter((port) => !ports.has(port))).toEqual([]);
});

it('no server takes over the signals of its process', async () => {
  const signals = ['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP'] as const;
  const count = (): number[] => signals.map((signal) => process.listenerCount(signal));
  const before = count();
  await RawClient.signedIn(await startFtp());
  await connect(await startSftp());
  expect(count()).toEqual(before);
});
