import { request } from 'node:https';
import { connect, type PeerCertificate, type TLSSocket } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { isLoopback } from '../../../engine/lib/address.ts';
import { lanAddresses } from '../../../engine/lib/own-addresses.ts';
import { makeCertificate } from '../../helpers/certificates.ts';
import { startTestEngine, type TestEngine } from '../../helpers/engine.ts';

const PASSWORD = 'correct horse battery';

type Answer = { readonly status: number; readonly body: { readonly ok: boolean; readonly value?: unknown; readonly error?: unknown } };

/** One request to the console over HTTPS, whoever signed its certificate. */
function ask(url: string, options: { body?: unknown; headers?: Record<string, string> } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const method = options.body === undefined ? 'GET' : 'POST';
    const sent = request(url, { method, headers: options.headers ?? {}, agent: false, rejectUnauthorized: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => (text += part));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) as Answer['body'] }));
    });
    sent.on('error', reject);
    sent.end(options.body === undefined ? undefined : JSON.stringify(options.body));
  });
}

/** The certificate and the TLS version that the console shows. */
function shown(port: number): Promise<{ certificate: PeerCertificate; version: string | null }> {
  return new Promise((resolve, reject) => {
    const socket: TLSSocket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
      resolve({ certificate: socket.getPeerCertificate(), version: socket.getProtocol() });
      socket.destroy();
    });
    socket.on('error', reject);
  });
}

async function open(engine: TestEngine): Promise<{ port: number; url: string }> {
  await engine.call('admins.save', { name: 'kim', password: PASSWORD });
  await engine.call('settings.save', { console: { enabled: true, host: '0.0.0.0', port: 0 } });
  const { state, port } = (await engine.call('server.status')).listeners.console;
  expect(state).toBe('listening');
  return { port, url: `https://127.0.0.1:${port}` };
}

test('other machines reach the console over TLS only, once there is an administrator, and as long as the settings say', async () => {
  const engine = await startTestEngine();
  const refused = engine.call('settings.save', { console: { enabled: true, host: '0.0.0.0', port: 0 } });
  await expect(refused).rejects.toThrow(/invalid_input: .*administrator who may do everything and has a password/);
  const { port, url } = await open(engine);
  expect(await ask(`${url}/console/sign-in`)).toEqual({ status: 200, body: { ok: true, value: { password: true, provider: null } } });
  expect((await ask(`${url}/rpc/server.status`, { body: {} })).status).toBe(401);

  const { certificate, version } = await shown(port);
  expect(version).toBe('TLSv1.3');
  expect(certificate.fingerprint256).toBe((await engine.call('certificate.get')).sha256);
  await expect(fetch(`http://127.0.0.1:${port}/console/sign-in`)).rejects.toThrow();

  const credentials = { name: 'kim', password: PASSWORD };
  const signedIn = await ask(`${url}/console/sign-in`, { body: credentials });
  const authorization = `Bearer ${(signedIn.body.value as { token: string }).token}`;
  const session = await ask(`${url}/rpc/console.session`, { body: {}, headers: { authorization } });
  expect(session.body).toMatchObject({ value: { kind: 'console', name: 'kim' } });
  expect(await ask(`${url}/console/sign-in`, { body: { name: 'kim', password: 'wrong password' } })).toMatchObject({ status: 401 });
  for (const body of [{}, { name: 'kim' }, { ...credentials, more: 1 }, { token: 'ghl_x' }, [], 'x'])
    expect((await ask(`${url}/console/sign-in`, { body })).body.ok, JSON.stringify(body)).toBe(false);

  const { pem } = await makeCertificate({ names: ['gatehouse.example'] });
  await engine.call('certificate.import', pem);
  expect((await shown(port)).certificate.fingerprint256).not.toBe(certificate.fingerprint256);

  expect((await ask(`${url}/console/sign-out`, { body: {}, headers: { authorization } })).status).toBe(200);
  expect((await ask(`${url}/rpc/console.session`, { body: {}, headers: { authorization } })).status).toBe(401);
  await engine.call('settings.save', { console: { enabled: false } });
  await expect(ask(`${url}/console/sign-in`)).rejects.toThrow();
  expect((await engine.call('server.status')).listeners.console.state).toBe('off');
});

describe('a request from elsewhere', () => {
  test('is answered by the names of this machine alone, and not where the address is on the deny list', async () => {
    const engine = await startTestEngine();
    const { port, url } = await open(engine);
    const status = async (headers: Record<string, string>) => (await ask(`${url}/console/sign-in`, { headers })).status;
    expect(await status({ host: `files.example.com:${port}` })).toBe(403);
    await engine.call('settings.save', { server: { publicName: 'files.example.com' } });
    expect(await status({ host: `files.example.com:${port}` })).toBe(200);
    expect(await status({ host: `FILES.example.com:${port}`, origin: `https://files.example.com:${port}` })).toBe(200);
    for (const origin of ['https://evil.example', `http://files.example.com:${port}`, `https://127.0.0.1:${port}`])
      expect(await status({ host: `files.example.com:${port}`, origin }), origin).toBe(403);
    const [lan] = lanAddresses();
    if (lan !== undefined)
      expect((await ask(`https://${lan.family === 'IPv6' ? `[${lan.address}]` : lan.address}:${port}/console/sign-in`)).status).toBe(200);
    await engine.call('ipLists.save', { network: '127.0.0.1', mode: 'deny' });
    expect(await status({})).toBe(403);
    // The owner at the machine is not locked out.
    expect((await engine.call('server.status')).listeners.console.state).toBe('listening');
  });
});

test('a start that asks for another address is refused while nobody could sign in, and serves both sides afterwards', async () => {
  const first = await startTestEngine();
  const { dataFolder } = first;
  await first.engine.stop(0);
  const overrides = { http: { host: '0.0.0.0', port: 0 } };
  await expect(startTestEngine({ dataFolder, overrides })).rejects.toMatchObject({ code: 'conflict' });
  const second = await startTestEngine({ dataFolder });
  await second.call('admins.save', { name: 'kim', password: PASSWORD });
  await second.engine.stop(0);
  const third = await startTestEngine({ dataFolder, overrides });
  expect(isLoopback(new URL(third.http).hostname)).toBe(true);
  const { port } = (await third.call('server.status')).listeners.console;
  expect(third.console).toMatch(new RegExp(`^https://.+:${port}$`));
  expect((await ask(`https://127.0.0.1:${port}/console/sign-in`)).status).toBe(200);
  await expect(third.call('admins.delete', { name: 'kim' })).rejects.toThrow(/in_use/);
});
