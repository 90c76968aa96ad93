import { randomBytes } from 'node:crypto';
import { chmodSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { generateKey } from 'openpgp';
import { expect, onTestFinished, test } from 'vitest';
import type { RuleStep } from '../../../engine/contract/rule.ts';
import { eventually } from '../../helpers/eventually.ts';
import { startSshd, startVsftpd } from '../../helpers/file-servers.ts';
import { temporaryFolder } from '../../helpers/folders.ts';
import { startIcap } from '../../helpers/icap-server.ts';
import { run } from '../../helpers/run.ts';
import { type Serving, serve } from '../../helpers/serve.ts';

/** Set GATEHOUSE_TEST_BIG_MIB for a quicker run. */
const MIB = Number(process.env['GATEHOUSE_TEST_BIG_MIB'] ?? 2048);
const MOST_GROWTH_MIB = 128;
const BIG = '/big.bin';

/** A file that deflate cannot make smaller. Not in one go: connections to the engine that end meanwhile have to be noticed. */
async function writeNoise(path: string): Promise<void> {
  const block = randomBytes(1024 * 1024);
  const file = await open(path, 'w', 0o644);
  for (let i = 0; i < MIB; i++) await file.write(block);
  await file.close();
}

type Engine = Serving & { readonly real: (path: string) => string };

/** A whole engine in a process of its own, as it is shipped, with an account that has the big file. */
async function startEngine(): Promise<Engine> {
  const data = join(temporaryFolder(), 'data');
  const serving = await serve(data);
  onTestFinished(() => serving.kill());
  await serving.call('settings.save', { outbound: { allowLoopback: true } });
  await serving.call('accounts.save', { username: 'alice', password: 'correct horse' });
  const real = (path: string): string => join(data, 'exchange', 'alice', path);
  await writeNoise(real(BIG));
  return { ...serving, real };
}

/** Does one action in alice's tree, which may take an hour, and gives how it ended. */
async function act(engine: Engine, action: string, config: Record<string, unknown>): Promise<void> {
  const step = { action, config, timeoutSeconds: 3600 } as unknown as RuleStep;
  const rule = await engine.call('rules.save', {
    name: action,
    triggers: ['on-demand'],
    conditions: { users: [{ pattern: 'alice' }] },
    steps: [step],
  });
  expect(rule.problems).toEqual([]);
  const { runs } = await engine.call('rules.run', { id: rule.id });
  const ended = await eventually(async () => {
    const trace = await engine.call('runs.get', { id: runs[0]?.id ?? 0 });
    expect(trace.finishedAt).not.toBeNull();
    return trace;
  }, 3_600_000);
  expect(ended.error).toBeNull();
}

function status(engine: Engine, name: 'VmRSS' | 'VmHWM'): number {
  const text = readFileSync(`/proc/${String(engine.process.pid)}/status`, 'latin1');
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1]) / 1024;
}

/**
 * How far the resident memory of the engine's process rose above what it was before, in MiB: the peak as the kernel counts it, so that
 * nothing between two looks is missed. The process is fresh, so that nothing of an earlier action hides what this one takes.
 */
async function grown(engine: Engine, work: () => Promise<void>): Promise<number> {
  const idle = status(engine, 'VmRSS');
  writeFileSync(`/proc/${String(engine.process.pid)}/clear_refs`, '5');
  await work();
  return status(engine, 'VmHWM') - idle;
}

/** A server that takes everything and keeps nothing. */
async function startSink(): Promise<{ readonly url: string; readonly taken: () => number }> {
  let taken = 0;
  const server = createServer((request, response) => {
    request.on('data', (chunk: Buffer) => (taken += chunk.length));
    request.on('end', () => response.end());
  });
  server.requestTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`, taken: () => taken };
}

type Peer = Record<string, unknown>;
type Case = [name: string, action: string, prepare: (engine: Engine) => Promise<Peer> | Peer];

const CASES: Case[] = [
  ['compress', 'compress', () => ({ paths: [BIG], archive: '/big.zip' })],
  ['encrypt', 'pgp-encrypt', () => ({ pairs: [{ source: BIG, target: '/big.pgp' }], password: 'a password' })],
  [
    'decrypt',
    'pgp-decrypt',
    async ({ real }) => {
      const { publicKey, privateKey } = await generateKey({ userIDs: { name: 'Alice' }, format: 'armored' });
      const gpg = ['--batch', '--homedir', temporaryFolder(), '--trust-model', 'always'];
      expect((await run('gpg', [...gpg, '--import'], { input: publicKey })).code).toBe(0);
      const written = await run('gpg', [...gpg, '-r', 'Alice', '-o', real('/big.pgp'), '-e', real(BIG)], { timeoutMs: 900_000 });
      expect(written.code, written.stderr).toBe(0);
      return { pairs: [{ source: '/big.pgp', target: '/big.out' }], privateKey };
    },
  ],
  [
    'HTTP upload',
    'http',
    async () => ({ method: 'POST', url: (await startSink()).url, files: [{ name: 'file', path: BIG }], timeoutSeconds: 180 }),
  ],
  ['scan, with the file given back', 'icap', async () => ({ host: '127.0.0.1', ...(await startIcap()), service: 'echo', paths: [BIG] })],
  ['scan', 'icap', async () => ({ host: '127.0.0.1', ...(await startIcap()), service: 'avscan', paths: [BIG] })],
  ['push over SFTP', 'push', async () => pushTo(await startSshd())],
  ['push over FTPS', 'push', async () => pushTo(await startVsftpd('ftps'))],
  ['fetch over SFTP', 'fetch', async () => fetchFrom(await startSshd())],
  ['fetch over FTPS', 'fetch', async () => fetchFrom(await startVsftpd('ftps'))],
];

type Files = Awaited<ReturnType<typeof startSshd>>;

function pushTo({ server, root }: Files): Peer {
  return { ...server, files: [{ source: BIG, target: `${root}/big.bin` }], timeoutSeconds: 3600 };
}

async function fetchFrom({ server, root, folder }: Files): Promise<Peer> {
  await writeNoise(join(folder, 'big.bin'));
  return { ...server, sources: [{ source: `${root}/big.bin`, folder: '/fetched' }], timeoutSeconds: 3600 };
}

test.each(CASES)(`a big file goes through %s in less than ${String(MOST_GROWTH_MIB)} MiB of memory`, async (name, action, prepare) => {
  const engine = await startEngine();
  const config = await prepare(engine);
  const growth = await grown(engine, () => act(engine, action, config));
  console.log(`${name}: ${String(MIB)} MiB; memory grew by ${growth.toFixed(0)} MiB`);
  expect(growth).toBeLessThan(MOST_GROWTH_MIB);
});

test('compress packs a file beyond 4 GiB in the zip64 form, and 7z and unzip find it whole', async () => {
  const engine = await startEngine();
  writeFileSync(engine.real('/holes.bin'), 'begin');
  truncateSync(engine.real('/holes.bin'), 4.5 * 1024 ** 3);
  writeFileSync(engine.real('/small.txt'), 'after it');
  chmodSync(engine.real('/small.txt'), 0o644);
  await act(engine, 'compress', { paths: ['/holes.bin', '/small.txt'], archive: '/x.zip' });
  expect((await run('7z', ['t', engine.real('/x.zip')], { timeoutMs: 600_000 })).stdout).toContain('Everything is Ok');
  expect((await run('unzip', ['-tqq', engine.real('/x.zip')], { timeoutMs: 600_000 })).code).toBe(0);
});
