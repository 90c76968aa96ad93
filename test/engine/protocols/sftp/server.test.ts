import { once } from 'node:events';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createLogger, silentSink } from '../../../../engine/lib/log.ts';
import { OpenFlag, PacketType } from '../../../../engine/protocols/sftp/packet-types.ts';
import { createSftpServer } from '../../../../engine/protocols/sftp/server.ts';
import { type Answer, connect, type RawSftp, rawSftp } from './raw-client.ts';
import { startSftp, type TestSftp } from './start-sftp.ts';

const { READ, WRITE, CREAT, TRUNC, EXCL } = OpenFlag;
const UPLOAD = WRITE | CREAT | TRUNC;

async function begin(): Promise<{ test: TestSftp; sftp: RawSftp }> {
  const test = await startSftp();
  const { sftp } = await rawSftp(await connect(test));
  return { test, sftp };
}

/** Code and words of a STATUS. */
function status(answer: Answer): [code: number, words: string] {
  expect(answer.type).toBe(PacketType.STATUS);
  return [answer.body.uint32(), answer.body.string().toString()];
}

const code = (answer: Answer): number => status(answer)[0];

/** Waits until `isTrue`. */
async function eventually(isTrue: () => boolean | Promise<boolean>, patienceMs = 3000): Promise<void> {
  for (let waited = 0; !(await isTrue()); waited += 20) {
    if (waited > patienceMs) throw new Error(`it did not happen within ${patienceMs} ms`);
    await delay(20);
  }
}

const openDescriptors = (): number => readdirSync('/proc/self/fd').length;

describe('VERSION and extensions', () => {
  it('announces what it can do', async () => {
    const test = await startSftp();
    const { version } = await rawSftp(await connect(test));
    expect(version.type).toBe(PacketType.VERSION);
    expect(version.id).toBe(3);
    const announced: Record<string, string> = {};
    while (version.body.remaining > 0) announced[version.body.string().toString()] = version.body.string().toString();
    expect(announced).toEqual({
      'posix-rename@openssh.com': '1',
      'statvfs@openssh.com': '2',
      'lsetstat@openssh.com': '1',
      'limits@openssh.com': '1',
      'expand-path@openssh.com': '1',
      'home-directory': '1',
      'fsync@openssh.com': '1',
      'fstatvfs@openssh.com': '2',
      'copy-data': '1',
    });
  });

  it('RENAME fails where something is, posix-rename replaces it', async () => {
    const { test, sftp } = await begin();
    for (const name of ['a', 'b']) {
      const handle = await sftp.open(`/${name}`, UPLOAD);
      await sftp.ask(PacketType.WRITE, handle, 0n, name);
      await sftp.ask(PacketType.CLOSE, handle);
    }
    expect(code(await sftp.ask(PacketType.RENAME, '/a', '/b'))).toBe(4);
    expect(readFileSync(test.home('b'), 'utf8')).toBe('b');
    expect(code(await sftp.ask(PacketType.EXTENDED, 'posix-rename@openssh.com', '/a', '/b'))).toBe(0);
    expect(readFileSync(test.home('b'), 'utf8')).toBe('a');
    expect(existsSync(test.home('a'))).toBe(false);
  });

  it('limits, home-directory, expand-path', async () => {
    const { sftp } = await begin();
    const limits = await sftp.ask(PacketType.EXTENDED, 'limits@openssh.com');
    expect(limits.type).toBe(PacketType.EXTENDED_REPLY);
    const path = async (name: string, argument: string): Promise<string> => {
      const answer = await sftp.ask(PacketType.EXTENDED, name, argument);
      expect(answer.type).toBe(PacketType.NAME);
      answer.body.uint32();
      return answer.body.string().toString();
    };
    expect(await path('home-directory', 'user')).toBe('/');
    expect(await path('home-directory', '')).toBe('/');
    expect(await path('expand-path@openssh.com', '~/in/../out')).toBe('/out');
    expect(await path('expand-path@openssh.com', '~user')).toBe('/');
    expect(await path('expand-path@openssh.com', 'a/b')).toBe('/a/b');
    expect(code(await sftp.ask(PacketType.EXTENDED, 'home-directory', 'root'))).toBe(2);
    expect(code(await sftp.ask(PacketType.EXTENDED, 'expand-path@openssh.com', '~root/x'))).toBe(2);
  });

  it('statvfs and fstatvfs, of files and folders', async () => {
    const { sftp } = await begin();
    const handle = await sftp.open('/f', UPLOAD);
    const folder = await sftp.ask(PacketType.OPENDIR, '/');
    for (const answer of [
      await sftp.ask(PacketType.EXTENDED, 'statvfs@openssh.com', '/'),
      await sftp.ask(PacketType.EXTENDED, 'fstatvfs@openssh.com', handle),
      await sftp.ask(PacketType.EXTENDED, 'fstatvfs@openssh.com', folder.body.string()),
    ]) {
      expect(answer.type).toBe(PacketType.EXTENDED_REPLY);
      const [blockSize, , blocks = 0, free = 0] = Array.from({ length: 11 }, () => answer.body.uint64());
      expect(blockSize).toBe(4096);
      expect(blocks).toBeGreaterThan(0);
      expect(free).toBeLessThanOrEqual(blocks);
    }
    expect(code(await sftp.ask(PacketType.EXTENDED, 'statvfs@openssh.com', '/missing'))).toBe(2);
  });

  it('fsync on a file being written; lsetstat', async () => {
    const { test, sftp } = await begin();
    const handle = await sftp.open('/f', UPLOAD);
    await sftp.ask(PacketType.WRITE, handle, 0n, 'content');
    expect(code(await sftp.ask(PacketType.EXTENDED, 'fsync@openssh.com', handle))).toBe(0);
    await sftp.ask(PacketType.CLOSE, handle);
    expect(code(await sftp.ask(PacketType.EXTENDED, 'lsetstat@openssh.com', '/f', 4, 0o600))).toBe(0);
    expect(code(await sftp.ask(PacketType.EXTENDED, 'lsetstat@openssh.com', '/missing', 4, 0o600))).toBe(2);
    const stat = await sftp.ask(PacketType.STAT, '/f');
    expect([stat.body.uint32(), stat.body.uint64(), stat.body.uint32() & 0o777]).toEqual([0x0d, 7, 0o600]);
    expect(test.sessions[0]?.openTransfers).toBe(0);
  });

  it('answers a malformed or unknown extension with a status', async () => {
    const { sftp } = await begin();
    expect(code(await sftp.ask(PacketType.EXTENDED, 'posix-rename@openssh.com', '/only-one'))).toBe(5);
    expect(code(await sftp.ask(PacketType.EXTENDED, 'check-file', '/x'))).toBe(8);
    expect(code(await sftp.ask(PacketType.EXTENDED, '__proto__', '/x'))).toBe(8);
  });
});

describe('files', () => {
  it('opening for reading makes an empty file where none is and the client wants one, and nothing else', async () => {
    const { test, sftp } = await begin();
    writeFileSync(test.home('there'), 'content');
    await sftp.open('/there', READ | CREAT);
    expect(readFileSync(test.home('there'), 'utf8')).toBe('content');
    await sftp.open('/there', READ | EXCL);
    expect(code(await sftp.ask(PacketType.OPEN, '/there', READ | CREAT | EXCL, 0))).toBe(4);
    await sftp.open('/new', READ | CREAT);
    await sftp.open('/newer', READ | CREAT | EXCL);
    expect([readFileSync(test.home('new'), 'utf8'), readFileSync(test.home('newer'), 'utf8')]).toEqual(['', '']);
    expect(code(await sftp.ask(PacketType.OPEN, '/none', READ, 0))).toBe(2);
  });

  it('exclusive creation, reading beyond the end, words without host paths', async () => {
    const { test, sftp } = await begin();
    const handle = await sftp.open('/f', WRITE | CREAT | EXCL);
    await sftp.ask(PacketType.WRITE, handle, 0n, 'content');
    await sftp.ask(PacketType.CLOSE, handle);
    expect(code(await sftp.ask(PacketType.OPEN, '/f', WRITE | CREAT | EXCL, 0))).toBe(4);
    const reading = await sftp.open('/f', READ);
    expect(code(await sftp.ask(PacketType.READ, reading, 7n, 10))).toBe(1);
    expect((await sftp.ask(PacketType.READ, reading, 3n, 10)).body.string().toString()).toBe('tent');
    const [missing, words] = status(await sftp.ask(PacketType.OPEN, '/missing/x', READ, 0));
    expect(missing).toBe(2);
    expect(words).not.toContain(test.exchange);
    expect(code(await sftp.ask(PacketType.RMDIR, '/f'))).toBe(2);
    expect(code(await sftp.ask(PacketType.OPEN, '/../../etc/passwd', READ, 0))).toBe(2);
  });

  it('takes writes in any order, with holes filled later, and cuts at FSETSTAT', async () => {
    const { test, sftp } = await begin();
    const content = Buffer.from(Array.from({ length: 1_000_000 }, (_, index) => (index * 7) % 256));
    const handle = await sftp.open('/f', UPLOAD);
    const size = 30_000;
    const positions = Array.from({ length: Math.ceil(content.length / size) }, (_, index) => index * size);
    positions.reverse();
    const asked = positions.map((position) =>
      sftp.request(PacketType.WRITE, handle, BigInt(position), content.subarray(position, position + size)),
    );
    asked.push(sftp.request(PacketType.FSETSTAT, handle, 1, 999_999n), sftp.request(PacketType.CLOSE, handle));
    const answered: number[] = [];
    while (answered.length < asked.length) {
      const answer = await sftp.answer();
      answered.push(answer.id);
      expect(code(answer)).toBe(0);
    }
    expect(answered).toEqual(asked);
    expect(readFileSync(test.home('f')).equals(content.subarray(0, 999_999))).toBe(true);
  });
});

describe('ends', () => {
  it('leaves with status 0 after the client’s end of input, with everything answered', async () => {
    const test = await startSftp();
    const { sftp } = await rawSftp(await connect(test));
    const handle = await sftp.open('/f', UPLOAD);
    sftp.request(PacketType.WRITE, handle, 0n, Buffer.alloc(200_000));
    const close = sftp.request(PacketType.CLOSE, handle);
    const exited = once(sftp.channel, 'exit');
    sftp.channel.end();
    expect((await sftp.answer()).type).toBe(PacketType.STATUS);
    expect((await sftp.answer()).id).toBe(close);
    expect(await exited).toEqual([0]);
    expect(readFileSync(test.home('f')).length).toBe(200_000);
  });

  it('leaves with status 1 after a stream that is none', async () => {
    const { sftp } = await begin();
    const exited = once(sftp.channel, 'exit');
    sftp.channel.write(Buffer.from('this is not SFTP'));
    expect(await exited).toEqual([1]);
  });

  it('ends what was open when the connection drops, closes all descriptors, and says so', async () => {
    const test = await startSftp();
    const client = await connect(test);
    const { sftp } = await rawSftp(client);
    writeFileSync(test.home('there'), 'x'.repeat(100_000));
    // Both workers of the store have opened their files.
    await Promise.all([test.recorded(), test.store.maintenance.settled()]);
    const before = openDescriptors();
    const handle = await sftp.open('/f', UPLOAD);
    await sftp.ask(PacketType.WRITE, handle, 0n, Buffer.alloc(50_000));
    const reading = await sftp.open('/there', READ);
    await sftp.ask(PacketType.READ, reading, 0n, 100);
    await sftp.ask(PacketType.OPENDIR, '/');
    expect(openDescriptors()).toBeGreaterThan(before);
    client.destroy();
    await eventually(() => test.sessions[0]?.openTransfers === 0);
    await eventually(async () => (await test.recorded('USER_LOGOUT')).length === 1);
    expect((await test.recorded('TRANSFER_FAILED')).map(({ path, outcome, bytes }) => [path, outcome, bytes]).sort()).toEqual([
      ['/f', 'aborted', 50_000],
      ['/there', 'aborted', 100],
    ]);
    expect(existsSync(test.home('f'))).toBe(false);
    await eventually(() => openDescriptors() < before);
  });

  it('publishes a file whose CLOSE had come when the connection dropped', async () => {
    const test = await startSftp();
    const client = await connect(test);
    const { sftp } = await rawSftp(client);
    const handle = await sftp.open('/f', UPLOAD);
    for (let index = 0; index < 20; index++) sftp.request(PacketType.WRITE, handle, BigInt(index * 30_000), Buffer.alloc(30_000));
    sftp.request(PacketType.CLOSE, handle);
    sftp.channel.end();
    client.end();
    await eventually(() => existsSync(test.home('f')));
    expect(readFileSync(test.home('f')).length).toBe(600_000);
  });

  it('closes a channel without touching the others of its connection', async () => {
    const test = await startSftp();
    const client = await connect(test);
    const first = (await rawSftp(client)).sftp;
    const second = (await rawSftp(client)).sftp;
    await first.open('/left', UPLOAD);
    const kept = await second.open('/kept', UPLOAD);
    first.channel.close();
    await once(first.channel, 'close');
    expect(code(await second.ask(PacketType.WRITE, kept, 0n, 'x'))).toBe(0);
    expect(code(await second.ask(PacketType.CLOSE, kept))).toBe(0);
    await eventually(() => test.sessions[0]?.openTransfers === 0);
    expect(test.sessions).toHaveLength(1);
  });

  it('allows ten channels and refuses the eleventh', async () => {
    const test = await startSftp();
    const client = await connect(test);
    for (let index = 0; index < 10; index++) await rawSftp(client);
    await expect(rawSftp(client)).rejects.toThrow();
  });

  it('ends the connection of a session that was revoked', async () => {
    const test = await startSftp();
    const client = await connect(test);
    await rawSftp(client);
    const closed = once(client, 'close');
    test.sessions[0]?.revoke('account_disabled');
    await closed;
  });
});

describe('flow', () => {
  it('goes on with a client that had stopped', async () => {
    const test = await startSftp();
    const { sftp } = await rawSftp(await connect(test));
    writeFileSync(test.home('large'), Buffer.alloc(30 * 1024 * 1024, 'x'));
    const handle = await sftp.open('/large', READ);
    sftp.channel.pause();
    const count = Math.ceil((30 * 1024 * 1024) / 261_120);
    for (let index = 0; index < count; index++) sftp.request(PacketType.READ, handle, BigInt(index * 261_120), 0xffff_ffff);
    await delay(300);
    sftp.channel.resume();
    let received = 0;
    for (let index = 0; index < count; index++) received += (await sftp.answer()).body.string().length;
    expect(received).toBe(30 * 1024 * 1024);
  });

  it('stops itself within its grace, and lets a transfer come to its end', async () => {
    const { test, sftp } = await begin();
    const handle = await sftp.open('/f', UPLOAD);
    await sftp.ask(PacketType.WRITE, handle, 0n, 'x');
    const stopped = test.server.stop(5000);
    expect(code(await sftp.ask(PacketType.OPEN, '/g', UPLOAD, 0))).toBe(4);
    expect(code(await sftp.ask(PacketType.CLOSE, handle))).toBe(0);
    await stopped;
    expect(readFileSync(test.home('f'), 'utf8')).toBe('x');
  });

  it('aborts what does not end within the grace', async () => {
    const { test, sftp } = await begin();
    await sftp.ask(PacketType.WRITE, await sftp.open('/f', UPLOAD), 0n, 'x');
    await test.server.stop(100);
    const [failed] = await test.recorded('TRANSFER_FAILED');
    expect(failed).toMatchObject({ path: '/f', outcome: 'aborted' });
  });
});

describe('listening', () => {
  it('names the process that has the port', async () => {
    const test = await startSftp();
    const services = { signIn: {} as never, openSession: () => Promise.reject(new Error()), log: createLogger(silentSink, 'test') };
    const options = {
      hostKeys: test.hostKeys,
      limits: { loginGraceMs: 1000, maxAuthAttempts: 3, maxConnections: 3 },
      compatibility: false,
    };
    await expect(createSftpServer({ ...options, host: '127.0.0.1', port: test.server.port }, services)).rejects.toMatchObject({
      code: 'port_in_use',
      message: expect.stringMatching(new RegExp(`^Port ${test.server.port} is in use by .+ \\(process ${process.pid}\\)\\.`)) as string,
    });
    await expect(createSftpServer({ ...options, host: '192.0.2.77', port: 0 }, services)).rejects.toMatchObject({
      code: 'address_unavailable',
    });
  });
});

it('exchanges keys anew after the time that is set for it, also while nothing moves', async () => {
  const test = await startSftp({ rekey: { bytes: 1024 ** 3, ms: 50 } });
  const client = await connect(test);
  let exchanges = 0;
  client.on('handshake', () => exchanges++);
  const { sftp } = await rawSftp(client);
  await eventually(() => exchanges > 1);
  expect((await sftp.ask(PacketType.REALPATH, '.')).type).toBe(PacketType.NAME);
});
