import { expect, test } from 'vitest';
import { createFairQueue } from '../../../engine/lib/fair-queue.ts';

/** Work whose end the test decides. */
function gates() {
  const started: string[] = [];
  const open = new Map<string, () => void>();
  return {
    started,
    work: (name: string) => () => {
      started.push(name);
      return new Promise<string>((resolve) => open.set(name, () => resolve(name)));
    },
    finish: async (name: string): Promise<void> => {
      open.get(name)?.();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

test('no more run at once than allowed, and sources take turns', async () => {
  const queue = createFairQueue({ parallel: 1 });
  const { started, work, finish } = gates();
  const all = ['a1', 'a2', 'a3', 'b1', 'c1'].map((name) => queue.run(name.slice(0, 1), work(name)));
  expect(started).toEqual(['a1']);
  for (const name of ['a1', 'a2', 'b1', 'c1', 'a3']) await finish(name);
  expect(started).toEqual(['a1', 'a2', 'b1', 'c1', 'a3']);
  expect(await Promise.all(all)).toEqual(['a1', 'a2', 'a3', 'b1', 'c1']);
});

test('a source that comes late is served before the rest of a long line', async () => {
  const queue = createFairQueue({ parallel: 1 });
  const { started, work, finish } = gates();
  const flood = Array.from({ length: 50 }, (_, index) => queue.run('flood', work(`flood${index}`)));
  const honest = queue.run('honest', work('honest'));
  await finish('flood0');
  await finish('flood1');
  expect(started).toEqual(['flood0', 'flood1', 'honest']);
  for (const name of ['honest', ...flood.map((_, index) => `flood${index}`)]) await finish(name);
  expect(await honest).toBe('honest');
  await Promise.all(flood);
});

test('a full line refuses, for one source and for all', async () => {
  const queue = createFairQueue({ parallel: 1, line: { most: 3, mostPerSource: 2, whenFull: 'Later.' } });
  const { work, finish } = gates();
  const running = [queue.run('a', work('1')), queue.run('a', work('2')), queue.run('a', work('3'))];
  await expect(queue.run('a', work('4'))).rejects.toMatchObject({ code: 'busy', message: 'Later.' });
  running.push(queue.run('b', work('5')));
  await expect(queue.run('c', work('6'))).rejects.toMatchObject({ code: 'busy' });
  for (const name of ['1', '2', '5', '3']) await finish(name);
  await Promise.all(running);
});

test('work that fails frees its place', async () => {
  const queue = createFairQueue({ parallel: 1 });
  const failing = queue.run('a', () => Promise.reject(new Error('broken')));
  const next = queue.run('a', () => Promise.resolve('next'));
  await expect(failing).rejects.toThrow('broken');
  expect(await next).toBe('next');
});
