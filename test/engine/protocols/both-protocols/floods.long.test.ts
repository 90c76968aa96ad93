import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type * as Ssh2 from 'ssh2';
import { expect, it, onTestFinished } from 'vitest';
import { PacketType } from '../../../../engine/protocols/sftp/packet-types.ts';
import { curl, openSshSftp } from '../../../helpers/clients.ts';
import { temporaryFolder } from '../../../helpers/folders.ts';
import { startGuessers } from '../../../helpers/password-guessers.ts';
import { run } from '../../../helpers/run.ts';
import { type Serving, serve } from '../../../helpers/serve.ts';
import { packet } from '../sftp/raw-client.ts';

/** Floods against a whole engine in a process of its own, whose memory is that of nobody else. */

const { Client } = createRequire(import.meta.url)('ssh2') as typeof Ssh2;

const MIB = 1024 ** 2;
const ACME = { username: 'acme', password: 'correct horse' };

async function start(): Promise<Serving> {
  const serving = await serve(temporaryFolder(), { ftp: true });
  onTestFinished(() => serving.kill());
  await serving.call('accounts.save', ACME);
  await serving.call('settings.save', { defender: { mostStrangers: 400, mostStrangersPerAddress: 30 } });
  return serving;
}

function residentMiB({ process }: Serving): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${process.pid ?? 0}/status`, 'utf8'))?.[1]) / 1024;
}

/** A connection that is closed with the test; nobody reads it. */
function tcp(port: number, from = '127.0.0.1'): Socket {
  const socket = connect({ port, host: '127.0.0.1', localAddress: from });
  socket.on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  return socket;
}

function ssh({ sftp }: Serving, localAddress = '127.0.0.1'): Promise<Ssh2.ClientChannel> {
  const client = new Client();
  onTestFinished(() => void client.destroy());
  return new Promise((resolve, reject) => {
    client.on('error', reject);
    client.on('ready', () => client.subsys('sftp', (error, channel) => (error === undefined ? resolve(channel) : reject(error))));
    client.connect({ host: '127.0.0.1', port: sftp, localAddress, ...ACME, readyTimeout: 120_000 });
  });
}

/** Writes for as long as it is taken; ends when nothing has moved for a moment. */
async function pour(socket: Pick<Socket, 'write'>, bytes: Buffer, times: number): Promise<void> {
  for (let count = 0; count < times; count++) {
    const taken = new Promise<boolean>((resolve) => socket.write(bytes, () => resolve(true)));
    if (!(await Promise.race([taken, pause(2000, false)]))) return;
  }
}

const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => make(index));
const signIn = Buffer.from(`USER ${ACME.username}\r\nPASS ${ACME.password}\r\n`);

/**
 * With what each may add, MiB: half as much again as it was seen to (160, 142, 174, 24, 240, 36). Some 130 of the larger ones are buffers that
 * V8 lets gather outside of its heap before it collects, however little is kept.
 */
const FLOODS: readonly [string, number, (serving: Serving) => Promise<unknown>][] = [
  ['FTP lines without an end', 240, ({ ftp }) => Promise.all(times(20, () => pour(tcp(ftp), Buffer.alloc(MIB, 'x'), 60)))],
  [
    'FTP commands of clients that never read',
    216,
    ({ ftp }) =>
      Promise.all(
        times(20, async () => {
          const socket = tcp(ftp);
          socket.pause();
          socket.write(signIn);
          await pour(socket, Buffer.from('HELP\r\nSTAT\r\n'.repeat(20_000)), 40);
        }),
      ),
  ],
  [
    'SSH packets that claim to be huge',
    260,
    ({ sftp }) =>
      Promise.all(
        times(25, async () => {
          const socket = tcp(sftp);
          socket.write('SSH-2.0-flood\r\n');
          await pour(socket, Buffer.concat([Buffer.from([0x7f, 0xff, 0xff, 0xf0]), Buffer.alloc(MIB)]), 8);
        }),
      ),
  ],
  [
    'SFTP packets that claim to be huge',
    40,
    (serving) =>
      Promise.all(
        times(10, async () => {
          const channel = await ssh(serving);
          channel.on('error', () => undefined);
          await pour(channel, Buffer.concat([Buffer.from([0x7f, 0xff, 0xff, 0xf0, PacketType.WRITE]), Buffer.alloc(MIB)]), 8);
        }),
      ),
  ],
  [
    'SFTP requests of clients that never read',
    320,
    (serving) =>
      Promise.all(
        times(10, async () => {
          const channel = await ssh(serving);
          channel.on('error', () => undefined);
          channel.write(packet(PacketType.INIT, 3));
          const requests = Buffer.concat(times(5000, (id) => packet(PacketType.REALPATH, id, '/some/path')));
          await pour(channel, requests, 20);
        }),
      ),
  ],
  [
    'a hundred sessions of each kind',
    56,
    async (serving) => {
      for (let count = 0; count < 100; count += 10) await Promise.all(times(10, (index) => ssh(serving, `127.0.0.${30 + index}`)));
      const sockets = times(100, (index) => {
        const socket = tcp(serving.ftp, `127.0.0.${10 + (index % 10)}`);
        socket.resume();
        socket.write(signIn);
        return socket;
      });
      for (let waited = 0; waited < 60 && (await serving.call('server.status', {})).sessions.length < 200; waited++) await pause(1000);
      expect((await serving.call('server.status', {})).sessions).toHaveLength(200);
      expect(sockets).toHaveLength(100);
    },
  ],
];

it.each(FLOODS)('%s: memory is bounded, and partners are served', async (_what, mostGrowth, flood) => {
  const serving = await start();
  const local = join(temporaryFolder(), 'file');
  writeFileSync(local, 'content');
  const clients = [curl('ftp', { ...ACME, port: serving.ftp }), openSshSftp({ ...ACME, port: serving.sftp })];
  for (const client of clients) expect(await client.put(local, '/before')).toMatchObject({ code: 0 });
  const before = residentMiB(serving);
  let highest = before;
  const watching = setInterval(() => (highest = Math.max(highest, residentMiB(serving))), 50);
  onTestFinished(() => clearInterval(watching));
  await flood(serving);
  for (const client of clients) expect(await client.put(local, '/meanwhile')).toMatchObject({ code: 0 });
  expect(highest - before).toBeLessThan(mostGrowth);
});

it('200 simultaneous wrong passwords leave a running transfer at least half of its speed', async () => {
  const serving = await start();
  const [source, target] = [join(temporaryFolder(), 'large'), `ftp://${ACME.username}@127.0.0.1:${serving.ftp}/large`];
  writeFileSync(source, '');
  truncateSync(source, 512 * MIB);
  const auth = ['-sS', '-u', `${ACME.username}:${ACME.password}`];
  const timed = async (args: readonly string[]): Promise<number> => {
    const { code, stdout } = await run('curl', [...auth, '-w', '%{time_total} %{time_pretransfer}', ...args], { timeoutMs: 120_000 });
    expect(code).toBe(0);
    // Without the sign-in, which waits its turn.
    const [total = 0, begun = 0] = stdout.split(' ').map(Number);
    return total - begun;
  };
  const bothWays = async (): Promise<number> => (await timed(['-T', source, target])) + (await timed(['-o', '/dev/null', target]));

  await bothWays();
  const ratios: number[] = [];
  for (let round = 0; round < 5; round++) {
    const alone = await bothWays();
    const guessers = startGuessers(serving.ftp, ACME.username, 200);
    while (guessers.answers() < 400) await pause(50);
    ratios.push((await bothWays()) / alone);
    await guessers.stop();
  }
  expect(ratios.toSorted((a, b) => a - b)[2], `times under attack divided by times alone: ${ratios.join(', ')}`).toBeLessThan(2);
});
