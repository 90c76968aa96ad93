/** Entry of the desktop application, and the one file of it that imports Electron. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  nativeTheme,
  Notification,
  powerMonitor,
  powerSaveBlocker,
  protocol,
  safeStorage,
  screen,
  session,
  shell,
  Tray,
  utilityProcess,
} from 'electron';
import { systemClock } from '../engine/lib/clock.ts';
import { defaultDataFolder } from '../engine/lib/data-folder.ts';
import { openLogFile } from '../engine/lib/log-file.ts';
import { startApp } from './app.ts';
import { hasTraySupport } from './tray-support.ts';

const { env, platform, argv } = process;
/** `--data=DIR`: another data folder, with a window and an instance of its own. */
const chosen = app.commandLine.getSwitchValue('data');
if (chosen !== '') app.setPath('userData', join(chosen, 'desktop'));

/** It runs as build/bundle.ts makes it, in dist/electron/, in a checkout and in a package. */
const here = import.meta.dirname;
const root = join(here, '../..');
const program = env['APPIMAGE'] ?? process.execPath;

const logFile = openLogFile(join(app.getPath('userData'), 'logs', 'desktop.log'), {
  clock: systemClock,
  onTrouble: (words) => process.stderr.write(`gatehouse: ${words}\n`),
});

const started = startApp({
  electron: {
    app,
    BrowserWindow,
    dialog,
    ipcMain,
    Menu,
    nativeTheme,
    Notification,
    powerMonitor,
    powerSaveBlocker,
    protocol,
    safeStorage,
    screen,
    session,
    shell,
    Tray,
    utilityProcess,
  },
  platform,
  argv,
  paths: {
    console: join(root, 'dist/console'),
    preload: join(here, 'preload.cjs'),
    engineProcess: join(here, 'engine-process.js'),
    icons: join(root, 'assets/tray'),
    config: env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'),
  },
  dataFolder: chosen === '' ? { path: defaultDataFolder(env), isDefault: true } : { path: chosen, isDefault: false },
  command: app.isPackaged ? [program] : [program, root],
  logSink: logFile.sink,
  traySupport: () => hasTraySupport(platform),
  now: () => systemClock.now(),
});

// A signal is not a person: nobody is asked.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => void started.then((desktop) => desktop?.quit.now()));
}
started.catch((error: unknown) => {
  dialog.showErrorBox('Gatehouse', `Gatehouse could not start: ${error instanceof Error ? error.message : String(error)}`);
  app.exit(1);
});
