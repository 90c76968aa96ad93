import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { once } from 'node:events';
import { appendFileSync, chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { end, inTurn, memoryFolder, startProduct } from './product.ts';
import { type BenchRow, median } from './row.ts';

const ROUNDS = 3;
const LARGE_BYTES = 1024 ** 3;
const SMALL_FILES = 1000;
const SMALL_BYTES = 4096;
/** ftp-srv needs some 45 ms for each, so it gets fewer; its figure is scaled. */
const SMALL_FILES_OF_FTP_SRV = 100;
const CLIENT_PATIENCE_S = '300';
const FTP_SRV = fileURLToPath(new URL('ftp-srv-peer.ts', import.meta.url));
const VSFTPD_PORT = 42_410;
const FTP_SRV_PORT = 42_411;

/** A server under measurement. `root` is the folder that clients work in, with slashes around it. */
type Server = { readonly name: string; readonly port: number; readonly user: string; readonly root: string; stop(): Promise<void> };

async function startGatehouse(folder: string): Promise<Server> {
  const product = await startProduct(join(folder, 'data'), {
    password: 'bench-secret',
  });
  return { name: 'gatehouse', port: product.ftp, user: 'bench', root: '/', stop: () => end(product.process) };
}

/**
 * vsftpd with anonymous accounts, so that no user has to be made for it. As root it runs as it is shipped, with separated privileges and
 * its data as user `ftp`; otherwise all as this user, which is quicker with TLS.
 */
async function startVsftpd(folder: string, key: string, certificate: string): Promise<Server> {
  const root = join(folder, 'vsftpd');
  mkdirSync(join(root, 'up'), { recursive: true });
  const isRoot = process.getuid?.() === 0;
  if (isRoot) {
    // It refuses a root folder that the anonymous user can write, and needs to get down to it.
    chmodSync(folder, 0o755);
    execFileSync('chown', ['ftp', join(root, 'up')]);
    mkdirSync('/var/run/vsftpd/empty', { recursive: true });
  }
  const config = join(folder, 'vsftpd.conf');
  const settings = {
    listen: 'YES',
    listen_address: '127.0.0.1',
    listen_port: VSFTPD_PORT,
    background: 'NO',
    run_as_launching_user: isRoot ? 'NO' : 'YES',
    seccomp_sandbox: 'NO',
    anonymous_enable: 'YES',
    no_anon_password: 'YES',
    anon_root: root,
    anon_world_readable_only: 'NO',
    write_enable: 'YES',
    anon_upload_enable: 'YES',
    anon_mkdir_write_enable: 'YES',
    anon_other_write_enable: 'YES',
    anon_umask: '022',
    pasv_min_port: 42_600,
    pasv_max_port: 42_699,
    xferlog_enable: 'NO',
    ssl_enable: 'YES',
    allow_anon_ssl: 'YES',
    require_ssl_reuse: 'NO',
    ssl_ciphers: 'HIGH',
    rsa_cert_file: certificate,
    rsa_private_key_file: key,
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(config, lines.join(''), { mode: 0o600 });
  const child = spawn('/usr/sbin/vsftpd', [config], { stdio: ['ignore', 'ignore', 'inherit'] });
  await listening(VSFTPD_PORT, child);
  return { name: 'vsftpd', port: VSFTPD_PORT, user: 'anonymous', root: '/up/', stop: () => end(child) };
}

async function startFtpSrv(folder: string, key: string, certificate: string): Promise<Server> {
  const root = join(folder, 'ftp-srv');
  mkdirSync(root);
  const child = spawn(process.execPath, [FTP_SRV, root, String(FTP_SRV_PORT), '42700', '42799', key, certificate], { stdio: 'ignore' });
  await listening(FTP_SRV_PORT, child);
  return { name: 'ftp-srv', port: FTP_SRV_PORT, user: 'anonymous', root: '/', stop: () => end(child) };
}

async function listening(port: number, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const probe = connect(port, '127.0.0.1');
    const open = await Promise.race([once(probe, 'connect').then(() => true), once(probe, 'error').then(() => false)]).catch(() => false);
    probe.destroy();
    if (open) return;
    await delay(100);
  }
  await end(child);
  throw new Error(`nothing listens on port ${port}`);
}

/** Seconds that a client took; null when it failed. */
function seconds(command: string, args: readonly string[]): number | null {
  const before = performance.now();
  const ran = spawnSync('timeout', [CLIENT_PATIENCE_S, command, ...args], { encoding: 'utf8' });
  return ran.status === 0 ? (performance.now() - before) / 1000 : null;
}

const curl = (server: Server, tls: boolean, ...args: readonly string[]): number | null =>
  seconds('curl', ['-sS', ...(tls ? ['--ssl-reqd', '--insecure'] : []), '-u', `${server.user}:bench-secret`, ...args]);

const lftp = (server: Server, tls: boolean, commands: string): number | null => {
  const security = tls ? 'set ftp:ssl-force yes; set ftp:ssl-protect-data yes; set ssl:verify-certificate no' : 'set ftp:ssl-allow no';
  // The same commands for all: it would set the time of every file with MFMT, which vsftpd does not have.
  const same = 'set ftp:use-feat no; set ftp:use-site-utime no; set ftp:use-site-utime2 no';
  const settings = `set cmd:fail-exit yes; set net:max-retries 1; set net:timeout 60; ${same}; ${security}`;
  return seconds('lftp', ['-c', `${settings}; open -u ${server.user},bench-secret ftp://127.0.0.1:${server.port}; ${commands}`]);
};

/** One kind of work: what it is called, and the seconds a server takes for it. */
type Work = { readonly name: string; readonly floor: number; readonly target: number; readonly run: (server: Server) => number | null };

function works(folder: string): Work[] {
  const large = join(folder, 'large');
  const url = (server: Server): string => `ftp://127.0.0.1:${server.port}${server.root}large`;
  const up =
    (tls: boolean) =>
    (server: Server): number | null =>
      curl(server, tls, '-T', large, url(server));
  const down =
    (tls: boolean) =>
    (server: Server): number | null =>
      curl(server, tls, '-o', '/dev/null', url(server));
  const many = (server: Server): number | null => {
    const isFtpSrv = server.name === 'ftp-srv';
    const took = lftp(server, false, `mirror -R --no-perms ${join(folder, isFtpSrv ? 'few' : 'many')} ${server.root}many`);
    lftp(server, false, `rm -r ${server.root}many`);
    return took !== null && isFtpSrv ? (took * SMALL_FILES) / SMALL_FILES_OF_FTP_SRV : took;
  };
  return [
    { name: 'FTP upload, 1 GiB', floor: 1.6, target: 1.2, run: up(false) },
    { name: 'FTP download, 1 GiB', floor: 2.2, target: 1.6, run: down(false) },
    { name: 'FTPS upload, 1 GiB', floor: 0.8, target: 0.45, run: up(true) },
    { name: 'FTPS download, 1 GiB', floor: 1, target: 0.7, run: down(true) },
    { name: 'FTP upload, 1,000 files of 4 KiB', floor: 3, target: 1.2, run: many },
  ];
}

function prepare(folder: string): { key: string; certificate: string } {
  const part = Buffer.alloc(16 * 1024 * 1024);
  for (let written = 0; written < LARGE_BYTES; written += part.length) appendFileSync(join(folder, 'large'), randomFillSync(part));
  for (const [name, files] of [
    ['many', SMALL_FILES],
    ['few', SMALL_FILES_OF_FTP_SRV],
  ] as const) {
    mkdirSync(join(folder, name));
    for (let count = 0; count < files; count++)
      writeFileSync(join(folder, name, `file-${count}`), part.subarray(count, count + SMALL_BYTES));
  }
  const key = join(folder, 'key.pem');
  const certificate = join(folder, 'certificate.pem');
  const request = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', '/CN=bench'];
  execFileSync('openssl', ['req', '-x509', ...request, '-keyout', key, '-out', certificate], { stdio: 'ignore' });
  return { key, certificate };
}

/**
 * FTP against vsftpd, in memory, with curl for large files and lftp for small ones: medians of three interleaved rounds, in seconds.
 * ftp-srv, measured beside, has rows of its own without bars; work at which it fails is missing there. Floors and targets: spec,
 * servers, Bars. Takes about five minutes and 6 GB of memory.
 */
export async function benchFtp(): Promise<BenchRow[]> {
  const folder = memoryFolder();
  const servers: Server[] = [];
  try {
    const { key, certificate } = prepare(folder);
    servers.push(await startGatehouse(folder), await startVsftpd(folder, key, certificate), await startFtpSrv(folder, key, certificate));
    const all = works(folder);
    const took = new Map<string, number[]>();
    for (let round = 0; round < ROUNDS; round++) {
      for (const work of all) {
        for (const server of inTurn(servers, round)) {
          const value = work.run(server);
          if (value === null && server.name !== 'ftp-srv') throw new Error(`${work.name} failed with ${server.name}`);
          if (value !== null) took.set(`${work.name} ${server.name}`, [...(took.get(`${work.name} ${server.name}`) ?? []), value]);
        }
      }
    }
    const figure = (work: Work, server: string): Omit<BenchRow, 'name'> => {
      const value = median(took.get(`${work.name} ${server}`) ?? []);
      const peer = median(took.get(`${work.name} vsftpd`) ?? []);
      return { value, unit: 's', peer, ratio: value / peer, better: 'lower' };
    };
    return [
      ...all.map((work) => ({ name: work.name, ...figure(work, 'gatehouse'), floor: work.floor, target: work.target })),
      ...all.map((work) => ({ name: `${work.name}, ftp-srv`, ...figure(work, 'ftp-srv') })).filter((row) => !Number.isNaN(row.value)),
    ];
  } finally {
    for (const server of servers) await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
