import type { Frame } from 'playwright-core';
import { expect, it } from 'vitest';
import { startDesktop, type TestDesktop } from '../helpers/electron/desktop.ts';

const refused = { ok: false, error: { code: 'foreign_origin' } };

/** Sends a message of the page's own channel by hand, past the bridge. */
const sent = (from: { evaluate: Frame['evaluate'] }, channel: string, ...args: unknown[]): Promise<unknown> =>
  from.evaluate(`standInInvoke(${JSON.stringify(channel)}, ${JSON.stringify(args)})`);

async function started(): Promise<TestDesktop> {
  const desktop = await startDesktop();
  await desktop.running();
  return desktop;
}

it('serves the page of its window', async () => {
  const desktop = await started();
  expect(await sent(desktop.page(), 'engine:link-state')).toEqual({ ok: true, value: { kind: 'live' } });
});

it('refuses a frame inside the page', async () => {
  const desktop = await started();
  const page = desktop.page();
  await page.evaluate(`document.body.append(document.createElement('iframe'))`);
  const frame = page.frames().find((candidate) => candidate.parentFrame() !== null);
  expect(frame).toBeDefined();
  if (frame !== undefined) expect(await sent(frame, 'engine:call', 'server.status', {})).toMatchObject(refused);
});

it('refuses a window that is not its own', async () => {
  const desktop = await started();
  const foreign = new desktop.electron.BrowserWindow({
    width: 800,
    height: 600,
    webPreferences: { preload: desktop.options.paths.preload },
  });
  await foreign.loadURL('gatehouse://console/');
  const window = desktop.windows.at(-1);
  if (window === undefined) throw new Error('no window');
  expect(await sent(window.page, 'engine:call', 'server.status', {})).toMatchObject(refused);
});

it('refuses a page that is not the console in its own window', async () => {
  const desktop = await started();
  await desktop.page().goto('about:blank');
  expect(await sent(desktop.page(), 'engine:call', 'server.status', {})).toMatchObject(refused);
});

const MALFORMED: readonly [channel: string, args: readonly unknown[]][] = [
  ['engine:call', []],
  ['engine:call', [7, {}]],
  ['engine:call', ['x'.repeat(65), {}]],
  ['engine:call', ['server.status', {}, 'more']],
  ['shell:pick-save-path', [{ suggestedName: 'a', format: 'exe' }]],
  ['shell:pick-save-path', [{ suggestedName: 'a', format: 'csv', more: 1 }]],
  ['shell:set-start-at-sign-in', ['yes']],
  ['shell:reveal-in-folder', ['']],
  ['shell:reveal-in-folder', ['relative/path']],
  ['shell:reveal-in-folder', ['//server/share']],
  ['shell:reveal-in-folder', ['\\\\server\\share']],
  ['shell:reveal-in-folder', ['/tmp/a\0b']],
  ['shell:open-external', ['x'.repeat(3000)]],
];

it('refuses messages that do not fit the schema of their channel', async () => {
  const desktop = await startDesktop();
  await desktop.loaded();
  for (const [channel, args] of MALFORMED) {
    const answer = await sent(desktop.page(), channel, ...args);
    expect(answer, `${channel} ${JSON.stringify(args).slice(0, 80)}`).toMatchObject({ ok: false, error: { code: 'invalid_input' } });
  }
  expect(desktop.seen.revealed).toEqual([]);
});

it('refuses a message that is larger than the API takes', async () => {
  const desktop = await startDesktop();
  await desktop.loaded();
  const answer = await desktop.page().evaluate(`gatehouse.call('rules.save', { name: 'x'.repeat(9_000_000) })`);
  expect(answer).toMatchObject({ ok: false, error: { code: 'payload_too_large' } });
});

it('offers the dialogues and the file manager of the system', async () => {
  const desktop = await startDesktop();
  await desktop.loaded();
  const page = desktop.page();
  expect(await page.evaluate(`gatehouse.pickFolder('/srv')`)).toBe('/srv/exchange');
  expect(await page.evaluate(`gatehouse.pickSavePath({ suggestedName: '../../etc/log.csv', format: 'csv' })`)).toBe('/home/log.csv');
  await page.evaluate(`gatehouse.revealInFolder('/srv/exchange/acme')`);
  expect(desktop.seen.revealed).toEqual(['/srv/exchange/acme']);
  expect(await page.evaluate('gatehouse.notificationState()')).toBe('granted');
  await expect(page.evaluate(`gatehouse.revealInFolder('//server/share')`)).rejects.toThrow('Only folders of this machine');
});
