import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { end, inTurn, memoryFolder, startProduct } from './product.ts';
import { type BenchRow, median } from './row.ts';

const ROUNDS = 3;
const LARGE_BYTES = 1024 ** 3;
const SMALL_FILES = 2000;
const SMALL_BYTES = 4096;
const SIGN_INS = 50;
const CLIENT_PATIENCE_MS = 300_000;
const WITHOUT_ADDON = `--require ${fileURLToPath(new URL('../fixtures/without-addon.cjs', import.meta.url))}`;

type Server = { readonly host: string; readonly root: string; stop(): Promise<void> };

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

function addHost(config: string, host: string, port: number, user: string, identity: string): void {
  appendFileSync(
    config,
    [
      `Host ${host}`,
      'HostName 127.0.0.1',
      `Port ${port}`,
      `User ${user}`,
      `IdentityFile ${identity}`,
      'IdentitiesOnly yes',
      'BatchMode yes',
      'StrictHostKeyChecking no',
      'UserKnownHostsFile /dev/null',
      'LogLevel ERROR',
      'Ciphers aes128-gcm@openssh.com',
      '',
    ].join('\n'),
  );
}

async function startGatehouse(folder: string, config: string, identity: string, nodeOptions: string): Promise<Server> {
  const host = 'gatehouse';
  const publicKey = execFileSync('ssh-keygen', ['-y', '-f', identity], { encoding: 'utf8' }).trim();
  const account = { password: 'not used: a key is', publicKeys: [{ key: publicKey }] };
  const product = await startProduct(join(folder, host), account, nodeOptions);
  addHost(config, host, product.sftp, 'bench', identity);
  return { host, root: '', stop: () => end(product.process) };
}

async function startOpenSsh(folder: string, config: string, identity: string): Promise<Server> {
  const root = join(folder, 'peer');
  mkdirSync(root);
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'peer-key')]);
  const port = await freePort();
  const settings = [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${join(folder, 'peer-key')}`,
    `AuthorizedKeysFile ${identity}.pub`,
    'StrictModes no',
    'UsePAM no',
    'PermitRootLogin yes',
    'PidFile none',
    'MaxStartups 100',
    'Subsystem sftp internal-sftp',
    '',
  ];
  writeFileSync(join(folder, 'sshd_config'), settings.join('\n'));
  // sshd insists on an absolute path of its own, and as root on its folder for unprivileged children.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true });
  const child = spawn('/usr/sbin/sshd', ['-D', '-f', join(folder, 'sshd_config')], { stdio: ['ignore', 'ignore', 'inherit'] });
  addHost(config, 'openssh', port, userInfo().username, identity);
  await delay(500);
  return { host: 'openssh', root: `${root}/`, stop: () => end(child) };
}

/** Runs commands of OpenSSH's sftp; seconds it took. */
function seconds(config: string, server: Server, commands: readonly string[]): number {
  const before = performance.now();
  const ran = spawnSync('sftp', ['-q', '-F', config, '-b', '-', server.host], {
    input: `${commands.join('\n')}\n`,
    encoding: 'utf8',
    timeout: CLIENT_PATIENCE_MS,
  });
  const took = (performance.now() - before) / 1000;
  if (ran.status !== 0) throw new Error(`sftp to ${server.host} ended with ${String(ran.status)}: ${ran.stderr}`);
  return took;
}

function signIns(config: string, server: Server): number {
  const before = performance.now();
  for (let count = 0; count < SIGN_INS; count++) seconds(config, server, ['pwd']);
  return (performance.now() - before) / 1000;
}

/** One after the other: a gibibyte more in memory slows everybody down, and not alike. */
export async function benchSftp(): Promise<BenchRow[]> {
  return [...(await compare('', '')), ...(await compare(WITHOUT_ADDON, ", without ssh2's addon"))];
}

/**
 * SFTP against OpenSSH's sshd with internal-sftp, both in memory, over AES-128-GCM with OpenSSH's client: medians of three interleaved
 * rounds, in seconds. `nodeOptions` are those of the product's process, `remark` goes into the names. Floors and targets: spec, servers, Bars.
 * Takes about two minutes and 6 GB of memory.
 */
async function compare(nodeOptions: string, remark: string): Promise<BenchRow[]> {
  const folder = memoryFolder();
  const identity = join(folder, 'id');
  const config = join(folder, 'config');
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', identity]);
  const large = join(folder, 'large');
  writeFileSync(large, '');
  const part = Buffer.alloc(16 * 1024 * 1024);
  for (let written = 0; written < LARGE_BYTES; written += part.length) appendFileSync(large, randomFillSync(part));
  const small = join(folder, 'small');
  mkdirSync(small);
  for (let count = 0; count < SMALL_FILES; count++) writeFileSync(join(small, `file-${count}`), part.subarray(count, count + SMALL_BYTES));

  const servers: Server[] = [];
  try {
    servers.push(await startGatehouse(folder, config, identity, nodeOptions), await startOpenSsh(folder, config, identity));
    const took = new Map<string, number[]>();
    const note = (name: string, server: Server, value: number): void => {
      const key = `${name} ${server.host}`;
      took.set(key, [...(took.get(key) ?? []), value]);
    };
    for (let round = 0; round < ROUNDS; round++) {
      const order = inTurn(servers, round);
      for (const server of order) note('up', server, seconds(config, server, [`put ${large} ${server.root}large`]));
      for (const server of order) {
        note('down', server, seconds(config, server, [`get ${server.root}large ${join(folder, 'back')}`]));
        rmSync(join(folder, 'back'));
      }
      for (const server of order) {
        seconds(config, server, [`rm ${server.root}large`, `mkdir ${server.root}many`]);
        note('small', server, seconds(config, server, [`put ${small}/* ${server.root}many/`]));
        seconds(config, server, [`rm ${server.root}many/*`, `rmdir ${server.root}many`]);
      }
      for (const server of order) note('sign-in', server, signIns(config, server));
    }
    const row = (name: string, key: string, floor: number, target: number): BenchRow => {
      const value = median(took.get(`${key} gatehouse`) ?? []);
      const peer = median(took.get(`${key} openssh`) ?? []);
      return { name: `${name}${remark}`, value, unit: 's', peer, ratio: value / peer, floor, target, better: 'lower' };
    };
    return [
      row('SFTP upload, 1 GiB, AES-128-GCM', 'up', 1, 0.75),
      row('SFTP download, 1 GiB, AES-128-GCM', 'down', 1.3, 0.95),
      row('SFTP upload, 2,000 files of 4 KiB', 'small', 1.3, 0.9),
      row('SFTP, 50 sign-ins with a key', 'sign-in', 0.3, 0.15),
    ];
  } finally {
    for (const server of servers) await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
