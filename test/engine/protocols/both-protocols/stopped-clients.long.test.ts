import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { openSshPassword } from '../../../helpers/clients.ts';
import { eventually } from '../../../helpers/eventually.ts';
import { temporaryFolder } from '../../../helpers/folders.ts';
import { type Serving, serve } from '../../../helpers/serve.ts';

/**
 * What one session takes whose client stops reading, or whose disk is slow, as the system counts it: on an engine in a process of its own, so
 * that what lies about uncollected counts too, and a fresh one for each, so that nothing before hides it.
 */

const MIB = 1024 ** 2;
const MOST_GROWTH_MIB = 64;
const ACME = { username: 'acme', password: 'correct horse' };

type Case = {
  readonly serving: Serving;
  /** A file larger than any buffer, which lies in acme's home as `large`. */
  readonly large: string;
};

/** A program in a process group of its own, which is stopped and ended as a whole. */
function start(program: string, args: readonly string[], { input = '', env = {} } = {}): ChildProcess {
  const child = spawn(program, args, { stdio: ['pipe', 'ignore', 'ignore'], env: { ...process.env, ...env }, detached: true });
  onTestFinished(() => signal(child, 'SIGKILL'));
  child.stdin.end(input);
  return child;
}

function signal(child: ChildProcess, name: NodeJS.Signals): void {
  try {
    process.kill(-(child.pid ?? 0), name);
  } catch {
    // It has ended already.
  }
}

function openSsh({ serving }: Case, command: string): ChildProcess {
  const { env, options } = openSshPassword(ACME.password);
  return start('sftp', [...options, '-o', 'BatchMode=no', '-P', String(serving.sftp), '-b', '-', `${ACME.username}@127.0.0.1`], {
    env,
    input: `${command}\n`,
  });
}

function curl({ serving }: Case, ...args: readonly string[]): ChildProcess {
  return start('curl', ['-sS', '--insecure', '-u', `${ACME.username}:${ACME.password}`, ...args, `ftp://127.0.0.1:${serving.ftp}/large`]);
}

/** Asks for everything at once, within a window of SSH that never closes. */
function paramiko({ serving }: Case): ChildProcess {
  const script = [
    'import paramiko, time',
    `transport = paramiko.Transport(("127.0.0.1", ${serving.sftp}), default_window_size=${2 ** 31 - 1})`,
    `transport.connect(username="${ACME.username}", password="${ACME.password}")`,
    'file = paramiko.SFTPClient.from_transport(transport).open("/large", "rb")',
    `file.prefetch(${2048 * MIB})`,
    'time.sleep(600)',
  ];
  // Debian's own interpreter: its paramiko is a package of the system.
  return start('/usr/bin/python3', ['-c', script.join('\n')]);
}

const READERS: readonly [string, (at: Case) => ChildProcess][] = [
  ['OpenSSH sftp', (at) => openSsh(at, 'get /large /dev/null')],
  ['paramiko', paramiko],
  ['curl over FTP', (at) => curl(at, '-o', '/dev/null')],
  ['curl over FTPS', (at) => curl(at, '-o', '/dev/null', '--ssl-reqd')],
];
const WRITERS: readonly [string, (at: Case) => ChildProcess][] = [
  ['OpenSSH sftp', (at) => openSsh(at, `put ${at.large} /large`)],
  ['curl over FTP', (at) => curl(at, '-T', at.large)],
  ['curl over FTPS', (at) => curl(at, '-T', at.large, '--ssl-reqd')],
];

async function setUp(limits: object = {}): Promise<Case> {
  const folder = temporaryFolder();
  const serving = await serve(join(folder, 'data'), { ftp: true });
  onTestFinished(() => serving.kill());
  await serving.call('accounts.save', { ...ACME, limits });
  const large = join(folder, 'data', 'exchange', ACME.username, 'large');
  writeFileSync(large, '');
  truncateSync(large, 2048 * MIB);
  return { serving, large };
}

/** Resident memory in MiB: now, or the most since `forgetPeak`. */
function resident({ serving }: Case, which: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${String(serving.process.pid)}/status`, 'latin1');
  return Number(new RegExp(`^${which}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) / 1024;
}

const forgetPeak = ({ serving }: Case): void => writeFileSync(`/proc/${String(serving.process.pid)}/clear_refs`, '5');

async function moved({ serving }: Case): Promise<number> {
  const { sessions } = await serving.call('server.status', {});
  return sessions[0]?.transfers[0]?.bytes ?? 0;
}

it.each(READERS)(`%s that stops reading in the middle of a download takes less than ${MOST_GROWTH_MIB} MiB`, async (_who, read) => {
  const at = await setUp();
  const before = resident(at, 'VmRSS');
  forgetPeak(at);
  const client = read(at);
  // So much that buffers which are used once would have gathered.
  await eventually(async () => expect(await moved(at)).toBeGreaterThan(300 * MIB), 120_000);
  signal(client, 'SIGSTOP');
  let last = -1;
  for (let now = await moved(at); now !== last; now = await moved(at)) {
    last = now;
    await pause(1000);
  }
  expect(last).toBeLessThan(2048 * MIB);
  expect(resident(at, 'VmHWM') - before).toBeLessThan(MOST_GROWTH_MIB);
});

// The limit holds an upload up where a slow disk would: the write of what came does not end.
it.each(WRITERS)(`%s takes less than ${MOST_GROWTH_MIB} MiB where its upload is taken slowly`, async (_who, write) => {
  const at = await setUp({ uploadBytesPerSecond: 500_000 });
  const before = resident(at, 'VmRSS');
  forgetPeak(at);
  write(at);
  await eventually(async () => expect(await moved(at)).toBeGreaterThan(4 * MIB), 120_000);
  expect(resident(at, 'VmHWM') - before).toBeLessThan(MOST_GROWTH_MIB);
});
