import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { createWriteTurn, newTurnMemory } from '../../../engine/store/write-turn.ts';

const MODULE = new URL('../../../engine/store/write-turn.ts', import.meta.url).href;

test('two threads that add by turns lose no addition', async () => {
  const memory = newTurnMemory();
  const sum = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const additions = 20_000;
  const source = `
    import { parentPort, workerData } from 'node:worker_threads';
    const { createWriteTurn } = await import(workerData.module);
    const turn = createWriteTurn(workerData.memory);
    parentPort.postMessage('ready');
    for (let count = 0; count < ${additions}; count++) turn.hold(() => (workerData.sum[0] += 1));`;
  const url = new URL(`data:text/javascript,${encodeURIComponent(source)}`);
  const worker = new Worker(url, { workerData: { memory, sum, module: MODULE } });
  const ended = once(worker, 'exit');
  await once(worker, 'message');
  const turn = createWriteTurn(memory);
  // Not an atomic addition: it is the turn that keeps them apart.
  for (let count = 0; count < additions; count++) turn.hold(() => (sum[0] = (sum[0] ?? 0) + 1));
  await ended;
  expect(sum[0]).toBe(2 * additions);
});

test('work that throws gives the turn back', () => {
  const turn = createWriteTurn(newTurnMemory());
  expect(() =>
    turn.hold(() => {
      throw new Error('failed');
    }),
  ).toThrow('failed');
  expect(turn.hold(() => 'next')).toBe('next');
});

test('whoever has the turn may ask for it again', () => {
  const turn = createWriteTurn(newTurnMemory());
  expect(turn.hold(() => turn.hold(() => 'inner'))).toBe('inner');
  expect(turn.hold(() => 'next')).toBe('next');
});
