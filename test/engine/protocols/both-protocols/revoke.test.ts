import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import ssh2 from 'ssh2';
import { expect, it } from 'vitest';
import { eventually } from '../../../helpers/eventually.ts';
import { startTestEngine, type TestEngine } from '../../../helpers/engine.ts';

/** Signs in and resolves with a promise of the connection's end. */
type SignIn = (test: TestEngine) => Promise<{ readonly ended: Promise<unknown> }>;

const overSftp: SignIn = async ({ sftp }) => {
  const client = new ssh2.Client();
  client.on('error', () => undefined);
  client.connect({ host: '127.0.0.1', port: sftp ?? 0, username: 'acme', password: 'correct horse' });
  await once(client, 'ready');
  return { ended: once(client, 'close') };
};

const overFtp: SignIn = async ({ ftp }) => {
  const socket = connect(ftp ?? 0, '127.0.0.1');
  socket.on('error', () => undefined);
  const lines = createInterface({ input: socket });
  socket.write('USER acme\r\nPASS correct horse\r\n');
  for await (const line of lines) if (line.startsWith('230')) break;
  return { ended: once(socket, 'close') };
};

it.each([
  ['SFTP', overSftp],
  ['FTP', overFtp],
])('an account that is switched off loses its open %s sessions at once', async (_protocol, signIn) => {
  const test = await startTestEngine();
  await test.call('accounts.save', { username: 'acme', password: 'correct horse' });
  const { ended } = await signIn(test);
  await eventually(async () => expect((await test.call('server.status')).sessions).toHaveLength(1));
  await test.call('accounts.save', { username: 'acme', enabled: false });
  await ended;
  expect((await test.call('server.status')).sessions).toEqual([]);
  const { events } = await test.call('events.search', { type: 'USER_LOGOUT' });
  expect(events.map((event) => event.info['reason'])).toEqual(['the account was switched off']);
});
