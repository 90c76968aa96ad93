import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';

const MODULE = new URL('../../../engine/lib/low-priority.ts', import.meta.url).href;

/** The nice value of each thread of this process: field 19 of proc(5)'s stat. */
function niceValues(): number[] {
  return readdirSync('/proc/self/task').map((thread) => {
    const stat = readFileSync(`/proc/self/task/${thread}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]);
  });
}

test.runIf(process.platform === 'linux')('one thread gives way, the others of the process do not', async () => {
  const before = niceValues().filter((nice) => nice === 19).length;
  const source = `
    import { parentPort } from 'node:worker_threads';
    const { giveWay } = await import(${JSON.stringify(MODULE)});
    giveWay();
    parentPort.once('message', () => parentPort.close());
    parentPort.postMessage('low');`;
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`));
  await once(worker, 'message');
  const after = niceValues();
  expect(after.filter((nice) => nice === 19)).toHaveLength(before + 1);
  expect(after.filter((nice) => nice < 19).length).toBeGreaterThan(1);
  worker.postMessage('end');
  await once(worker, 'exit');
});
