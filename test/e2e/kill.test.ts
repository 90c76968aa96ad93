import { expect, it } from 'vitest';
import { killRepeatedly } from './kill-harness.ts';

it('loses nothing that was acknowledged when it is killed under load (four kills; the long suite does a hundred)', async () => {
  const { acknowledged, runs } = await killRepeatedly(4, 20_261_121);
  expect(acknowledged).toBeGreaterThan(0);
  expect(runs).toBeGreaterThanOrEqual(acknowledged);
}, 180_000);
