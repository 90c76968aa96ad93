import { expect, it } from 'vitest';
import { killRepeatedly } from './kill-harness.ts';

it('loses nothing that was acknowledged in a hundred kills under load', async () => {
  const seed = Date.now() % 2 ** 31;
  const result = await killRepeatedly(100, seed);
  process.stdout.write(`kill test, seed ${String(seed)}: ${JSON.stringify(result)}\n`);
  expect(result.acknowledged).toBeGreaterThan(100);
}, 1_800_000);
