import { writeFileSync } from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { ConnectionProgress, PushMessage } from '../../../engine/contract/push.ts';
import { createConnectionWatch } from '../../../engine/partners/connection-watch.ts';
import { curl, openSshSftp } from '../../helpers/clients.ts';
import { startTestEngine, type TestEngine } from '../../helpers/engine.ts';
import { eventually } from '../../helpers/eventually.ts';
import { temporaryFolder } from '../../helpers/folders.ts';
import { testClock } from '../../helpers/vfs.ts';

/** An engine with the partner acme, and the steps that its consoles hear. */
async function start(): Promise<TestEngine & { readonly steps: ConnectionProgress[] }> {
  const engine = await startTestEngine();
  await engine.call('accounts.save', { username: 'acme', password: 'correct horse' });
  const steps: ConnectionProgress[] = [];
  engine.engine.push.subscribe((message) => {
    if (message.kind === 'connection') steps.push(message.connection);
  });
  return { ...engine, steps };
}

/** A client that says these lines, each after the answer to the one before, and then waits. */
async function talk({ ftp }: TestEngine, lines: readonly string[]): Promise<Socket> {
  const socket = createConnection(ftp ?? 0, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  let answers = 0;
  socket.on('error', () => undefined).setEncoding('utf8');
  socket.on('data', (text: string) => {
    for (const line of text.split('\r\n')) if (/^\d{3} /.test(line)) answers++;
  });
  for (const [index, line] of lines.entries()) {
    await eventually(() => expect(answers).toBeGreaterThan(index));
    socket.write(`${line}\r\n`);
  }
  await eventually(() => expect(answers).toBeGreaterThan(lines.length));
  return socket;
}

const told = (steps: readonly ConnectionProgress[]) => steps.map(({ stage, reason }) => (reason === null ? stage : `${stage}: ${reason}`));

test('a good FTPS upload is told stage by stage and ends without a reason', async () => {
  const engine = await start();
  const local = join(temporaryFolder(), 'a.txt');
  writeFileSync(local, 'hello');
  const client = curl('ftps-explicit', { username: 'acme', password: 'correct horse', port: engine.ftp ?? 0 });
  expect((await client.put(local, '/a.txt')).code).toBe(0);
  await eventually(() => expect(told(engine.steps)).toEqual(['connected', 'encrypted', 'signed-in', 'transferred', 'closed']));
  expect((await client.list('/')).code).toBe(0);
  await eventually(() => expect(told(engine.steps).slice(5)).toEqual(['connected', 'encrypted', 'signed-in', 'listed', 'closed']));
  expect(new Set(engine.steps.map(({ id }) => id)).size).toBe(2);
  expect(engine.steps).toContainEqual(expect.objectContaining({ protocol: 'FTP', address: '127.0.0.1', fromOutside: false }));
});

test('an SFTP upload and a listing are told in the same stages', async () => {
  const engine = await start();
  const local = join(temporaryFolder(), 'a.txt');
  writeFileSync(local, 'hello');
  const client = openSshSftp({ username: 'acme', password: 'correct horse', port: engine.sftp ?? 0 });
  expect((await client.list('/')).code).toBe(0);
  await eventually(() => expect(told(engine.steps)).toEqual(['connected', 'encrypted', 'signed-in', 'listed', 'closed']));
  expect((await client.put(local, '/a.txt')).code).toBe(0);
  await eventually(() => expect(told(engine.steps).slice(5)).toEqual(['connected', 'encrypted', 'signed-in', 'transferred', 'closed']));
  await openSshSftp({ username: 'acme', password: 'wrong', port: engine.sftp ?? 0 }).list('/');
  await eventually(() => expect(told(engine.steps).at(-1)).toMatch(/^closed: The sign-in was refused/));
});

test('a wrong password is the reason of the end', async () => {
  const engine = await start();
  await curl('ftp', { username: 'acme', password: 'wrong', port: engine.ftp ?? 0 }).list('/');
  await eventually(() => expect(told(engine.steps)).toEqual(['connected', 'closed: User name or password is wrong.']));
});

test('a data connection that never came is the reason, with the ports to open', async () => {
  const engine = await start();
  const socket = await talk(engine, ['USER acme', 'PASS correct horse', 'PASV']);
  socket.destroy();
  await eventually(() => expect(told(engine.steps)).toHaveLength(3));
  expect(told(engine.steps)[2]).toMatch(
    /^closed: No data connection came to port 22\d{3}\. The firewall has to let the ports 22000-22999 through/,
  );
});

test('who leaves during the TLS handshake, or before signing in, is told apart', async () => {
  const engine = await start();
  (await talk(engine, ['AUTH TLS'])).destroy();
  await eventually(() => expect(told(engine.steps).at(-1)).toMatch(/^closed: The TLS handshake was not completed/));
  (await talk(engine, ['FEAT'])).destroy();
  await eventually(() => expect(told(engine.steps).at(-1)).toBe('closed: The client left before it signed in.'));
});

test('a pause is the reason for those it turns away', async () => {
  const engine = await start();
  await engine.call('server.pause', { paused: true });
  await curl('ftp', { username: 'acme', password: 'correct horse', port: engine.ftp ?? 0 }).list('/');
  await eventually(() => expect(told(engine.steps)).toEqual(['connected', 'closed: The server is paused. Try again later.']));
});

test.each([
  ['127.0.0.1', false],
  ['192.168.7.20', false],
  ['192.168.8.20', true],
  ['203.0.113.9', true],
  ['2001:db8:7::9', false],
  ['2001:db8:8::9', true],
  ['fe80::1%eth0', false],
  ['::ffff:192.168.7.20', false],
])('%s: from outside is %s', (address, fromOutside) => {
  const heard: PushMessage[] = [];
  const face = { netmask: '', mac: '', internal: false };
  const watch = createConnectionWatch({
    clock: testClock(),
    publish: (message) => heard.push(message),
    listened: () => true,
    interfaces: () => ({
      lo: [{ ...face, address: '127.0.0.1', family: 'IPv4', cidr: '127.0.0.1/8' }],
      eth0: [
        { ...face, address: '192.168.7.2', family: 'IPv4', cidr: '192.168.7.2/24' },
        { ...face, address: '2001:db8:7::2', family: 'IPv6', cidr: '2001:db8:7::2/64', scopeid: 0 },
      ],
    }),
  });
  watch({ id: 'a', protocol: 'SFTP', address, stage: 'connected', reason: null });
  expect(heard).toMatchObject([{ connection: { address, fromOutside } }]);
});

test('a flood is cut off, and nothing is told while nobody listens', () => {
  const heard: PushMessage[] = [];
  const clock = testClock();
  let listened = false;
  const watch = createConnectionWatch({ clock, publish: (message) => heard.push(message), listened: () => listened });
  const flood = (): void => {
    for (let id = 0; id < 1000; id++) watch({ id: String(id), protocol: 'FTP', address: '127.0.0.1', stage: 'connected', reason: null });
  };
  flood();
  expect(heard).toEqual([]);
  listened = true;
  flood();
  expect(heard).toHaveLength(50);
  clock.advance(1000);
  flood();
  expect(heard).toHaveLength(100);
});
