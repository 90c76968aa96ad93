import { createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { expect, onTestFinished, test } from 'vitest';
import { createConnector } from '../../../engine/outbound/connector.ts';

/** A server that says one word to whoever connects. */
async function startServer(host = '127.0.0.1'): Promise<number> {
  const open = new Set<Socket>();
  const server = createTcpServer((socket) => {
    open.add(socket);
    socket.on('error', () => undefined);
    socket.write('hello');
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  onTestFinished(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

type Options = { allowLoopback?: boolean; allowPrivate?: boolean; ownPorts?: number[]; names?: Record<string, string[]> };

async function connect(
  host: string,
  port: number,
  { allowLoopback = false, allowPrivate = true, ownPorts = [], names }: Options = {},
): Promise<string> {
  const connector = createConnector({
    settings: () => ({ allowLoopback, allowPrivate }),
    isOwnPort: (wanted) => ownPorts.includes(wanted),
    ...(names === undefined
      ? {}
      : {
          resolve: (name) =>
            names[name] === undefined
              ? Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' }))
              : Promise.resolve(names[name]),
        }),
  });
  try {
    const socket = await connector.connect({ host, port, signal: AbortSignal.timeout(5000) });
    const word = await new Promise<string>((resolve) => socket.once('data', (data) => resolve(data.toString())));
    socket.destroy();
    return word;
  } catch (error) {
    return (error as { code: string }).code;
  }
}

test('loopback is refused until the settings allow it', async () => {
  const port = await startServer();
  for (const host of ['127.0.0.1', 'localhost', '::ffff:127.0.0.1', '[::1]', '0.0.0.0', '127.1.2.3'])
    expect([host, await connect(host, port)]).toEqual([host, 'outbound_refused']);
  expect(await connect('127.0.0.1', port, { allowLoopback: true })).toBe('hello');
  expect(await connect('localhost', port, { allowLoopback: true })).toBe('hello');
});

test('own listeners are refused by every address of this machine', async () => {
  const port = await startServer('0.0.0.0');
  const lan = Object.values(networkInterfaces())
    .flatMap((entries) => entries ?? [])
    .filter((entry) => entry.family === 'IPv4' && !entry.internal)
    .map((entry) => entry.address);
  for (const host of ['127.0.0.1', '127.0.0.2', ...lan]) {
    expect([host, await connect(host, port, { allowLoopback: true, ownPorts: [port] })]).toEqual([host, 'outbound_refused']);
  }
});

test('some kinds of address are refused whatever the settings say', async () => {
  const everything = { allowLoopback: true, allowPrivate: true };
  for (const host of [
    '169.254.169.254',
    '169.254.7.7',
    '224.0.0.1',
    '255.255.255.255',
    '0.0.0.0',
    '::',
    'fe80::1',
    '::ffff:a9fe:a9fe',
    'fd00:ec2::254',
  ]) {
    expect([host, await connect(host, 80, everything)]).toEqual([host, 'outbound_refused']);
  }
});

test.each([
  ['one number', '2130706433', '2852039166'],
  ['one number in hexadecimal', '0x7f000001', '0xa9fea9fe'],
  ['octal parts', '0177.0.0.1', '0251.0376.0251.0376'],
  ['hexadecimal parts', '0x7f.0.0.1', '0xa9.0xfe.0xa9.0xfe'],
  ['fewer parts', '127.1', '169.254.43518'],
])('an address written as %s is judged as what it means', async (_how, loopback, metadata) => {
  const port = await startServer();
  expect(await connect(loopback, port)).toBe('outbound_refused');
  expect(await connect(loopback, port, { allowLoopback: true, ownPorts: [port] })).toBe('outbound_refused');
  expect(await connect(metadata, port, { allowLoopback: true })).toBe('outbound_refused');
});

test('private networks are refused where the settings say so', async () => {
  expect(await connect('10.1.2.3', 80, { allowPrivate: false })).toBe('outbound_refused');
  expect(await connect('server', 80, { allowPrivate: false, names: { server: ['192.168.1.9', 'fd00::1'] } })).toBe('outbound_refused');
});

test('a name is resolved once and the connection goes to what was judged', async () => {
  const port = await startServer();
  let asked = 0;
  const connector = createConnector({
    settings: () => ({ allowLoopback: true, allowPrivate: true }),
    isOwnPort: () => false,
    // Another answer each time: a second question would lead to the metadata address.
    resolve: () => Promise.resolve(asked++ === 0 ? ['127.0.0.1'] : ['169.254.169.254']),
  });
  const socket = await connector.connect({ host: 'rebinding.example', port, signal: AbortSignal.timeout(5000) });
  expect(socket.remoteAddress).toBe('127.0.0.1');
  expect(asked).toBe(1);
  socket.destroy();
});

test('of several addresses only those are used that are allowed', async () => {
  const port = await startServer();
  const names = { mixed: ['169.254.169.254', '127.0.0.1'], bad: ['169.254.169.254', '::1'] };
  expect(await connect('mixed', port, { allowLoopback: true, names })).toBe('hello');
  expect(await connect('bad', port, { names })).toBe('outbound_refused');
});

test('unknown names, closed ports and an abort', async () => {
  expect(await connect('nowhere', 80, { names: {} })).toBe('outbound_failed');
  const port = await startServer();
  expect(await connect('127.0.0.1', port === 65_535 ? 1 : 9, { allowLoopback: true })).toBe('outbound_failed');
  const connector = createConnector({ settings: () => ({ allowLoopback: true, allowPrivate: true }), isOwnPort: () => false });
  await expect(connector.connect({ host: '127.0.0.1', port, signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
});
