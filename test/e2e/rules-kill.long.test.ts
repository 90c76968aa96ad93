import { expect, it } from 'vitest';
import { killRules } from './rules-kill-harness.ts';

it('keeps the promise of every kind of rule in a hundred kills', async () => {
  const seed = Date.now() % 2 ** 31;
  const began = performance.now();
  const result = await killRules(100, seed);
  const seconds = Math.round((performance.now() - began) / 1000);
  process.stdout.write(`kills of rules at work, seed ${String(seed)}, ${String(seconds)} s: ${JSON.stringify(result)}\n`);
  expect(result.uploads).toBeGreaterThan(300);
  expect(result.states['interrupted']).toBeGreaterThan(0);
}, 1_200_000);
