import type { BrowserWindow, Rectangle } from 'electron';
import type { Logger } from '../engine/lib/log.ts';
import { CONSOLE_URL, isConsoleUrl } from './console-files.ts';
import type { DesktopStateFile } from './desktop-state.ts';
import { type Told, TRAY_ARGUMENT } from './ipc-channels.ts';
import type { ElectronRuntime } from './runtime.ts';
import { texts } from './texts.ts';

export type MainWindow = {
  /** Shows it in front, made anew where it is gone. */
  show(): void;
  /** Shows it and leads the page to a route of the console. */
  open(route: string): void;
  /** The route that waits for the page to ask for it, as it does when it is told of one and when it has loaded. */
  takeRoute(): string | null;
  hide(): void;
  isVisible(): boolean;
  /** Says something to the page; dropped where there is none. */
  tell<T extends keyof Told>(channel: T, value: Told[T]): void;
  /** True for messages of this window's own page, not of frames in it or of other windows. */
  isOurPage(event: { readonly sender: unknown; readonly senderFrame: { readonly url: string } | null }): boolean;
  current(): BrowserWindow | undefined;
};

export type WindowServices = {
  readonly electron: Pick<ElectronRuntime, 'BrowserWindow' | 'screen' | 'nativeTheme'>;
  readonly state: DesktopStateFile;
  readonly preload: string;
  readonly icon: string;
  readonly hasTray: boolean;
  readonly log: Logger;
  /** Decides when the person closes the window: true lets it close. */
  readonly onClose: () => boolean;
  /** The session of the user ends (Windows). */
  readonly onSessionEnd: () => void;
};

const SIZE = { width: 1280, height: 800 };
const SMALLEST = { minWidth: 400, minHeight: 400 };
/** Seen before the page is painted: the two backgrounds of the console. */
const BACKGROUND = { dark: '#111318', light: '#fbfcfd' };

/** The one window. Does not open it yet. */
export function createMainWindow(services: WindowServices): MainWindow {
  const { electron, state, log } = services;
  let window: BrowserWindow | undefined;
  let pendingRoute: string | null = null;

  function make(): BrowserWindow {
    const { bounds, maximized } = state.get();
    const made = new electron.BrowserWindow({
      ...SIZE,
      ...SMALLEST,
      ...(bounds !== undefined && isOnAScreen(bounds, electron.screen.getAllDisplays()) ? bounds : {}),
      title: texts.appName,
      icon: services.icon,
      show: false,
      autoHideMenuBar: true,
      backgroundColor: electron.nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
      webPreferences: {
        preload: services.preload,
        contextIsolation: true,
        sandbox: true,
        nodeIntegration: false,
        webSecurity: true,
        webviewTag: false,
        navigateOnDragDrop: false,
        additionalArguments: services.hasTray ? [TRAY_ARGUMENT] : [],
      },
    });
    if (maximized) made.maximize();
    made.once('ready-to-show', () => made.show());
    made.on('close', (event) => {
      remember(made);
      if (!services.onClose()) event.preventDefault();
    });
    made.on('closed', () => (window = undefined));
    made.on('session-end', () => services.onSessionEnd());
    made.webContents.on('render-process-gone', (_event, { reason }) => {
      log.error(`the window's process ended: ${reason}`);
      if (reason !== 'clean-exit') load(made);
    });
    load(made);
    return made;
  }

  function load(target: BrowserWindow): void {
    target.loadURL(CONSOLE_URL).catch((error: unknown) => log.error('the console could not be loaded', error));
  }

  function remember(target: BrowserWindow): void {
    state.update({ bounds: target.getNormalBounds(), maximized: target.isMaximized() });
  }

  function show(): void {
    if (window === undefined) {
      window = make();
      return;
    }
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
  }

  const tell: MainWindow['tell'] = (channel, value) => {
    if (window !== undefined && !window.isDestroyed()) window.webContents.send(channel, value);
  };

  return {
    show,
    open(route) {
      pendingRoute = route;
      show();
      tell('shell:navigate', null);
    },
    takeRoute() {
      const route = pendingRoute;
      pendingRoute = null;
      return route;
    },
    hide: () => window?.hide(),
    isVisible: () => window?.isVisible() ?? false,
    tell,
    isOurPage({ sender, senderFrame }) {
      const contents = window?.webContents;
      return contents !== undefined && sender === contents && senderFrame === contents.mainFrame && isConsoleUrl(senderFrame.url);
    },
    current: () => window,
  };
}

/** A screen that was unplugged must not take the window with it. */
function isOnAScreen(bounds: Rectangle, displays: readonly { readonly workArea: Rectangle }[]): boolean {
  const GRIP = 100;
  return displays.some(({ workArea }) => {
    const width = Math.min(bounds.x + bounds.width, workArea.x + workArea.width) - Math.max(bounds.x, workArea.x);
    const height = Math.min(bounds.y + bounds.height, workArea.y + workArea.height) - Math.max(bounds.y, workArea.y);
    return width >= GRIP && height >= GRIP;
  });
}
