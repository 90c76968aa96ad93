import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createConnection } from 'node:net';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { curl, openSshPassword, openSshSftp } from '../../helpers/clients.ts';
import { startTestEngine } from '../../helpers/engine.ts';
import { eventually } from '../../helpers/eventually.ts';
import { temporaryFolder } from '../../helpers/folders.ts';
import { run } from '../../helpers/run.ts';

const ACME = { username: 'acme', password: 'correct horse' };

test('a pause lets nobody in, in words, while a running transfer ends in peace', async () => {
  const engine = await startTestEngine();
  await engine.call('accounts.save', ACME);
  const local = join(temporaryFolder(), 'big.bin');
  writeFileSync(local, Buffer.alloc(1_500_000, 7));
  const slow = run('curl', [
    '-sS',
    '--disable-epsv',
    '--limit-rate',
    '500k',
    '-u',
    'acme:correct horse',
    '-T',
    local,
    `ftp://127.0.0.1:${engine.ftp}/`,
  ]);
  await eventually(async () => expect((await engine.call('server.status')).sessions).toMatchObject([{ openTransfers: 1 }]));

  expect(await engine.call('server.pause', { paused: true })).toEqual({ paused: true });
  const { paused, problems } = await engine.call('server.status');
  expect({ paused, problems }).toMatchObject({ paused: true, problems: [{ id: 'paused' }] });

  const overFtp = await curl('ftp', { ...ACME, port: engine.ftp ?? 0 }).put(local, '/second.bin');
  expect(overFtp.code).not.toBe(0);
  const { env, options } = openSshPassword(ACME.password);
  const overSftp = await run('sftp', [...options.filter((option) => option !== '-q'), '-P', String(engine.sftp), 'acme@127.0.0.1'], {
    env,
  });
  expect(overSftp.code).not.toBe(0);
  expect(overSftp.stderr).toContain('The server is paused. Try again later.');

  expect(await slow).toMatchObject({ code: 0 });
  expect((await engine.call('events.search', { type: 'OBJECT_INSERT' })).events.filter(({ path }) => path !== null)).toMatchObject([
    { path: '/big.bin', bytes: 1_500_000, outcome: 'ok' },
  ]);
  // Nobody was refused at the door as if the password were wrong.
  expect((await engine.call('events.search', { type: 'LOGIN_FAILED' })).events).toEqual([]);

  await engine.call('server.pause', { paused: false });
  expect(await openSshSftp({ ...ACME, port: engine.sftp ?? 0 }).put(local, '/third.bin')).toMatchObject({ code: 0 });
  expect((await engine.call('server.status')).problems).toEqual([]);
});

test('who had connected before the pause does not get in during it', async () => {
  const engine = await startTestEngine();
  await engine.call('accounts.save', ACME);
  const socket = createConnection(engine.ftp ?? 0, '127.0.0.1');
  let said = '';
  socket.setEncoding('utf8').on('data', (text: string) => (said += text));
  await eventually(() => expect(said).toMatch(/^220 /));
  await engine.call('server.pause', { paused: true });
  const closed = once(socket, 'close');
  socket.write('USER acme\r\nPASS correct horse\r\n');
  await closed;
  expect(said).toMatch(/^421 The server is paused/m);
});

test('a pause outlives a restart', async () => {
  const first = await startTestEngine();
  await first.call('server.pause', { paused: true });
  await first.engine.stop(0);
  const second = await startTestEngine({ dataFolder: first.dataFolder });
  expect((await second.call('server.status')).paused).toBe(true);
});
