import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { eventually } from '../helpers/eventually.ts';
import { temporaryFolder } from '../helpers/folders.ts';
import { launch, startDesktop } from '../helpers/electron/desktop.ts';
import { createElectronStandIn } from '../helpers/electron/stand-in.ts';

it('opens a window whose page calls the engine and hears its pushes', async () => {
  const desktop = await startDesktop();
  await desktop.running();
  const [window] = desktop.windows;
  expect(window?.isVisible()).toBe(true);
  await eventually(async () => expect((await desktop.heard()).states.at(-1)).toEqual({ kind: 'live' }));
  expect(await desktop.call('server.status')).toMatchObject({ ok: true, value: { exchangeFolder: join(desktop.dataFolder, 'exchange') } });
  expect(await desktop.call('accounts.save', { username: 'acme', password: 'correct horse battery' })).toMatchObject({ ok: true });
  await eventually(async () => expect((await desktop.heard()).pushes.map(({ kind }) => kind)).toContain('events'));
});

it('answers what the engine refuses, and methods that do not exist, with its envelope', async () => {
  const desktop = await startDesktop();
  await desktop.running();
  expect(await desktop.call('accounts.save', { username: '' })).toMatchObject({ ok: false, error: { code: 'invalid_input' } });
  expect(await desktop.call('constructor')).toMatchObject({ ok: false, error: { code: 'unknown_method' } });
});

it('isolates the page', async () => {
  const desktop = await startDesktop();
  await desktop.running();
  expect(desktop.windows[0]?.options.webPreferences).toMatchObject({
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    webSecurity: true,
    webviewTag: false,
  });
});

it('starts once: a second launch shows the window of the first', async () => {
  const desktop = await startDesktop({ argv: ['--hidden'] });
  expect(desktop.windows).toEqual([]);
  const second = createElectronStandIn({ userData: desktop.electron.app.getPath('userData') });
  const { desktop: started } = await launch(second, desktop.dataFolder);
  expect(started).toBeUndefined();
  expect(second.seen.quit).toBe(true);
  await eventually(() => expect(desktop.windows[0]?.isVisible()).toBe(true));
});

it('starts hidden at sign-in only where a tray shows that it runs', async () => {
  const withTray = await startDesktop({ argv: ['--hidden'] });
  expect(withTray.windows).toHaveLength(0);
  const without = await startDesktop({ argv: ['--hidden'], traySupport: () => Promise.resolve(false) });
  expect(without.windows).toHaveLength(1);
  expect(without.seen.trays).toEqual([]);
});

it('tells the page whether there is a tray', async () => {
  const withTray = await startDesktop();
  await withTray.running();
  expect(await withTray.page().evaluate('gatehouse.hasTray')).toBe(true);
  const without = await startDesktop({ traySupport: () => Promise.resolve(false) });
  await without.running();
  expect(await without.page().evaluate('gatehouse.hasTray')).toBe(false);
});

it('writes and removes the autostart file, and keeps the setting in step', async () => {
  const desktop = await startDesktop({ command: ['/opt/Gate "house" 100%/gatehouse$', '--flag'] });
  await desktop.running();
  const file = join(desktop.options.paths.config, 'autostart', 'gatehouse.desktop');
  expect(await desktop.page().evaluate('gatehouse.getStartAtSignIn()')).toBe(false);
  await desktop.page().evaluate('gatehouse.setStartAtSignIn(true)');
  expect(readFileSync(file, 'utf8')).toContain(String.raw`Exec="/opt/Gate \\"house\\" 100%%/gatehouse\\$" "--flag" "--hidden"` + '\n');
  expect(await desktop.call('settings.get')).toMatchObject({ value: { desktop: { startAtSignIn: true } } });
  await eventually(() => expect(desktop.desktop.host.state()).toEqual({ kind: 'running' }));
  await desktop.call('settings.save', { desktop: { startAtSignIn: false } });
  await eventually(() => expect(existsSync(file)).toBe(false));
});

it('uses the system’s own list of login items on Windows and macOS', async () => {
  const desktop = await startDesktop({ platform: 'darwin' });
  await desktop.running();
  await desktop.page().evaluate('gatehouse.setStartAtSignIn(true)');
  expect(desktop.seen.loginItem).toBe(true);
  expect(existsSync(join(desktop.options.paths.config, 'autostart'))).toBe(false);
});

it('puts the window back where it was', async () => {
  const userData = temporaryFolder();
  const dataFolder = temporaryFolder();
  const first = await startDesktop({ userData, dataFolder });
  await first.running();
  first.windows[0]?.maximize();
  first.windows[0]?.close();
  await first.desktop.quit.now();
  const second = await startDesktop({ userData, dataFolder });
  expect(second.windows[0]?.isMaximized()).toBe(true);
  expect(second.windows[0]?.getNormalBounds()).toEqual({ x: 0, y: 0, width: 1280, height: 800 });
});
