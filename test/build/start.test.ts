import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { eventually } from '../helpers/eventually.ts';
import { temporaryFolder } from '../helpers/folders.ts';
import { rawRequest } from '../helpers/http.ts';
import { GATEHOUSE } from '../helpers/serve.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
/** Vite may have to build the console first. */
const WITHIN_MS = 180_000;

/** A start on a machine without a screen, up to its link. */
async function start(program: string, args: string[]) {
  const data = join(temporaryFolder(), 'data');
  const child = spawn(program, [...args, '--data', data, '--http', '127.0.0.1:0'], {
    cwd: PROJECT,
    // A group of its own: what a failing test leaves goes with it.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, BROWSER: '', DISPLAY: '', WAYLAND_DISPLAY: '', GATEHOUSE_NO_DOWNLOAD: '1' },
  });
  onTestFinished(() => killGroup(child));
  const words = text(child.stderr);
  for await (const line of createInterface({ input: child.stdout })) {
    const link = /http:\/\/\S+#token=\S+/.exec(line)?.[0];
    if (link !== undefined) return { child, data, words, http: new URL(link).origin };
  }
  throw new Error(`There is no link: ${await words}`);
}

function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

test.each(['SIGINT', 'SIGTERM'] as const)(
  'serves the console, prints its link, and ends with 0 at %s',
  { timeout: WITHIN_MS },
  async (signal) => {
    const { child, words, http } = await start(GATEHOUSE, ['start']);
    expect(await rawRequest(`${http}/`)).toMatchObject({ status: 200, text: expect.stringContaining('<div id="root">') as string });
    child.kill(signal);
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(await words).toContain('Gatehouse runs here, with its console in the browser.');
  },
);

test('ends in order when npm is told to', { timeout: WITHIN_MS }, async () => {
  const { child, data } = await start('npm', ['start', '--silent', '--']);
  expect(existsSync(join(data, 'engine.json'))).toBe(true);
  child.kill('SIGTERM');
  await eventually(() => expect(existsSync(join(data, 'engine.json'))).toBe(false));
});
