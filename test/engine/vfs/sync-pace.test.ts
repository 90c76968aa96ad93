import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { SyncPace } from '../../../engine/vfs/sandbox/sync-pace.ts';

/** Longer than any sync that may be made at once. */
const slowly = (): Promise<void> => pause(5);

it('leaves syncs to threads while they are slow', async () => {
  const pace = new SyncPace();
  const atOnce: number[] = [];
  for (const call of [1, 2, 3]) await pace.sync(() => atOnce.push(call), slowly);
  expect(atOnce).toEqual([]);
});

it('never makes the first one at once, and passes errors on', async () => {
  const pace = new SyncPace();
  let wasAtOnce = false;
  await expect(
    pace.sync(
      () => (wasAtOnce = true),
      () => Promise.reject(new Error('disk')),
    ),
  ).rejects.toThrow('disk');
  expect(wasAtOnce).toBe(false);
});
