import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { openSshSftp } from '../../../helpers/clients.ts';
import { temporaryFolder } from '../../../helpers/folders.ts';
import { GATEHOUSE, serve } from '../../../helpers/serve.ts';

const WITHOUT_ADDON = { NODE_OPTIONS: `--require ${fileURLToPath(new URL('../../../fixtures/without-addon.cjs', import.meta.url))}` };

it('the server works without ssh2’s compiled ciphers', async () => {
  const serving = await serve(temporaryFolder(), { env: WITHOUT_ADDON });
  try {
    await serving.call('accounts.save', { username: 'acme', password: 'correct horse' });
    const client = openSshSftp({ port: serving.sftp, username: 'acme', password: 'correct horse' });
    const folder = temporaryFolder();
    const content = randomBytes(3_000_000);
    writeFileSync(join(folder, 'up'), content);
    expect(await client.put(join(folder, 'up'), '/file')).toMatchObject({ code: 0 });
    expect(await client.get('/file', join(folder, 'down'))).toMatchObject({ code: 0 });
    expect(readFileSync(join(folder, 'down')).equals(content)).toBe(true);
  } finally {
    await serving.kill();
  }
});

it.each([
  ['JavaScript', WITHOUT_ADDON, 'SSH ciphers run in JavaScript: transfers are up to half as fast.'],
  ['compiled code', {}, 'SSH ciphers run compiled.'],
])('says at the start that its ciphers run in %s', async (_which, env, words) => {
  const args = ['serve', '--data', temporaryFolder(), '--http', '127.0.0.1:0', '--sftp', '127.0.0.1:0'];
  const child = spawn(GATEHOUSE, args, { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, ...env } });
  const ended = once(child, 'exit');
  let said = '';
  for await (const line of createInterface({ input: child.stderr })) {
    said += `${line}\n`;
    if (line.includes('SSH ciphers')) break;
  }
  child.kill('SIGKILL');
  await ended;
  expect(said).toContain(words);
});
