import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startApi, TESTER } from '../../helpers/api.ts';
import { temporaryFolder } from '../../helpers/folders.ts';
import { rawRequest, startHttp } from '../../helpers/http.ts';

const SCRIPT = '/assets/index-B4cDeF_2.js';

/** A server with a small console, a secret beside it, and what a browser does with both. */
async function start() {
  const api = startApi();
  const around = temporaryFolder();
  const folder = join(around, 'console');
  mkdirSync(join(folder, 'assets'), { recursive: true });
  writeFileSync(join(around, 'secret.txt'), 'secret');
  writeFileSync(join(folder, 'index.html'), '<!doctype html><div id="root"></div>');
  writeFileSync(join(folder, SCRIPT), 'export {};');
  writeFileSync(join(folder, 'mark.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  symlinkSync(join(around, 'secret.txt'), join(folder, 'assets', 'link.txt'));
  const server = await startHttp(api, { consoleFolder: folder });
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    rawRequest(server.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
  const signIn = async () => {
    const answer = await post('/console/sign-in', { token: api.consoleSessions.invite(() => undefined).token });
    return { authorization: `Bearer ${(JSON.parse(answer.text) as { value: { token: string } }).value.token}` };
  };
  return { ...api, ...server, folder, post, signIn, get: (path: string, method = 'GET') => rawRequest(server.url + path, { method }) };
}

describe('the console’s files', () => {
  test('need no token, and carry their type and a policy without inline script', async () => {
    const { get } = await start();
    const page = await get('/');
    expect(page).toMatchObject({ status: 200, text: expect.stringContaining('id="root"') as string });
    expect(page.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
    });
    const policy = String(page.headers['content-security-policy']).split('; ');
    expect(policy).toEqual(
      expect.arrayContaining(["default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"]),
    );
    expect(policy.join()).not.toMatch(/unsafe|\*|https?:/);
    expect((await get('/mark.svg')).headers).toMatchObject({ 'content-type': 'image/svg+xml', 'cache-control': 'no-store' });
    expect((await get(SCRIPT)).headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
    });
    expect(await get(`${SCRIPT}?x=1`)).toMatchObject({ status: 200, text: 'export {};' });
    expect(await get('/', 'HEAD')).toMatchObject({ status: 200, text: '', headers: { 'content-length': '36' } });
  });

  test.each([
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/assets/%2e%2e%5c%2e%2e%5csecret.txt',
    '//secret.txt',
    '/assets/link.txt',
    '/assets',
    '/assets/',
    '/%ff',
    '/index.html/',
    '/engine.json',
    '/nothing.js',
  ])('%s leads to nothing', async (path) => {
    const { get } = await start();
    const answer = await get(path);
    expect(answer.status).toBe(401);
    expect(answer.text).not.toContain('secret"');
  });

  test('are only read', async () => {
    const { get } = await start();
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) expect((await get('/', method)).status, method).toBe(401);
  });

  test('that are not built are asked for in words; a later build is found without a restart', async () => {
    const { get, folder } = await start();
    rmSync(folder, { recursive: true });
    expect(await get('/')).toMatchObject({
      status: 404,
      text: expect.stringContaining('npm run build:console') as string,
      headers: { 'content-type': 'text/plain; charset=utf-8' },
    });
    expect((await get(SCRIPT)).status).toBe(401);
    mkdirSync(join(folder, 'assets'), { recursive: true });
    writeFileSync(join(folder, 'assets/new-B4cDeF_2.js'), 'new');
    writeFileSync(join(folder, 'index.html'), 'new page');
    expect(await get('/')).toMatchObject({ status: 200, text: 'new page' });
    expect(await get('/assets/new-B4cDeF_2.js')).toMatchObject({ status: 200, text: 'new' });
  });

  test('are refused to foreign names and pages like everything else', async () => {
    const { url, port } = await start();
    for (const headers of [{ host: `evil.example:${port}` }, { origin: `http://127.0.0.1:${port + 1}` }]) {
      expect((await rawRequest(url, { headers })).status).toBe(403);
      expect((await rawRequest(`${url}/console/sign-in`, { method: 'POST', headers, body: '{}' })).status).toBe(403);
    }
  });
});

describe('signing in', () => {
  test('exchanges a link’s token once', async () => {
    const { post, consoleSessions, recorded, url } = await start();
    const { token } = consoleSessions.invite(() => undefined);
    const first = await post('/console/sign-in', { token }, { 'user-agent': 'browser', origin: url });
    expect(first.status).toBe(200);
    expect(first.headers['set-cookie']).toBeUndefined();
    const { value } = JSON.parse(first.text) as { value: { token: string; expiresAt: string } };
    const call = await post('/rpc/console.session', {}, { authorization: `Bearer ${value.token}` });
    expect(JSON.parse(call.text)).toMatchObject({ value: { kind: 'console' } });

    const second = await post('/console/sign-in', { token });
    expect(second.status).toBe(401);
    expect(JSON.parse(second.text)).toMatchObject({
      error: { code: 'unauthenticated', message: expect.stringContaining('used already') as string },
    });
    expect(await recorded('USER_LOGIN', 'SESSION_INVALID')).toMatchObject([
      { type: 'USER_LOGIN', client: 'browser', ipv4_address: '127.0.0.1' },
      { type: 'SESSION_INVALID', info: { reason: 'not found' } },
    ]);
  });

  test('a link’s token is no bearer, and a bearer no link', async () => {
    const { post, consoleSessions, signIn } = await start();
    const { token } = consoleSessions.invite(() => undefined);
    expect((await post('/rpc/console.session', {}, { authorization: `Bearer ${token}` })).status).toBe(401);
    const bearer = (await signIn()).authorization.slice('Bearer '.length);
    expect((await post('/console/sign-in', { token: bearer })).status).toBe(401);
  });

  test('after many wrong ones answers 429', async () => {
    const { post } = await start();
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 12; attempt++) statuses.push((await post('/console/sign-in', { token: 'x' })).status);
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429, 429]);
  });

  test.each<[string, string, number, string]>([
    ['nothing', '', 400, 'invalid_input'],
    ['no JSON', '{token', 400, 'invalid_json'],
    ['a number', '{"token":5}', 400, 'invalid_input'],
    ['more than a token', '{"token":"x","admin":true}', 400, 'invalid_input'],
    ['more than anybody needs', JSON.stringify({ token: 'x'.repeat(9000) }), 413, 'payload_too_large'],
  ])('%s is refused', async (_, body, status, code) => {
    const { url } = await start();
    const answer = await rawRequest(`${url}/console/sign-in`, { method: 'POST', body });
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.text)).toMatchObject({ ok: false, error: { code } });
  });

  test.each([
    ['/console/sign-in', 'PUT'],
    ['/console/sign-out', 'GET'],
  ])('%s takes POST and nothing like %s', async (path, method) => {
    const { url, signIn } = await start();
    expect(await rawRequest(url + path, { method, headers: await signIn() })).toMatchObject({ status: 405, headers: { allow: 'POST' } });
  });
});

describe('a console session', () => {
  test('signs its events as the console’s', async () => {
    const { post, signIn, recorded } = await start();
    await post('/rpc/accounts.save', { username: 'acme' }, await signIn());
    expect(await recorded('OBJECT_INSERT')).toMatchObject([{ origin: 'console', ipv4_address: '127.0.0.1', protocol: 'HTTP' }]);
  });

  test('ends at once by a sign-out, its stream included', async () => {
    const { post, url, signIn } = await start();
    const [headers, others] = [await signIn(), await signIn()];
    const streams = await Promise.all([headers, others].map((own) => fetch(`${url}/events/stream`, { headers: own })));
    const ended = streams[0]?.text();
    expect(await post('/console/sign-out', {}, headers)).toMatchObject({ status: 200 });
    expect(await ended).toContain('retry:');
    expect(await post('/rpc/console.session', {}, headers)).toMatchObject({
      status: 401,
      text: expect.stringContaining('gatehouse open') as string,
    });
    expect((await post('/rpc/console.session', {}, others)).status).toBe(200);
    await streams[1]?.body?.cancel();
  });

  test('is not kept alive by what a program asks by itself', async () => {
    const { post, url, signIn, clock } = await start();
    const headers = await signIn();
    const half = 6 * 3_600_000;
    clock.advance(half);
    for (const path of ['/api/event/poll', '/api/event/stream', '/events/stream']) {
      const answer = await fetch(`${url}${path}`, { headers });
      expect(answer.status).not.toBe(401);
      await answer.body?.cancel();
    }
    expect((await post('/rpc/events.since', { id: 0 }, headers)).status).toBe(200);
    clock.advance(half);
    expect((await post('/rpc/console.session', {}, headers)).status).toBe(401);
  });

  test('is told nothing more by its stream once its administrator may do less', async () => {
    const { url, admins, adminSignIn } = await start();
    const who = { name: 'kim', password: 'correct horse battery' };
    await admins.save(who, TESTER);
    const { token } = await adminSignIn.withPassword(who, { address: '127.0.0.1', client: 'browser' });
    const headers = { authorization: `Bearer ${token}` };
    const stream = await fetch(`${url}/events/stream`, { headers });
    const ended = stream.text();
    await admins.save({ name: 'kim', permissions: ['status'] }, TESTER);
    expect(await ended).toContain('retry:');
    expect((await fetch(`${url}/events/stream`, { headers })).status).toBe(403);
  });

  test('is the only one that can be signed out', async () => {
    const { post, tokens } = await start();
    expect((await post('/console/sign-out', {}, { authorization: `Bearer ${tokens.owner}` })).status).toBe(403);
    expect((await post('/console/sign-out', {})).status).toBe(401);
  });

  test('that has expired is refused, and its stream ends', async () => {
    const { post, url, signIn, clock } = await start();
    const headers = await signIn();
    const stream = await fetch(`${url}/events/stream`, { headers });
    clock.advance(12 * 3_600_000);
    expect((await post('/rpc/console.session', {}, headers)).status).toBe(401);
    expect(await stream.text()).toContain('retry:');
  });
});
