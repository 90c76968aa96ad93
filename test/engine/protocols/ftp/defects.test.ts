import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { limitsSchema } from '../../../../engine/contract/access.ts';
import { accountSettingsSchema } from '../../../../engine/contract/account.ts';
import type { Download, Session, Upload } from '../../../../engine/vfs/types.ts';
import { eventually } from '../../../helpers/eventually.ts';
import { PASSWORD, startFtp } from './ftp-server.ts';
import { openData, RawClient, readAll } from './raw-client.ts';

/** The defects measured in other servers, each of which must not come back. */

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A session whose single calls the test replaces. */
function changed(session: Session, changes: Partial<Session>): Session {
  return new Proxy(session, {
    get: (target, key) => {
      const own = Reflect.get(changes, key) as unknown;
      const value = own ?? (Reflect.get(target, key) as unknown);
      return typeof value === 'function' && own === undefined ? (value as () => unknown).bind(target) : value;
    },
  });
}

/** TLS as a client on a data connection. */
async function secured(socket: Socket): Promise<TLSSocket> {
  const secure = connectTls({ socket, rejectUnauthorized: false });
  secure.on('error', () => undefined);
  await once(secure, 'secureConnect');
  return secure;
}

describe('AUTH TLS', () => {
  it('never loses the handshake: 100 sign-ins', async () => {
    const test = await startFtp();
    for (let round = 0; round < 100; round++) {
      const client = await RawClient.connect(test.port);
      await client.startTls();
      if (round % 20 === 0) expect(await client.signIn()).toMatch(/^230 /);
      else expect(await client.code('NOOP')).toBe(200);
      client.destroy();
    }
  });

  it('forgets what was said before the handshake', async () => {
    const test = await startFtp();
    const client = await RawClient.connect(test.port);
    client.send(`USER partner\r\nAUTH TLS\r\nUSER partner\r\nPASS ${PASSWORD}\r\nPBSZ 0\r\n`);
    expect(await client.reply()).toMatch(/^331 /);
    expect(await client.reply()).toMatch(/^234 /);
    await client.handshake();
    expect(await client.command('PWD')).toMatch(/^530 /);
    expect(await client.command(`PASS ${PASSWORD}`)).toMatch(/^503 /);
    expect(await client.command('PROT P')).toMatch(/^503 /);
    expect(await client.signIn()).toMatch(/^230 /);
    expect(await test.recorded('USER_LOGIN')).toHaveLength(1);
  });

  it('is FTPS in the log', async () => {
    const test = await startFtp();
    await RawClient.signedIn(test, { tls: true });
    await RawClient.signedIn(test);
    expect((await test.recorded('USER_LOGIN')).map((event) => event.protocol)).toEqual(['FTPS', 'FTP']);
  });

  it('is required where the setting says so, for sign-in and for data', async () => {
    const test = await startFtp({ requireTls: true });
    const client = await RawClient.connect(test.port);
    expect(await client.code('USER partner')).toBe(530);
    expect(await client.code('PASS x')).toBe(530);
    await client.startTls();
    expect(await client.signIn()).toMatch(/^230 /);
    await client.passive();
    expect(await client.code('LIST')).toBe(521);
    expect(await client.code('PBSZ 0')).toBe(200);
    expect(await client.code('PROT C')).toBe(534);
    expect(await client.code('PROT S')).toBe(536);
    expect(await client.code('PROT P')).toBe(200);
    const data = await client.data();
    expect(await client.command('LIST')).toMatch(/^150 /);
    await readAll(await secured(data));
    expect(await client.reply()).toMatch(/^226 /);
  });
});

describe('an account that requires encryption', () => {
  it('has its files sent protected only, and a second USER takes nothing back', async () => {
    const signIn = accountSettingsSchema.shape.signIn.parse({ requireEncryption: true });
    const test = await startFtp({ account: { signIn } });
    const client = await RawClient.connect(test.port);
    await client.startTls();
    expect(await client.signIn()).toMatch(/^230 /);
    for (const command of ['STOR secret', 'RETR secret', 'LIST']) {
      await client.passive();
      expect(await client.command(command), command).toMatch(/^521 .*PROT P/);
    }
    await client.command('PBSZ 0');
    expect(await client.code('PROT C')).toBe(534);
    expect(await client.code('PROT P')).toBe(200);
    await client.command('TYPE I');
    await client.command('REST 5');
    expect(await client.signIn()).toMatch(/^230 /);
    expect(await client.command('STAT')).toMatch(/data connections: TLS\r\n Type: binary/);
    const data = await client.data();
    expect(await client.command('STOR secret')).toMatch(/^150 /);
    (await secured(data)).end('content');
    expect(await client.reply()).toMatch(/^226 /);
    expect(readFileSync(join(test.home, 'secret'), 'utf8')).toBe('content');
  });
});

describe('data connections over TLS', () => {
  it("are announced by 150 before the handshake, and offer the control connection's TLS session again", async () => {
    const test = await startFtp();
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
      const client = await RawClient.signedIn(test, { tls: true });
      await client.upload('NOOP', '').catch(() => undefined);
      const sessions: Buffer[] = [];
      const reused: boolean[] = [];
      for (let round = 0; round < 2; round++) {
        const data = await client.data();
        expect(await client.command('LIST')).toMatch(/^150 /);
        const secure = connectTls({
          socket: data,
          rejectUnauthorized: false,
          maxVersion: version,
          minVersion: version,
          ...(sessions[0] === undefined ? {} : { session: sessions[0] }),
        });
        secure.on('session', (session) => sessions.push(session));
        await once(secure, 'secureConnect');
        reused.push(secure.isSessionReused());
        await readAll(secure);
        secure.end();
        expect(await client.reply()).toMatch(/^226 /);
      }
      expect(reused, version).toEqual([false, true]);
    }
  });

  it('count an upload only with close_notify', async () => {
    const test = await startFtp();
    const client = await RawClient.signedIn(test, { tls: true });
    const data = await client.data();
    await client.command('STOR cut');
    const secure = await secured(data);
    await new Promise((resolve) => secure.write('half', resolve));
    // A bare FIN, as anybody on the way could send it.
    data.end();
    expect(await client.reply()).toMatch(/^426 .*close_notify/);
    expect(existsSync(join(test.home, 'cut'))).toBe(false);

    const whole = await client.data();
    await client.command('STOR whole');
    const orderly = await secured(whole);
    orderly.end('all of it');
    expect(await client.reply()).toMatch(/^226 /);
    expect(readFileSync(join(test.home, 'whole'), 'utf8')).toBe('all of it');
    expect((await test.recorded('TRANSFER_FAILED')).map((event) => event.path)).toEqual(['/cut']);
  });

  it('end with 522 when the handshake fails', async () => {
    const test = await startFtp();
    const client = await RawClient.signedIn(test, { tls: true });
    for (const command of ['LIST', 'STOR x']) {
      const data = await client.data();
      await client.command(command);
      data.end('this is no handshake\r\n\r\n');
      expect(await client.reply(), command).toMatch(/^522 /);
      const gone = await client.data();
      await client.command(command);
      gone.end();
      expect(await client.reply(), command).toMatch(/^522 /);
    }
    expect(existsSync(join(test.home, 'x'))).toBe(false);
  });

  it('carry empty listings and files', async () => {
    const test = await startFtp();
    const client = await RawClient.signedIn(test, { tls: true });
    const data = await client.data();
    await client.command('LIST');
    expect((await readAll(await secured(data))).length).toBe(0);
    expect(await client.reply()).toMatch(/^226 /);
  });
});

describe('uploads', () => {
  it('resume with REST and STOR exactly where they broke off', async () => {
    const test = await startFtp();
    const client = await RawClient.signedIn(test);
    const content = Buffer.from(Array.from({ length: 900_000 }, (_, at) => (at * 31) & 0xff));
    const data = await client.data();
    await client.command('STOR file');
    await new Promise((resolve) => data.write(content.subarray(0, 500_000), resolve));
    await pause(100);
    data.resetAndDestroy();
    expect(await client.reply()).toMatch(/^426 /);
    expect(existsSync(join(test.home, 'file'))).toBe(false);
    await client.command('TYPE I');
    const size = Number((await client.command('SIZE file')).slice(4));
    expect(size).toBe(500_000);
    expect(await client.command(`REST ${size}`)).toMatch(/^350 /);
    expect(await client.upload('STOR file', content.subarray(size))).toMatch(/^226 /);
    expect(readFileSync(join(test.home, 'file')).equals(content)).toBe(true);
  });

  it('with REST into a finished file keep what is before', async () => {
    const test = await startFtp();
    const client = await RawClient.signedIn(test);
    await client.upload('STOR file', 'A'.repeat(500));
    await client.command('REST 500');
    expect(await client.upload('STOR file', 'B'.repeat(500))).toMatch(/^226 /);
    expect(readFileSync(join(test.home, 'file'), 'utf8')).toBe('A'.repeat(500) + 'B'.repeat(500));
    expect(await client.upload('STOR file', 'short')).toMatch(/^226 /);
    expect(readFileSync(join(test.home, 'file'), 'utf8')).toBe('short');
  });

  it('with REST behind the end of what is there are refused, and what is there stays', async () => {
    const test = await startFtp();
    const client = await RawClient.signedIn(test);
    await client.command('REST 500');
    expect(await client.upload('STOR new', 'four')).toMatch(/^554 .*0 bytes/);
    expect(existsSync(join(test.home, 'new'))).toBe(false);
    await client.upload('STOR file', '0123456789');
    await client.command('REST 12');
    expect(await client.upload('STOR file', 'four')).toMatch(/^554 .*10 bytes/);
    expect(readFileSync(join(test.home, 'file'), 'utf8')).toBe('0123456789');
    await client.command('ALLO 10');
    await client.upload('STOR part', 'five!');
    for (const [offset, reply] of [
      [6, /^554 .*5 bytes/],
      [5, /^226 /],
    ] as const) {
      await client.command(`REST ${offset}`);
      expect(await client.upload('STOR part', ' more')).toMatch(reply);
    }
    expect(readFileSync(join(test.home, 'part'), 'utf8')).toBe('five! more');
    // A partial longer than the final file is gone on with at exactly its size.
    const longer = await client.data();
    await client.command('STOR file');
    await new Promise((resolve) => longer.write('0123456789ab', resolve));
    await expect.poll(() => client.command('STAT')).toMatch(/12 bytes received/);
    longer.resetAndDestroy();
    expect(await client.reply()).toMatch(/^426 /);
    await client.command('REST 12');
    expect(await client.upload('STOR file', 'cd')).toMatch(/^226 /);
    expect(readFileSync(join(test.home, 'file'), 'utf8')).toBe('0123456789abcd');
  });

  it('append, and leave the file as it was when the append breaks off', async () => {
    const test = await startFtp();
    const client = await RawClient.signedIn(test);
    await client.upload('STOR file', 'original ');
    expect(await client.upload('APPE file', 'and more')).toMatch(/^226 /);
    const data = await client.data();
    await client.command('APPE file');
    await new Promise((resolve) => data.write('lost', resolve));
    data.resetAndDestroy();
    expect(await client.reply()).toMatch(/^426 /);
    expect(readFileSync(join(test.home, 'file'), 'utf8')).toBe('original and more');
  });

  it('do not count when the client vanishes, though its data connection ended in order', async () => {
    const test = await startFtp();
    const client = await RawClient.signedIn(test);
    const data = await client.data();
    await client.command('STOR killed');
    await new Promise((resolve) => data.write('half', resolve));
    await pause(50);
    // What the kernel does for a process that was killed: all its connections end at the same time.
    data.end();
    client.destroy();
    await expect.poll(async () => (await test.recorded('TRANSFER_FAILED')).length).toBe(1);
    await expect.poll(async () => (await test.recorded('USER_LOGOUT')).length).toBe(1);
    expect(existsSync(join(test.home, 'killed'))).toBe(false);
  });

  it('do not count when fewer bytes came than ALLO announced', async () => {
    const test = await startFtp();
    const client = await RawClient.signedIn(test);
    await client.command('ALLO 10');
    expect(await client.upload('STOR file', 'short')).toMatch(/^551 .*10 .*5 /);
    expect(existsSync(join(test.home, 'file'))).toBe(false);
    await client.command('ALLO 10');
    await client.command('REST 5');
    expect(await client.upload('STOR file', ' more')).toMatch(/^226 /);
    expect(readFileSync(join(test.home, 'file'), 'utf8')).toBe('short more');
    expect(await client.upload('STOR file', 'x')).toMatch(/^226 /);
  });

  it('slow the sender down when the disk is slow, and lose nothing', async () => {
    let most = 0;
    const test = await startFtp({
      wrap: (session) =>
        changed(session, {
          openWrite: async (path, options) => {
            const upload = await session.openWrite(path, options);
            return changedUpload(upload, async (buffers, position) => {
              most = Math.max(
                most,
                buffers.reduce((sum, buffer) => sum + buffer.length, 0),
              );
              await pause(20);
              await upload.write(buffers, position);
            });
          },
        }),
    });
    const client = await RawClient.signedIn(test);
    const content = Buffer.alloc(12_000_000, 'abcdefg');
    expect(await client.upload('STOR file', content)).toMatch(/^226 /);
    expect(readFileSync(join(test.home, 'file')).equals(content)).toBe(true);
    expect(most).toBeLessThan(2 * 1024 * 1024);
  });
});

function changedUpload(upload: Upload, write: Upload['write']): Upload {
  return {
    path: upload.path,
    write,
    read: (buffer, position) => upload.read(buffer, position),
    stat: () => upload.stat(),
    setAttributes: (attributes) => upload.setAttributes(attributes),
    sync: () => upload.sync(),
    finish: () => upload.finish(),
    abort: (reason) => upload.abort(reason),
  };
}

describe('an account with a speed', () => {
  it('moves pieces of less than a second of it, and waiting for its turn is no silence of the client', async () => {
    const rate = 20_000;
    const limits = limitsSchema.parse({ uploadBytesPerSecond: rate, downloadBytesPerSecond: rate });
    const taken: number[] = [];
    const test = await startFtp({
      account: { limits },
      limits: { stallMs: 150 },
      wrap: (session) =>
        changed(session, {
          openWrite: async (path, options) => {
            const upload = await session.openWrite(path, options);
            return changedUpload(upload, (buffers, position) => {
              taken.push(buffers.reduce((sum, buffer) => sum + buffer.length, 0));
              return upload.write(buffers, position);
            });
          },
          openRead: async (path) => {
            const download = await session.openRead(path);
            return changedDownload(download, (buffer, position) => {
              taken.push(buffer.length);
              return download.read(buffer, position);
            });
          },
        }),
    });
    const client = await RawClient.signedIn(test);
    const content = Buffer.alloc(15_000, 'abcdefg');
    expect(await client.upload('STOR file', content)).toMatch(/^226 /);
    expect((await client.download('RETR file')).data.equals(content)).toBe(true);
    const endless = await client.data();
    await client.command('STOR endless');
    endless.write(Buffer.alloc(1_000_000));
    await expect.poll(() => test.vfs.sessions()[0]?.transfers()[0]?.bytes).toBeGreaterThan(0);
    expect(await client.command('ABOR')).toMatch(/^426 /);
    expect(await client.reply()).toMatch(/^226 /);
    expect(Math.max(...taken)).toBeLessThanOrEqual(rate);
    expect((await test.recorded('ASSET_DOWNLOAD')).map((event) => event.bytes)).toEqual([content.length]);
  });
});

function changedDownload(download: Download, read: Download['read']): Download {
  return {
    path: download.path,
    size: download.size,
    read,
    readForCopy: (buffer, position) => download.readForCopy(buffer, position),
    stat: () => download.stat(),
    finish: () => download.finish(),
    abort: (reason) => download.abort(reason),
  };
}

describe('a download', () => {
  it('of a file that becomes shorter meanwhile is not taken for complete, nor recorded as such', async () => {
    const test = await startFtp();
    const client = await RawClient.signedIn(test);
    const file = join(test.home, 'file');
    mkdirSync(test.home, { recursive: true });
    writeFileSync(file, '');
    // More than the system keeps on the way.
    truncateSync(file, 40_000_000);
    const data = await client.data();
    data.pause();
    expect(await client.command('RETR file')).toMatch(/^150 /);
    truncateSync(file, 1_000_000);
    data.resume();
    expect(await client.reply()).toMatch(/^451 .*shorter/);
    expect(await test.recorded('ASSET_DOWNLOAD')).toEqual([]);
    expect(await test.recorded('TRANSFER_FAILED')).toMatchObject([
      { path: '/file', outcome: 'failed', info: { reason: expect.stringContaining('shorter') as string } },
    ]);
  });
});

describe('during a transfer', () => {
  it('ABOR ends an upload and a download: 426, then 226', async () => {
    const test = await startFtp();
    const client = await RawClient.signedIn(test);
    await client.data();
    await client.command('STOR up');
    expect(await client.command('ABOR')).toMatch(/^426 /);
    expect(await client.reply()).toMatch(/^226 /);
    await client.upload('STOR big', Buffer.alloc(20_000_000));
    const stalled = await client.data();
    stalled.pause();
    await client.command('RETR big');
    // As telnet does it: Interrupt Process and Data Mark first.
    client.send(Buffer.concat([Buffer.from([0xff, 0xf4, 0xff, 0xf2]), Buffer.from('ABOR\r\n')]));
    expect(await client.reply()).toMatch(/^426 /);
    expect(await client.reply()).toMatch(/^226 /);
    expect(await client.code('NOOP')).toBe(200);
    expect((await test.recorded('TRANSFER_FAILED')).map((event) => [event.path, event.outcome])).toEqual([
      ['/up', 'aborted'],
      ['/big', 'aborted'],
    ]);
  });

  it('ABOR ends one that still waits for its data connection', async () => {
    const test = await startFtp();
    const client = await RawClient.signedIn(test);
    await client.passive();
    await client.command('STOR up');
    expect(await client.command('ABOR')).toMatch(/^426 /);
    expect(await client.reply()).toMatch(/^226 /);
  });

  it('STAT and NOOP are answered at once, others and QUIT afterwards', async () => {
    const test = await startFtp();
    const client = await RawClient.signedIn(test);
    const data = await client.data();
    await client.command('STOR up');
    expect(await client.code('NOOP')).toBe(200);
    await new Promise((resolve) => data.write('12345', resolve));
    await expect.poll(() => client.command('STAT')).toMatch(/5 bytes received for \/up/);
    client.send('PWD\r\nNOOP\r\nQUIT\r\n');
    await pause(50);
    data.end();
    for (const expected of [/^226 /, /^257 /, /^200 /, /^221 /]) expect(await client.reply()).toMatch(expected);
    await client.untilEnded();
    expect(readFileSync(join(test.home, 'up'), 'utf8')).toBe('12345');
  });

  it('several commands sent at once are answered in their order', async () => {
    const test = await startFtp();
    const client = await RawClient.signedIn(test);
    await client.command('MKD x');
    const data = await client.data();
    await client.command('STOR up');
    client.send('STAT /x\r\nNOOP\r\nSTAT /\r\nNOOP\r\nPWD\r\n');
    for (const expected of [/^213-/, /^200 /, /^213-/, /^200 /]) expect(await client.reply()).toMatch(expected);
    client.send('STAT /x\r\nNOOP\r\n');
    data.end();
    for (const expected of [/^226 /, /^257 /, /^213-/, /^200 /]) expect(await client.reply()).toMatch(expected);
  });

  it('ABOR ends a checksum too', async () => {
    const test = await startFtp();
    const client = await RawClient.signedIn(test);
    await client.upload('STOR big', 'x');
    truncateSync(join(test.home, 'big'), 20_000_000_000);
    for (const command of ['HASH big\r\n', 'SITE MD5 big\r\n', 'XMD5 big\r\nABOR\r\n']) {
      client.send(command);
      if (!command.includes('ABOR')) {
        await pause(5);
        client.send('ABOR\r\n');
      }
      expect(await client.reply(), command).toMatch(/^451 /);
      expect(await client.reply()).toMatch(/^225 /);
    }
  });

  it('a reader that stopped is dropped after a while, and does not fill the memory', async () => {
    const test = await startFtp({ limits: { stallMs: 300 } });
    const client = await RawClient.signedIn(test);
    await client.upload('STOR big', Buffer.alloc(30_000_000));
    const stalled = await client.data();
    stalled.pause();
    await client.command('RETR big');
    expect(await client.reply()).toMatch(/^426 .*No data/);
    expect(await client.code('NOOP')).toBe(200);
  });

  it('the last read of an aborted download is waited for', async () => {
    let reading = 0;
    let closedWhileReading = false;
    const test = await startFtp({
      wrap: (session) =>
        changed(session, {
          openRead: async (path) => {
            const download = await session.openRead(path);
            const slow = changedDownload(download, async (buffer, position) => {
              reading++;
              await pause(30);
              const count = await download.read(buffer, position);
              reading--;
              return count;
            });
            return {
              ...slow,
              abort: (reason) => {
                closedWhileReading ||= reading > 0;
                return download.abort(reason);
              },
            };
          },
        }),
    });
    const client = await RawClient.signedIn(test);
    await client.upload('STOR big', Buffer.alloc(5_000_000));
    const data = await client.data();
    data.resume();
    await client.command('RETR big');
    await pause(45);
    expect(await client.command('ABOR')).toMatch(/^426 /);
    expect(await client.reply()).toMatch(/^226 /);
    expect(closedWhileReading).toBe(false);
  });
});

describe('the line buffer', () => {
  it('obeys a command that comes byte by byte, once', async () => {
    const test = await startFtp();
    const client = await RawClient.signedIn(test);
    for (const byte of 'MKD slow é\r\n') {
      client.send(byte);
      await pause(2);
    }
    expect(await client.reply()).toMatch(/^257 "\/slow é"/);
  });

  it('answers what it cannot obey and goes on', async () => {
    const test = await startFtp();
    const client = await RawClient.signedIn(test);
    client.send(`MKD ${'x'.repeat(5_000_000)}\r\n`);
    expect(await client.reply()).toMatch(/^500 .*4096/);
    client.send('MKD a\nRMD b\r\n');
    expect([await client.reply(), await client.reply()]).toEqual([expect.stringMatching(/^500 /), expect.stringMatching(/^500 /)]);
    client.send(Buffer.from([0x4d, 0x4b, 0x44, 0x20, 0xe9, 0x0d, 0x0a]));
    expect(await client.reply()).toMatch(/^501 .*UTF-8/);
    client.send('MKD a\0b\r\n');
    expect(await client.reply()).toMatch(/^501 /);
    expect(await client.code('NOOP')).toBe(200);
    expect((await client.download('NLST')).data.length).toBe(0);
  });

  it('answers a thousand commands sent at once, in order', async () => {
    const test = await startFtp();
    const client = await RawClient.signedIn(test);
    client.send('NOOP\r\nPWD\r\n'.repeat(500));
    for (let round = 0; round < 500; round++) {
      expect(await client.reply()).toMatch(/^200 /);
      expect(await client.reply()).toMatch(/^257 /);
    }
  });
});

describe('passive ports', () => {
  it('20 x EPSV and PASV leave one listener, and QUIT none', async () => {
    const test = await startFtp();
    const client = await RawClient.signedIn(test);
    const ports: number[] = [];
    for (let round = 0; round < 20; round++) {
      ports.push(await client.passive());
      await client.command('PASV').then((reply) => {
        const [, high, low] = /,(\d+),(\d+)\)/.exec(reply) ?? [];
        ports.push(Number(high) * 256 + Number(low));
      });
    }
    const listening = async (): Promise<number[]> => {
      const open = await Promise.all([...new Set(ports)].map(async (port) => ((await refuses(port)) ? [] : [port])));
      return open.flat();
    };
    expect(await listening()).toEqual(ports.slice(-1));
    await client.command('QUIT');
    await client.untilEnded();
    expect(await listening()).toEqual([]);
  });

  it('come back after every kind of end: a range of two serves fifty transfers', async () => {
    const test = await startFtp({ passiveFrom: 19_990, passiveTo: 19_991 });
    for (let round = 0; round < 10; round++) {
      const client = await RawClient.signedIn(test);
      await client.upload('STOR file', 'x');
      await client.download('RETR file');
      await client.download('RETR none');
      await client.passive();
      await client.data();
      if (round % 2 === 0) client.destroy();
      else await client.command('QUIT');
      await client.untilEnded();
    }
  });

  it('that are all taken are answered with 425', async () => {
    const test = await startFtp({ passiveFrom: 19_980, passiveTo: 19_980 });
    const first = await RawClient.signedIn(test);
    const second = await RawClient.signedIn(test);
    await first.passive();
    expect(await second.code('EPSV')).toBe(425);
    await first.command('ABOR');
    expect(await second.code('EPSV')).toBe(229);
  });

  it('that nobody uses come back after a while, whatever else the client says', async () => {
    const test = await startFtp({ passiveFrom: 19_982, passiveTo: 19_982, limits: { passiveMs: 150 } });
    const first = await RawClient.signedIn(test);
    const second = await RawClient.signedIn(test);
    await first.passive();
    await eventually(async () => {
      expect(await first.code('NOOP')).toBe(200);
      expect(await second.code('EPSV')).toBe(229);
    });
    expect(await first.code('LIST')).toBe(425);
  });

  it('that another program holds are passed over', async () => {
    const other = createServer().listen(19_970, '127.0.0.1');
    await once(other, 'listening');
    const test = await startFtp({ passiveFrom: 19_970, passiveTo: 19_971 });
    const client = await RawClient.signedIn(test);
    for (let round = 0; round < 5; round++) expect(await client.passive()).toBe(19_971);
    other.close();
  });

  it('drop a stranger; the session and its transfer live on', async () => {
    const test = await startFtp();
    const client = await RawClient.signedIn(test);
    const port = await client.passive();
    const stranger = await openData(port, '127.0.0.1', '127.0.0.2');
    await once(stranger, 'close');
    await client.command('STOR file');
    const own = await openData(port);
    own.end('mine');
    expect(await client.reply()).toMatch(/^226 /);
    expect(readFileSync(join(test.home, 'file'), 'utf8')).toBe('mine');
    expect(test.logged.join()).toContain('dropped a data connection from 127.0.0.2');
  });

  it('work over IPv6 with EPSV; PASV says so', async () => {
    const test = await startFtp({ host: '::' });
    const six = await RawClient.connect(test.port, { host: '::1' });
    await six.signIn();
    expect(await six.code('PASV')).toBe(425);
    expect(await six.code('EPSV 1')).toBe(522);
    expect(await six.upload('STOR six', 'over IPv6')).toMatch(/^226 /);
    const four = await RawClient.signedIn(test);
    expect(await four.command('PASV')).toMatch(/\(127,0,0,1,/);
    expect((await four.download('RETR six')).data.toString()).toBe('over IPv6');
  });
});

/** Whether nothing listens on the port; a probe from another address, which is dropped and does no harm. */
function refuses(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect({ port, host: '127.0.0.1', localAddress: '127.0.0.2' });
    probe.once('connect', () => {
      probe.destroy();
      resolve(false);
    });
    probe.once('error', () => resolve(true));
  });
}
