import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { bundleDesktop, bundleEngine } from '../../build/bundle.ts';
import { callOverHttp } from '../helpers/engine.ts';
import { temporaryFolder } from '../helpers/folders.ts';

/** Inside the project, because packages with native parts are found from there. */
function outputFolder(): string {
  const cache = fileURLToPath(new URL('../../.cache/', import.meta.url));
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'bundle-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('the bundled engine serves: database, workers, password hashes and SSH come with it', async () => {
  const out = outputFolder();
  await bundleEngine(out);
  const data = join(temporaryFolder(), 'data');
  const args = ['serve', '--json', '--data', data, '--http', '127.0.0.1:0', '--sftp', '127.0.0.1:0'];
  const program = join(out, 'run.mjs');
  writeFileSync(program, `import { main } from './cli.js';\nprocess.exitCode = await main(process.argv.slice(2));\n`);
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const ready = JSON.parse(line) as { http: string; token: string; sftp: number };
  expect(ready.sftp).toBeGreaterThan(0);
  await callOverHttp(ready, 'accounts.save', { username: 'acme', password: 'correct horse battery' });
  expect((await callOverHttp(ready, 'events.search', {})).events.length).toBeGreaterThan(0);
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('the desktop application is bundled with everything that it starts', async () => {
  const out = outputFolder();
  await bundleDesktop(out);
  expect(readdirSync(out)).toEqual(
    expect.arrayContaining(['main.js', 'engine-process.js', 'preload.cjs', 'reader-worker.js', 'maintenance-worker.js']),
  );
});
