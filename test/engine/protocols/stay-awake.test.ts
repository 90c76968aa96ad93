import { expect, it, onTestFinished, vi } from 'vitest';
import { StayAwake } from '../../../engine/protocols/stay-awake.ts';
import { eventually } from '../../helpers/eventually.ts';

/** How often the event loop was asked for another turn. */
function countTurns(): () => number {
  const spy = vi.spyOn(globalThis, 'setImmediate');
  onTestFinished(() => spy.mockRestore());
  return () => spy.mock.calls.length;
}

it('goes to sleep by itself when no request comes', async () => {
  const turns = countTurns();
  new StayAwake().replied();
  let before = 0;
  await eventually(() => {
    const now = turns();
    const isQuiet = now === before;
    before = now;
    expect(isQuiet).toBe(true);
  });
  expect(before).toBeGreaterThan(0);
});

it('gives up a client that takes its time, and takes up one that has become quick', () => {
  const turns = countTurns();
  const awake = new StayAwake();
  // Long after any reply.
  for (let slow = 0; slow < 4; slow++) awake.asked();
  awake.replied();
  const forSlow = turns();
  // Nothing in between: what comes much later would be slow again.
  awake.asked();
  awake.replied();
  expect([forSlow, turns()]).toEqual([0, 1]);
});
