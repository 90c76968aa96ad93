import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { createKeyWrap } from '../../../electron/key-wrap.ts';
import { startTestEngine } from '../../helpers/engine.ts';
import { eventually } from '../../helpers/eventually.ts';
import { temporaryFolder } from '../../helpers/folders.ts';
import { run } from '../../helpers/run.ts';
import { GATEHOUSE, serve } from '../../helpers/serve.ts';

const PASSPHRASE = 'correct horse battery';
const DESKTOP = createKeyWrap(Buffer.alloc(32, 7));
/** The passphrase is derived on a machine that may have much else to do. */
const PATIENCE = 60_000;

/** A data folder that a desktop has used, with a mail password in it. */
let data: string;
beforeEach(async () => {
  data = temporaryFolder();
  const desktop = await startTestEngine({ dataFolder: data, keyWrap: DESKTOP });
  await desktop.call('settings.save', { mail: { host: '127.0.0.1', password: 'mail-password' } });
  await desktop.call('secrets.setPassphrase', { passphrase: PASSPHRASE });
  await desktop.engine.stop(0);
}, PATIENCE);

const recover = (input: string, ...args: string[]) => run(GATEHOUSE, ['recover', '--data', data, ...args], { input, timeoutMs: PATIENCE });

async function stateOfServe() {
  const served = await startTestEngine({ dataFolder: data });
  const { problems } = await served.call('server.status');
  const { state, protectedBy } = await served.call('secrets.get');
  await served.engine.stop(0);
  return { state, protectedBy, problem: problems.find(({ id }) => id === 'secrets')?.message };
}

test('"serve" on a desktop’s folder runs and says what to do; after "recover" all is well, until the desktop comes back', async () => {
  expect(await stateOfServe()).toEqual({
    state: 'locked',
    protectedBy: ['desktop', 'passphrase'],
    problem: expect.stringMatching(
      /Open the desktop application instead, or give the recovery passphrase with: gatehouse recover/,
    ) as string,
  });
  expect(await recover('wrong\n')).toMatchObject({
    code: 1,
    stdout: '',
    stderr: 'gatehouse: The recovery passphrase is wrong. Check it and try again.\n',
  });
  expect(await recover('\n')).toMatchObject({ code: 1, stderr: expect.stringMatching(/^gatehouse: No passphrase was given/) as string });
  expect(await recover(`${PASSPHRASE}\nmore`)).toEqual({
    code: 0,
    signal: null,
    stdout: 'The stored secrets can be used again.\n',
    stderr: '',
  });
  expect(await stateOfServe()).toEqual({ state: 'open', protectedBy: ['desktop', 'file', 'passphrase'], problem: undefined });
  expect(await recover(PASSPHRASE)).toMatchObject({ code: 1, stderr: expect.stringMatching(/nothing to recover/) as string });

  const desktop = await startTestEngine({ dataFolder: data, keyWrap: DESKTOP });
  expect(await desktop.call('secrets.get')).toMatchObject({ state: 'open', protectedBy: ['desktop', 'passphrase'] });
  const { events } = await desktop.call('events.search', { type: 'BASE_CONFIG_UPDATE', limit: 1 });
  expect(events).toMatchObject([
    {
      info: {
        sections: ['secrets'],
        old: { protectedBy: ['desktop', 'file', 'passphrase'] },
        new: { protectedBy: ['desktop', 'passphrase'] },
      },
    },
  ]);
}, 300_000);

test('"recover" asks a running engine to do it', async () => {
  const engine = await serve(data);
  expect(await recover(PASSPHRASE)).toMatchObject({ code: 0, stderr: '' });
  expect(await engine.call('secrets.get', {})).toMatchObject({ state: 'open' });
  expect((await engine.call('server.status', {})).problems).toEqual([]);
  expect(await engine.terminate()).toBe(0);
}, 180_000);

test('"recover --new-key" gives the secrets up', async () => {
  expect(await recover('', '--new-key')).toMatchObject({
    code: 0,
    stderr: '',
    stdout: expect.stringMatching(/^A new key was made/) as string,
  });
  expect(existsSync(join(data, 'keys', 'data.key.unreadable-1'))).toBe(true);
  expect(await stateOfServe()).toMatchObject({ state: 'open', protectedBy: ['file'] });
}, 180_000);

test('a folder without a key is not made into one', async () => {
  const folder = join(temporaryFolder(), 'mistyped');
  expect(await run(GATEHOUSE, ['recover', '--data', folder], { input: PASSPHRASE })).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/There are no stored secrets/) as string,
  });
  expect(existsSync(folder)).toBe(false);
});

test.runIf(process.platform === 'linux')(
  'at a terminal the passphrase is asked for and not shown',
  async () => {
    // util-linux gives the command a terminal of its own, and us what that shows.
    const child = spawn('script', ['-qec', `'${GATEHOUSE}' recover --data '${data}'`, '/dev/null'], { stdio: ['pipe', 'pipe', 'ignore'] });
    let shown = '';
    child.stdout.on('data', (chunk: Buffer) => (shown += chunk.toString()));
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    await eventually(() => {
      expect(shown).toContain('Recovery passphrase: ');
    }, PATIENCE);
    child.stdin.write(`${PASSPHRASE.slice(0, -1)}x\u007f${PASSPHRASE.slice(-1)}\r`);
    expect(await ended).toBe(0);
    expect(shown.trim().split(/\r?\n/)).toEqual(['Recovery passphrase: ', 'The stored secrets can be used again.']);
  },
  180_000,
);
