import { randomBytes } from 'node:crypto';
import { closeSync, openSync, truncateSync, writeSync } from 'node:fs';
import { expect, test } from 'vitest';
import { eventually } from '../../helpers/eventually.ts';
import { BY } from '../../helpers/rules.ts';
import { run } from '../../helpers/run.ts';
import { type FileActionTest, startFileActions } from './file-action.ts';

/** Set GATEHOUSE_TEST_BIG_MIB for a quicker run. */
const MIB = Number(process.env['GATEHOUSE_TEST_BIG_MIB'] ?? 2048);
const MOST_GROWTH = 128 * 1024 * 1024;
const LOOK_MS = 50;

/** A file that deflate cannot make smaller. */
function writeNoise(path: string): void {
  const block = randomBytes(1024 * 1024);
  const fd = openSync(path, 'w', 0o644);
  for (let i = 0; i < MIB; i++) writeSync(fd, block);
  closeSync(fd);
}

/** Does an action that may take an hour. */
async function actPatiently(engine: FileActionTest, action: string, config: Record<string, unknown>): Promise<void> {
  const rule = await engine.save({ triggers: ['on-demand'], steps: [{ action, config, timeoutSeconds: 3600 }] });
  const [started] = await engine.rules.run(rule.id, undefined, BY);
  const ended = await eventually(async () => {
    const trace = await engine.rules.trace(started?.id ?? 0);
    expect(trace.finishedAt).not.toBeNull();
    return trace;
  }, 3_600_000);
  expect(ended.error).toBeNull();
}

test('a big file goes through compress, encrypt and decrypt in little memory', async () => {
  const engine = await startFileActions();
  writeNoise(engine.real('/big.bin'));
  const steps: [string, string, Record<string, unknown>][] = [
    ['compress', 'compress', { paths: ['/big.bin'], archive: '/big.zip' }],
    ['encrypt', 'pgp-encrypt', { pairs: [{ source: '/big.bin', target: '/big.pgp' }], password: 'a password' }],
    ['decrypt', 'pgp-decrypt', { pairs: [{ source: '/big.pgp', target: '/big.out' }], password: 'a password' }],
  ];
  const grown: Record<string, number> = {};
  for (const [name, action, config] of steps) {
    const before = process.memoryUsage.rss();
    let most = before;
    const looking = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), LOOK_MS);
    await actPatiently(engine, action, config);
    clearInterval(looking);
    grown[name] = most - before;
  }
  console.log(
    MIB,
    'MiB; memory grew by MiB:',
    Object.fromEntries(Object.entries(grown).map(([name, bytes]) => [name, Math.round(bytes / 1024 ** 2)])),
  );
  for (const bytes of Object.values(grown)) expect(bytes).toBeLessThan(MOST_GROWTH);
});

test('compress packs a file beyond 4 GiB in the zip64 form, and 7z and unzip find it whole', async () => {
  const engine = await startFileActions();
  const size = 4.5 * 1024 ** 3;
  engine.place({ '/holes.bin': 'begin', '/small.txt': 'after it' });
  truncateSync(engine.real('/holes.bin'), size);
  await actPatiently(engine, 'compress', { paths: ['/holes.bin', '/small.txt'], archive: '/x.zip' });
  expect((await run('7z', ['t', engine.real('/x.zip')], { timeoutMs: 600_000 })).stdout).toContain('Everything is Ok');
  expect((await run('unzip', ['-tqq', engine.real('/x.zip')], { timeoutMs: 600_000 })).code).toBe(0);
});
