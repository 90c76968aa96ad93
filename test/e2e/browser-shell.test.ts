import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { openPage } from '../helpers/browser.ts';
import { openSshSftp } from '../helpers/clients.ts';
import { startTestEngine, type TestEngine } from '../helpers/engine.ts';
import { eventually } from '../helpers/eventually.ts';
import { temporaryFolder } from '../helpers/folders.ts';
import { rawRequest } from '../helpers/http.ts';

/** The browser shell against a real browser (spec: console, "Nobody outside reaches the console"). */

const REBOUND = 'evil.example';
const HOSTILE_NAME = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>.txt`.replaceAll('/', '\u2215');

/** A page with React that signs in as the console does and shows paths: enough to try the server's policy on. */
const SMALL_CONSOLE = `
  import { createElement, useEffect, useState } from 'react';
  import { createRoot } from 'react-dom/client';
  const post = async (path, body, token) => {
    const headers = { 'content-type': 'application/json', ...(token ? { authorization: 'Bearer ' + token } : {}) };
    return (await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) })).json();
  };
  const link = /^#token=(.+)$/.exec(location.hash)?.[1];
  history.replaceState(null, '', location.pathname);
  function Paths() {
    const [words, setWords] = useState('signing in');
    useEffect(() => void (async () => {
      const signedIn = await post('/console/sign-in', { token: link });
      if (!signedIn.ok) return setWords(signedIn.error.message);
      const found = await post('/rpc/events.search', { type: 'OBJECT_INSERT' }, signedIn.value.token);
      setWords(found.value.events.map((event) => event.path ?? event.type).join(', '));
    })(), []);
    return createElement('p', { title: words, style: { color: 'green' } }, words);
  }
  createRoot(document.getElementById('root')).render(createElement(Paths));
`;

let browser: Browser;
beforeAll(async () => {
  browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-dev-shm-usage', `--host-resolver-rules=MAP ${REBOUND} 127.0.0.1`],
  });
});
afterAll(() => browser.close());

async function startWithConsole(): Promise<TestEngine> {
  const consoleFolder = temporaryFolder();
  mkdirSync(join(consoleFolder, 'assets'));
  writeFileSync(
    join(consoleFolder, 'index.html'),
    '<!doctype html><title>console</title><link rel="icon" href="data:,"><div id="root"></div><script type="module" src="./assets/index-12345678.js"></script>',
  );
  await build({
    stdin: { contents: SMALL_CONSOLE, resolveDir: fileURLToPath(new URL('.', import.meta.url)) },
    outfile: join(consoleFolder, 'assets/index-12345678.js'),
    bundle: true,
    format: 'esm',
    minify: true,
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  return startTestEngine({ consoleFolder });
}

/** Somebody else's web page on another port of the same address. */
async function foreignPage(html: string): Promise<string> {
  const server = createServer((_, response) => response.setHeader('content-type', 'text/html').end(html));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

test('the redirect page leads into the console; a hostile file name stays text, under the policy and without a complaint about it', async () => {
  const engine = await startWithConsole();
  await engine.call('accounts.save', { username: 'acme', password: 'correct horse battery' });
  const local = join(temporaryFolder(), 'file');
  writeFileSync(local, 'content');
  const client = openSshSftp({ port: engine.sftp ?? 0, username: 'acme', password: 'correct horse battery' });
  expect(await client.put(local, `/${HOSTILE_NAME}`)).toMatchObject({ code: 0 });

  const { file } = await engine.call('console.open', { redirectFile: true });
  const page = await openPage(browser);
  await page.goto(pathToFileURL(file ?? '').href);
  await page.waitForURL(`${engine.http}/`);
  await page.getByText('<img src=x', { exact: false }).waitFor();
  expect(await page.getByRole('paragraph').textContent()).toContain(HOSTILE_NAME);
  expect(await page.title()).toBe('console');
  expect(page.problems).toEqual([]);
  await eventually(() => expect(existsSync(file ?? '')).toBe(false));
  // The link's token is in no place where the next page or a look at the history would find it.
  expect(page.url()).not.toContain('token');

  // What a slip in the console could do with such a name is refused by the page's policy.
  const slip = await page.evaluate(
    `(() => { try { document.body.innerHTML = ${JSON.stringify(HOSTILE_NAME)}; return 'it became markup'; } catch (error) { return String(error); } })()`,
  );
  expect(slip).toContain('TrustedHTML');
  await page.context().close();
});

test('a link that was used already says so', async () => {
  const engine = await startWithConsole();
  await engine.call('accounts.save', { username: 'acme' });
  const { url } = await engine.call('console.open', {});
  const open = async (): Promise<string | null> => {
    const page = await openPage(browser);
    await page.goto(url);
    await expect.poll(() => page.getByRole('paragraph').textContent()).not.toBe('signing in');
    const words = await page.getByRole('paragraph').textContent();
    await page.context().close();
    return words;
  };
  expect(await open()).toBe('OBJECT_INSERT');
  expect(await open()).toMatch(/^This link was used already/);
});

describe('a foreign page', () => {
  test('on another port of this machine can neither read nor call nor sign in', async () => {
    const engine = await startWithConsole();
    const { url } = await engine.call('console.open', {});
    const link = new URL(url).hash.slice('#token='.length);
    const page = await openPage(browser);
    await page.goto(await foreignPage('<!doctype html><title>foreign</title>'));
    const results = await page.evaluate(
      ([http, owner, token]) => {
        const outcome = (init: RequestInit, path: string) =>
          fetch(http + path, init).then(
            (response) => `${response.type} ${response.status}`,
            () => 'refused',
          );
        return Promise.all([
          outcome({}, '/'),
          outcome({}, '/health'),
          outcome({ headers: { authorization: `Bearer ${owner}` } }, '/health'),
          outcome({ method: 'POST', headers: { authorization: `Bearer ${owner}` }, body: '{}' }, '/rpc/accounts.list'),
          outcome({ method: 'POST', body: JSON.stringify({ token }) }, '/console/sign-in'),
          outcome({ method: 'POST', mode: 'no-cors', body: JSON.stringify({ token }) }, '/console/sign-in'),
        ]);
      },
      [engine.http, engine.token, link] as const,
    );
    expect(results).toEqual(results.map(() => 'refused'));
    // The last one was sent, its answer only hidden: that it did nothing is seen in the log and by the link, which is unused.
    expect((await engine.call('events.search', { type: 'USER_LOGIN' })).events).toEqual([]);
    const own = await rawRequest(`${engine.http}/console/sign-in`, { method: 'POST', body: JSON.stringify({ token: link }) });
    expect(own.status).toBe(200);
    await page.context().close();
  });

  test('cannot frame the console', async () => {
    const engine = await startWithConsole();
    const page = await openPage(browser);
    await page.goto(await foreignPage(`<!doctype html><iframe src="${engine.http}/"></iframe>`));
    await expect.poll(() => page.problems.join()).toMatch(/frame/i);
    const frame = page.frames().find((one) => one !== page.mainFrame());
    expect(frame?.url()).not.toContain(engine.http);
    expect(await frame?.locator('#root').count()).toBe(0);
    await page.context().close();
  });

  test('under its own name that leads to this machine is refused', async () => {
    const engine = await startWithConsole();
    const page = await openPage(browser);
    const { port } = new URL(engine.http);
    const answer = await page.goto(`http://${REBOUND}:${port}/`);
    expect(answer?.status()).toBe(403);
    expect(await answer?.text()).toContain('foreign_origin');
    expect((await page.goto(`http://127.0.0.1:${port}/`))?.status()).toBe(200);
    await page.context().close();
  });
});
