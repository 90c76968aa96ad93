import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { LARGEST_BODY_BYTES } from '../../../engine/http/body.ts';
import { createHttpServer } from '../../../engine/http/server.ts';
import { createLogger, silentSink } from '../../../engine/lib/log.ts';
import { startApi, TESTER } from '../../helpers/api.ts';
import { rawRequest, startHttp } from '../../helpers/http.ts';

async function start() {
  const api = startApi();
  const server = await startHttp(api);
  const bearer = { authorization: `Bearer ${api.tokens.owner}` };
  const post = (method: string, body: string | Buffer, headers: Record<string, string> = {}) =>
    rawRequest(`${server.url}/rpc/${method}`, { method: 'POST', headers: { ...bearer, ...headers }, body });
  return { ...api, ...server, bearer, post };
}

describe('a call', () => {
  test('takes and gives JSON in the envelope', async () => {
    const { url, bearer } = await start();
    const response = await fetch(`${url}/rpc/accounts.save`, { method: 'POST', headers: bearer, body: '{"username":"acme"}' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(await response.json()).toMatchObject({ ok: true, value: { username: 'acme' } });
  });

  test('needs no body where the method needs no input', async () => {
    const { post } = await start();
    expect(await post('accounts.list', '')).toMatchObject({ status: 200, text: '{"ok":true,"value":[]}' });
  });

  test('leaves who called in the log', async () => {
    const { post, recorded } = await start();
    await post('accounts.save', '{"username":"acme"}', { 'user-agent': 'my-script/1' });
    expect(await recorded('OBJECT_INSERT')).toMatchObject([
      { ipv4_address: '127.0.0.1', protocol: 'HTTP', client: 'my-script/1', origin: 'api' },
    ]);
    expect((await recorded())[0]?._session).not.toBeNull();
  });

  test('answers health', async () => {
    const { url, bearer } = await start();
    expect(await rawRequest(`${url}/health`, { headers: bearer })).toMatchObject({
      status: 200,
      text: '{"ok":true,"value":{"status":"ok"}}',
    });
  });
});

describe('bad requests get their status and code', () => {
  test.each([
    ['broken JSON', 'accounts.list', '{"a":', 400, 'invalid_json'],
    ['bytes that are no text', 'accounts.list', Buffer.from([0x22, 0xff, 0x22]), 400, 'invalid_json'],
    ['wrong input', 'accounts.save', '{"username":5}', 400, 'invalid_input'],
    ['an unknown method', 'nosuch.method', '{}', 404, 'unknown_method'],
    ['a method of the prototype', 'constructor', '{}', 404, 'unknown_method'],
    ['a broken escape', '%ff', '{}', 404, 'unknown_method'],
    ['a body that is too large', 'accounts.list', Buffer.alloc(LARGEST_BODY_BYTES + 1, 0x20), 413, 'payload_too_large'],
  ])('%s', async (_, method, body, status, code) => {
    const { post } = await start();
    const answer = await post(method, body);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.text)).toMatchObject({ ok: false, error: { code } });
    expect(answer.text).not.toMatch(/\n\s+at /);
  });

  test('a body of unknown length that grows too large', async () => {
    const { post } = await start();
    const answer = await post('accounts.list', Buffer.alloc(LARGEST_BODY_BYTES + 1, 0x20), { 'transfer-encoding': 'chunked' });
    expect(answer.status).toBe(413);
  });

  test.each([413, 401])('a client that writes everything before it reads still gets its %i', async (status) => {
    const { port, bearer } = await start();
    const socket = connect(port, '127.0.0.1');
    const answer = text(socket.pause());
    const token = status === 413 ? `Authorization: ${bearer.authorization}\r\n` : '';
    const length = 4 * LARGEST_BODY_BYTES;
    socket.write(`POST /rpc/accounts.list HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${token}Content-Length: ${length}\r\n\r\n`);
    await new Promise((resolve) => socket.write(Buffer.alloc(length, 0x20), resolve));
    expect(await answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  });

  test('the largest body that is allowed', async () => {
    const { post } = await start();
    expect((await post('accounts.list', Buffer.concat([Buffer.from('{}'), Buffer.alloc(LARGEST_BODY_BYTES - 2, 0x20)]))).status).toBe(200);
  });

  test.each([
    ['GET', '/rpc/accounts.list', 405],
    ['PUT', '/rpc/accounts.list', 405],
    ['POST', '/health', 405],
    ['DELETE', '/events/stream', 405],
    ['GET', '/', 404],
    ['GET', '/rpc', 404],
    ['GET', '/../engine.json', 404],
  ])('%s %s: %i', async (method, path, status) => {
    const { url, bearer } = await start();
    expect((await rawRequest(url + path, { method, headers: bearer })).status).toBe(status);
  });

  test('what is not HTTP is answered and dropped', async () => {
    const { port } = await start();
    const socket = connect(port, '127.0.0.1');
    socket.end('SSH-2.0-lost\r\n\r\n');
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 400 /);
  });
});

describe('nobody without a token', () => {
  test.each(['/rpc/accounts.list', '/health', '/events/stream', '/nothing/here'])('%s', async (path) => {
    const { url } = await start();
    const answer = await rawRequest(url + path, { method: path.startsWith('/rpc') ? 'POST' : 'GET' });
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toBe('Bearer');
    expect(JSON.parse(answer.text)).toMatchObject({ error: { code: 'unauthenticated' } });
  });

  test('a wrong one is recorded by its hash; cookies, basic and query tokens are none', async () => {
    const { url, tokens, recorded } = await start();
    const wrong = await rawRequest(`${url}/health`, { headers: { authorization: 'Bearer gha_guess' } });
    expect(wrong.status).toBe(401);
    for (const headers of [{ cookie: `token=${tokens.owner}` }, { authorization: `Basic ${btoa(`x:${tokens.owner}`)}` }]) {
      expect((await rawRequest(`${url}/health`, { headers })).status).toBe(401);
    }
    expect((await rawRequest(`${url}/health?token=${tokens.owner}`)).status).toBe(401);
    const events = await recorded('SESSION_INVALID');
    expect(events).toMatchObject([{ ipv4_address: '127.0.0.1', info: { reason: 'not found' } }]);
    expect(JSON.stringify(events)).not.toContain('guess');
  });

  test('a token without the permission is told which one', async () => {
    const { url, tokens } = await start();
    const { token } = await tokens.create({ name: 't', permissions: ['status'], expiresAt: null }, TESTER);
    const headers = { authorization: `Bearer ${token}` };
    const answer = await rawRequest(`${url}/rpc/accounts.list`, { method: 'POST', headers });
    expect(answer).toMatchObject({ status: 403, text: expect.stringContaining('accounts.read') as string });
    expect((await rawRequest(`${url}/events/stream`, { headers })).status).toBe(403);
  });
});

describe('foreign pages are kept out', () => {
  const foreign = (port: number): [string, Record<string, string>][] => [
    ['a rebound name', { host: `evil.example:${port}` }],
    ['another port', { host: `127.0.0.1:${port + 1}` }],
    ['no port', { host: '127.0.0.1' }],
    ['the name with more', { host: `localhost:${port}.evil.example` }],
    ['an address that means this machine', { host: `0.0.0.0:${port}` }],
    ['another page', { origin: 'https://evil.example' }],
    ['another port’s page', { origin: `http://127.0.0.1:${port + 1}` }],
    ['the secure twin', { origin: `https://127.0.0.1:${port}` }],
    ['a sandboxed page', { origin: 'null' }],
  ];

  test('by Host and Origin, with and without a token', async () => {
    const { url, port, bearer } = await start();
    for (const [name, headers] of foreign(port)) {
      for (const token of [bearer, {}]) {
        const answer = await rawRequest(`${url}/health`, { headers: { ...token, ...headers } });
        expect(answer.status, name).toBe(403);
        expect(JSON.parse(answer.text), name).toMatchObject({ error: { code: 'foreign_origin' } });
        expect(answer.headers['access-control-allow-origin']).toBeUndefined();
      }
    }
  });

  test('its own names and page pass', async () => {
    const { url, port, bearer } = await start();
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `LOCALHOST:${port}`, `[::1]:${port}`]) {
      expect((await rawRequest(`${url}/health`, { headers: { ...bearer, host, origin: `http://${host}` } })).status, host).toBe(200);
    }
  });

  test('every answer forbids framing, sniffing and caching', async () => {
    const { url, bearer } = await start();
    for (const headers of [bearer, {}, { ...bearer, host: 'evil.example' }]) {
      expect((await rawRequest(`${url}/health`, { headers })).headers).toMatchObject({
        'content-security-policy': expect.stringContaining("frame-ancestors 'none'") as string,
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
      });
    }
  });
});

describe('binding', () => {
  const services = () => {
    const { dispatch, scopes, tokens, push } = startApi();
    return { dispatch, scopes, tokens, subscribe: push.subscribe, log: createLogger(silentSink, '') };
  };

  test.each(['0.0.0.0', '::', '192.0.2.1', 'gatehouse.example'])('to %s is refused', async (host) => {
    await expect(createHttpServer({ host, port: 0 }, services())).rejects.toMatchObject({ code: 'invalid_input', field: 'http' });
  });

  test('to a port in use names the process', async () => {
    const { port } = await start();
    await expect(createHttpServer({ host: '127.0.0.1', port }, services())).rejects.toMatchObject({
      code: 'port_in_use',
      message: expect.stringContaining(String(process.pid)) as string,
    });
  });

  test('to localhost gives an address', async () => {
    const server = await createHttpServer({ host: 'localhost', port: 0 }, services());
    expect(server.url).toMatch(/^http:\/\/(127\.0\.0\.1|\[::1\]):\d+$/);
    await server.stop(0);
  });
});

test('a stop lets a call finish and ends idle connections and streams', async () => {
  const api = startApi();
  let finish: () => void = () => undefined;
  const entered = Promise.withResolvers<undefined>();
  const slow = () => {
    entered.resolve(undefined);
    return new Promise<{ ok: true; value: string }>((resolve) => (finish = () => resolve({ ok: true, value: 'done' })));
  };
  const server = await createHttpServer(
    { host: '127.0.0.1', port: 0 },
    { dispatch: slow, scopes: api.scopes, tokens: api.tokens, subscribe: api.push.subscribe, log: createLogger(silentSink, '') },
  );
  const headers = { authorization: `Bearer ${api.tokens.owner}` };
  const stream = await fetch(`${server.url}/events/stream`, { headers });
  const call = rawRequest(`${server.url}/rpc/any`, { method: 'POST', headers });
  await entered.promise;
  const stopped = server.stop(60_000);
  finish();
  expect((await call).text).toContain('done');
  await stopped;
  expect(await stream.text()).toContain('retry:');
  await expect(fetch(server.url)).rejects.toThrow();
});
