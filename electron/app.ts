import { join } from 'node:path';
import { createLogger, type LogSink } from '../engine/lib/log.ts';
import { registerConsoleScheme, serveConsoleFiles } from './console-files.ts';
import { openDesktopState } from './desktop-state.ts';
import { createEngineHost, type EngineHost, type EngineHostOptions } from './engine-host.ts';
import type { EngineStart } from './engine-messages.ts';
import { type EngineSummary, followEngine } from './engine-summary.ts';
import { createOpenExternal, guardContents, guardSession } from './guards.ts';
import { serveIpc } from './ipc.ts';
import { createLoginItem, HIDDEN_ARGUMENT } from './login-item.ts';
import { applicationMenu } from './menu.ts';
import { createNotices } from './notices.ts';
import { createPageHandlers, linkState } from './page-handlers.ts';
import { createQuitFlow, type QuitFlow } from './quit.ts';
import type { ElectronRuntime } from './runtime.ts';
import { createSleepBlocker } from './sleep-blocker.ts';
import { type DataFolder, readStartOptions } from './start-options.ts';
import { texts } from './texts.ts';
import { createTrayIcon, type TrayIcon } from './tray.ts';
import type { TrayActions } from './tray-menu.ts';
import { createMainWindow, type MainWindow } from './window.ts';

export type AppOptions = {
  readonly electron: ElectronRuntime;
  readonly platform: NodeJS.Platform;
  /** Arguments of this launch. */
  readonly argv: readonly string[];
  readonly paths: {
    /** The built console. */
    readonly console: string;
    readonly preload: string;
    readonly engineProcess: string;
    /** Pictures of the tray and the window. */
    readonly icons: string;
    /** XDG_CONFIG_HOME or what stands for it. */
    readonly config: string;
  };
  readonly dataFolder: DataFolder;
  readonly overrides?: EngineStart['overrides'];
  /** Program and arguments that start this application at sign-in. */
  readonly command: readonly [program: string, ...args: string[]];
  readonly logSink: LogSink;
  readonly traySupport: () => Promise<boolean>;
  /** ms UTC. */
  readonly now: () => number;
  readonly restarts?: Pick<EngineHostOptions, 'restartDelaysMs' | 'stableAfterMs'>;
};

export type DesktopApp = { readonly window: MainWindow; readonly host: EngineHost; readonly quit: QuitFlow };

/** Windows groups windows and notices by it; the same as in electron-builder.yml. */
const APP_ID = 'org.gatehouse.desktop';

/**
 * The desktop application: one window, one icon, one engine. Resolves when the engine is being started; undefined when another instance
 * runs already, which shows its window then. Call it before the application is ready.
 */
export async function startApp(options: AppOptions): Promise<DesktopApp | undefined> {
  const { electron, platform, paths, logSink } = options;
  const { app } = electron;
  const log = createLogger(logSink, 'desktop');
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return undefined;
  }
  registerConsoleScheme(electron.protocol);
  if (platform === 'win32') app.setAppUserModelId(APP_ID);
  const openExternal = createOpenExternal(electron.shell, log);
  app.on('web-contents-created', (_event, contents) => guardContents(contents, openExternal));
  await app.whenReady();
  // Without a listener Electron quits when the window is gone, which it may be while the servers run.
  app.on('window-all-closed', () => undefined);
  guardSession(electron.session.defaultSession);
  serveConsoleFiles(electron.protocol, paths.console);
  electron.Menu.setApplicationMenu(electron.Menu.buildFromTemplate(applicationMenu(platform, app.isPackaged)));

  const userData = app.getPath('userData');
  const state = openDesktopState(userData, (error) => log.warn('the place of the window could not be kept', error));
  const hasTray = await options.traySupport();
  const host = createEngineHost({
    fork: () =>
      electron.utilityProcess.fork(paths.engineProcess, [], { serviceName: 'Gatehouse engine', stdio: ['ignore', 'ignore', 'pipe'] }),
    startOptions: () =>
      readStartOptions({
        dataFolder: options.dataFolder,
        overrides: options.overrides ?? {},
        userData,
        safeStorage: electron.safeStorage,
        dialog: electron.dialog,
        platform,
      }),
    logSink,
    ...options.restarts,
  });
  const loginItem = createLoginItem({ app, platform, command: options.command, configFolder: paths.config });
  const keepAwake = createSleepBlocker(electron.powerSaveBlocker);
  const window = createMainWindow({
    electron,
    state,
    preload: paths.preload,
    icon: join(paths.icons, 'window.png'),
    hasTray,
    log,
    onClose() {
      if (quit.isDecided()) return true;
      void closeToTray();
      return false;
    },
    onSessionEnd: () => void quit.now(),
  });
  const notices = createNotices({ Notification: electron.Notification, open: (route) => window.open(route), platform });
  let tray: TrayIcon | undefined;
  const quit = createQuitFlow({
    app,
    dialog: electron.dialog,
    host,
    lastSessions: () => summary().sessions,
    window: () => window.current(),
    beforeExit() {
      keepAwake(false);
      tray?.destroy();
    },
  });

  function follow(next: EngineSummary, before: EngineSummary): void {
    tray?.update(next);
    keepAwake(next.transfers > 0 && next.desktop?.preventSleep !== false);
    const wanted = next.desktop?.startAtSignIn;
    // A change of the setting, not its first reading: who removed the item in the system's own list meant it.
    if (before.desktop !== null && wanted !== undefined && wanted !== before.desktop.startAtSignIn) loginItem.set(wanted);
  }

  /** Asked anew at every closing: desktops lose and gain their place for icons while programs run. */
  async function closeToTray(): Promise<void> {
    const isWanted = summary().desktop?.closeToTray !== false;
    const hasPlace = tray !== undefined && (await options.traySupport());
    if (!isWanted || !hasPlace) {
      await quit.request(isWanted ? 'window' : 'menu');
      return;
    }
    window.hide();
    if (state.get().closeHintShown) return;
    state.update({ closeHintShown: true });
    notices.show({ key: 'close-hint', level: 'know', ...texts.closeHint, link: '/' });
  }

  const trayActions: TrayActions = {
    open: (route) => (route === undefined ? window.show() : window.open(route)),
    openFolder: (path) =>
      void electron.shell
        .openPath(path)
        .then((problem) => (problem === '' ? undefined : log.warn(`a folder could not be opened: ${problem}`))),
    pause: (paused) => void host.call('server.pause', { paused }),
    runRule: (id) => void host.call('rules.run', { id }),
    snooze: (minutes) => void host.call('notifications.snooze', { minutes }),
    startEngine: () => host.start(),
    quit: () => void quit.request('menu'),
  };

  const summary = followEngine(host, follow);
  if (hasTray) {
    tray = createTrayIcon(electron, { icons: paths.icons, platform, now: options.now, actions: trayActions, summary: summary() });
  }
  host.onState((engineState) => {
    window.tell('engine:link-state-changed', linkState(engineState));
    if (engineState.kind !== 'failed') return;
    if (engineState.error.code === 'cancelled') {
      void quit.request('menu');
      return;
    }
    notices.show({ key: 'engine-failed', level: 'act', ...texts.engineFailed, body: engineState.error.message, link: '/' });
    window.show();
  });
  host.onPush((message) => {
    window.tell('engine:push', message);
    if (message.kind === 'notice' && message.desktop) notices.show(message.notice);
  });
  serveIpc({
    ipcMain: electron.ipcMain,
    isOurPage: (event) => window.isOurPage(event),
    handlers: createPageHandlers({ electron, host, window, loginItem, notices, openExternal }),
    log,
  });

  app.on('second-instance', (_event, argv) => {
    if (!argv.includes(HIDDEN_ARGUMENT)) window.show();
  });
  app.on('activate', () => window.show());
  electron.powerMonitor.on('shutdown', () => void quit.now());
  if (!hasTray || !options.argv.includes(HIDDEN_ARGUMENT)) window.show();
  host.start();
  return { window, host, quit };
}
