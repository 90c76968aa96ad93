import { randomBytes } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import { expect, test } from 'vitest';
import { eventually } from '../../helpers/eventually.ts';
import { BY } from '../../helpers/rules.ts';
import { startFileActions } from './file-action.ts';

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
    const rule = await engine.save({ triggers: ['on-demand'], steps: [{ action, config, timeoutSeconds: 3600 }] });
    const [run] = await engine.rules.run(rule.id, undefined, BY);
    await eventually(async () => expect(await engine.rules.trace(run?.id ?? 0)).toMatchObject({ state: 'done' }), 3_600_000);
    clearInterval(looking);
    grown[name] = most - before;
  }
  console.log(MIB, 'MiB; memory grew by MiB:', Object.fromEntries(Object.entries(grown).map(([name, bytes]) => [name, bytes >> 20])));
  for (const bytes of Object.values(grown)) expect(bytes).toBeLessThan(MOST_GROWTH);
});
