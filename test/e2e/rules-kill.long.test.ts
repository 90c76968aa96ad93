import { expect, it } from 'vitest';
import { killRules } from './rules-kill-harness.ts';

/** Servers that are killed side by side: one spends most of its time on being started and on waiting for a client. */
const SERVERS = 2;
const KILLS = 100;

it('keeps the promise of every kind of rule in a hundred kills', async () => {
  const seed = Date.now() % 2 ** 31;
  const began = performance.now();
  const results = await Promise.all(Array.from({ length: SERVERS }, (_, index) => killRules(KILLS / SERVERS, seed + index)));
  const seconds = Math.round((performance.now() - began) / 1000);
  process.stdout.write(`kills of rules at work, seed ${String(seed)}, ${String(seconds)} s: ${JSON.stringify(results)}\n`);
  expect(results.reduce((sum, { uploads }) => sum + uploads, 0)).toBeGreaterThan(300);
  for (const { states } of results) expect(states['interrupted']).toBeGreaterThan(0);
}, 1_200_000);
