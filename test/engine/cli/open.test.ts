import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openInBrowser } from '../../../engine/cli/browser.ts';
import { eventually } from '../../helpers/eventually.ts';
import { temporaryFolder } from '../../helpers/folders.ts';
import { rawRequest } from '../../helpers/http.ts';
import { run } from '../../helpers/run.ts';
import { GATEHOUSE, serve } from '../../helpers/serve.ts';

const LINK = /http:\/\/127\.0\.0\.1:\d+\/#token=(ghl_[\w-]{43})/;
const NO_SCREEN = { BROWSER: '', DISPLAY: '', WAYLAND_DISPLAY: '' };

/** A browser that notes what it was given and runs until the test has finished. */
function fakeBrowser(name = 'browser') {
  const folder = temporaryFolder();
  const [program, seen, quit] = [join(folder, name), join(folder, 'seen'), join(folder, 'quit')];
  writeFileSync(
    program,
    `#!/bin/sh\nprintf '%s' "$1" > ${seen}.new && mv ${seen}.new ${seen}\nwhile [ -d ${folder} ] && [ ! -e ${quit} ]; do sleep 0.1; done\n`,
    {
      mode: 0o700,
    },
  );
  onTestFinished(() => writeFileSync(quit, ''));
  return { folder, program, opened: () => eventually(() => readFileSync(seen, 'utf8')) };
}

/** Everything that any user of the machine can read of its processes, and what their own users can. */
function processTexts(): string {
  const read = (file: string): string => {
    try {
      return readFileSync(file, 'latin1');
    } catch {
      // Ended meanwhile.
      return '';
    }
  };
  const ids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return ids.map((id) => read(`/proc/${id}/cmdline`) + read(`/proc/${id}/environ`)).join('\n');
}

function tokenIn(text: string): string {
  const token = LINK.exec(text)?.[1];
  if (token === undefined) throw new Error(`There is no link in: ${text}`);
  return token;
}

const signIn = (http: string, token: string) => rawRequest(`${http}/console/sign-in`, { method: 'POST', body: JSON.stringify({ token }) });

const pages = (data: string): string[] => readdirSync(data).filter((name) => name.startsWith('open-console-'));

async function ended(child: ChildProcess): Promise<number | null> {
  return await new Promise((resolve) => child.once('exit', (code) => resolve(code)));
}

describe('gatehouse open', () => {
  test('opens a page that only its owner can read; the token stands in no process list, works once, and takes the page along', async () => {
    const data = join(temporaryFolder(), 'data');
    const engine = await serve(data);
    const { http, token: owner } = engine;
    const browser = fakeBrowser();
    const command = run(GATEHOUSE, ['open', '--data', data], { env: { BROWSER: browser.program } });
    const page = await browser.opened();
    const token = tokenIn(readFileSync(page, 'utf8'));
    expect(statSync(page).mode & 0o777).toBe(0o600);
    expect(page.startsWith(data)).toBe(true);

    const list = processTexts();
    expect(list).toContain(page);
    expect(list).not.toContain(token);
    expect(list).not.toContain(owner);
    expect(await command).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringMatching(/^The console opens in your browser/) as string,
    });

    expect((await signIn(http, token)).status).toBe(200);
    expect(existsSync(page)).toBe(false);
    expect((await signIn(http, token)).status).toBe(401);
    expect(await engine.terminate()).toBe(0);
  });

  test('prints the link instead where it is told to, where there is no screen, and where the browser fails', async () => {
    const data = join(temporaryFolder(), 'data');
    const engine = await serve(data);
    const { http } = engine;
    const open = (args: string[], env: Record<string, string>) => run(GATEHOUSE, ['open', '--data', data, ...args], { env });
    const printed = await open(['--print'], { BROWSER: '/bin/false' });
    expect(printed).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/^http\S+\n$/) as string });
    expect((await signIn(http, tokenIn(printed.stdout))).status).toBe(200);
    for (const env of [NO_SCREEN, { ...NO_SCREEN, BROWSER: '/bin/false' }, { ...NO_SCREEN, BROWSER: '/nonexistent' }]) {
      expect(tokenIn((await open([], env)).stdout)).toMatch(/^ghl_/);
    }
    // An orderly stop leaves no page behind.
    expect(pages(data)).toHaveLength(3);
    expect(await engine.terminate()).toBe(0);
    expect(pages(data)).toEqual([]);
  });

  test('pages that a kill left are removed at the next start', async () => {
    const data = join(temporaryFolder(), 'data');
    const killed = await serve(data);
    await run(GATEHOUSE, ['open', '--data', data], { env: NO_SCREEN });
    await killed.kill();
    expect(pages(data)).toHaveLength(1);
    const next = await serve(data);
    expect(pages(data)).toEqual([]);
    expect(await next.terminate()).toBe(0);
  });

  test('says where nothing runs', async () => {
    expect(await run(GATEHOUSE, ['open', '--data', temporaryFolder()])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^gatehouse: Gatehouse does not run on .*gatehouse serve/) as string,
    });
  });
});

describe('gatehouse serve', () => {
  function start(args: string[], env: Record<string, string>) {
    const child = spawn(GATEHOUSE, ['serve', '--data', join(temporaryFolder(), 'data'), '--http', '127.0.0.1:0', ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ...env },
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
  }

  test.each(['SIGINT', 'SIGTERM'] as const)('--open opens the console when ready; %s ends it with 0', async (signal) => {
    const browser = fakeBrowser();
    const { child } = start(['--open'], { BROWSER: browser.program });
    const token = tokenIn(readFileSync(await browser.opened(), 'utf8'));
    expect(processTexts()).not.toContain(token);
    child.kill(signal);
    expect(await ended(child)).toBe(0);
  });

  test('--open without a screen prints the link', async () => {
    const { child, lines } = start(['--open'], NO_SCREEN);
    const words: string[] = [];
    for await (const line of lines) {
      words.push(line);
      if (LINK.test(line)) break;
    }
    expect(words.join('\n')).toContain('which signs in once');
    child.kill();
    expect(await ended(child)).toBe(0);
  });

  test('--json gives a link that works', async () => {
    const { child, lines } = start(['--json'], {});
    const ready = JSON.parse((await lines.next()).value as string) as { http: string; open: string };
    expect((await signIn(ready.http, tokenIn(ready.open))).status).toBe(200);
    child.kill();
    expect(await ended(child)).toBe(0);
  });

  test('--open and --json together are refused', async () => {
    expect(await run(GATEHOUSE, ['serve', '--open', '--json'])).toMatchObject({ code: 2, stdout: '' });
  });
});

describe('the program that opens pages', () => {
  // Side by side, since each is watched for a while.
  test('is that of the system', async () => {
    const systems: readonly (readonly [NodeJS.Platform, string, Record<string, string>])[] = [
      ['linux', 'xdg-open', { DISPLAY: ':9' }],
      ['linux', 'xdg-open', { WAYLAND_DISPLAY: 'wayland-0' }],
      ['darwin', 'open', {}],
    ];
    const opened = systems.map(async ([platform, name, screen]) => {
      const browser = fakeBrowser(name);
      const path = `${browser.folder}:${process.env['PATH'] ?? ''}`;
      expect(await openInBrowser('/page.html', { PATH: path, ...screen }, platform)).toBe(true);
      return await browser.opened();
    });
    expect(await Promise.all(opened)).toEqual(systems.map(() => '/page.html'));
  });

  test('is the first of $BROWSER, with its own arguments', async () => {
    const browser = fakeBrowser();
    expect(await openInBrowser('/page.html', { BROWSER: `${browser.program} %s --new-window:/bin/false` }, 'linux')).toBe(true);
    expect(await browser.opened()).toBe('/page.html');
  });
});
