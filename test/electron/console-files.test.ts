import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { consoleFile, isConsoleUrl } from '../../electron/console-files.ts';
import { temporaryFolder } from '../helpers/folders.ts';

function consoleFolder(): string {
  const above = temporaryFolder();
  const folder = join(above, 'console');
  mkdirSync(join(folder, 'assets'), { recursive: true });
  writeFileSync(join(above, 'secret.html'), 'secret');
  mkdirSync(join(above, 'console-old'));
  writeFileSync(join(above, 'console-old', 'index.html'), 'secret');
  writeFileSync(join(folder, 'index.html'), '<title>Gatehouse</title>');
  writeFileSync(join(folder, 'assets', 'app.js'), 'export {};');
  writeFileSync(join(folder, 'notes.txt'), 'no such type is served');
  return folder;
}

const get = (folder: string, url: string, method = 'GET'): Promise<Response> => consoleFile(folder, { url, method });

it('serves the page and its files with their types and a strict policy', async () => {
  const folder = consoleFolder();
  const page = await get(folder, 'gatehouse://console/');
  expect(await page.text()).toBe('<title>Gatehouse</title>');
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
  const policy = page.headers.get('content-security-policy');
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toContain('unsafe');
  const script = await get(folder, 'gatehouse://console/assets/app.js?v=1#x');
  expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  expect(script.headers.get('x-content-type-options')).toBe('nosniff');
});

it.each([
  'gatehouse://console/../secret.html',
  'gatehouse://console/%2e%2e/secret.html',
  'gatehouse://console/..%2fsecret.html',
  'gatehouse://console/%2e%2e%2fconsole-old/index.html',
  'gatehouse://console/..%5csecret.html',
  'gatehouse://console/assets/..%2f..%2fsecret.html',
  'gatehouse://console//etc/passwd',
  'gatehouse://console/C:%2fWindows%2fwin.ini',
  'gatehouse://console/index.html%00.js',
  'gatehouse://console/%ff',
  'gatehouse://console/assets',
  'gatehouse://console/notes.txt',
  'gatehouse://console/missing.js',
])('has no file for %s', async (url) => {
  const answer = await get(consoleFolder(), url);
  expect(answer.status).toBe(404);
  expect(await answer.text()).toBe('The console has no such file.');
});

it('serves only GET, and only its own host', async () => {
  const folder = consoleFolder();
  expect((await get(folder, 'gatehouse://console/', 'POST')).status).toBe(405);
  expect((await get(folder, 'gatehouse://elsewhere/')).status).toBe(405);
});

it('says what to do when the console is not built', async () => {
  const answer = await get(temporaryFolder(), 'gatehouse://console/');
  expect(answer.status).toBe(404);
  expect(await answer.text()).toContain('npm run build:console');
});

it('follows the links of a checkout', async () => {
  const link = join(temporaryFolder(), 'console');
  symlinkSync(consoleFolder(), link);
  expect((await get(link, 'gatehouse://console/')).status).toBe(200);
});

it('tells its own addresses from look-alikes', () => {
  expect(isConsoleUrl('gatehouse://console/#/rules')).toBe(true);
  for (const url of [
    'gatehouse://console.evil/',
    'gatehouse://evil@console/',
    'https://console/',
    'gatehouse:console',
    'file:///console',
    'about:blank',
    '',
  ])
    expect(isConsoleUrl(url), url).toBe(false);
});
