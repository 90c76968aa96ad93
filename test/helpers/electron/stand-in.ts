import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { accessSync } from 'node:fs';
import type { Browser, BrowserContext } from 'playwright-core';
import { onTestFinished } from 'vitest';
import type { ElectronRuntime } from '../../../electron/runtime.ts';
import { startBrowser } from '../browser.ts';
import { PageWindow, PreventableEvent, type WindowHost, type WindowOptions } from './page-window.ts';
import { createUtilityProcesses } from './utility-process.ts';

export type MenuItem = { label?: string; enabled?: boolean; role?: string; submenu?: MenuItem[]; click?: () => void };
export type ShownNotice = EventEmitter & {
  readonly options: { readonly id?: string; readonly title?: string; readonly body?: string; readonly urgency?: string };
  readonly isShown: boolean;
};
export type ShownTray = EventEmitter & {
  readonly image: string;
  readonly toolTip: string;
  readonly menu: MenuItem[];
  readonly isDestroyed: boolean;
};
type NoticeClass = { isSupported: () => boolean; activation: ((details: { type: string }) => void) | undefined };
type Handler = (event: unknown, ...args: unknown[]) => unknown;

/** Who holds the single-instance lock of a profile folder, as the system would know it. */
const instances = new Map<string, EventEmitter>();

/** Belongs to the user of the machine, as the key store does. */
const KEY_STORE_KEY = randomBytes(32);

/** One for all tests of a worker's process, with which it ends; each stand-in has a context of its own. */
let browser: Promise<Browser> | undefined;

/**
 * A stand-in for Electron's runtime: windows are real Chromium pages, IPC is cloned, utility processes are real processes; tray, menus,
 * notices and dialogues are records of what was asked for. It proves flows, not isolation, the look of anything, or the key store.
 */
export function createElectronStandIn(options: { readonly userData: string; readonly keyStore?: 'open' | 'locked' | 'none' }) {
  const { userData } = options;
  const keyStore = { state: options.keyStore ?? 'open' };
  const processes = createUtilityProcesses();
  const windows: PageWindow[] = [];
  const handlers = new Map<string, Handler>();
  const schemes = new Map<string, (request: Request) => Promise<Response>>();
  const contexts: BrowserContext[] = [];

  /** What the application asked the system for. */
  const seen = {
    notifications: [] as ShownNotice[],
    trays: [] as ShownTray[],
    questions: [] as { message: string; detail?: string; buttons?: string[] }[],
    opened: [] as string[],
    revealed: [] as string[],
    blockers: new Set<number>(),
    applicationMenu: undefined as MenuItem[] | undefined,
    loginItem: false,
    quit: false,
    permissionRequest: undefined as unknown,
    permissionCheck: undefined as unknown,
  };
  /** Indexes of the buttons that the person will press; then the one that cancels. */
  const answers: number[] = [];

  class StandInNotification extends EventEmitter {
    static isSupported = (): boolean => true;
    static activation: ((details: { type: string }) => void) | undefined;
    static handleActivation(callback: (details: { type: string }) => void): void {
      StandInNotification.activation = callback;
    }
    readonly options: ShownNotice['options'];
    isShown = false;
    constructor(given: ShownNotice['options']) {
      super();
      this.options = given;
    }
    show(): void {
      this.isShown = true;
      seen.notifications.push(this);
    }
    close(): void {
      this.isShown = false;
    }
  }

  class StandInTray extends EventEmitter {
    image: string;
    toolTip = '';
    menu: MenuItem[] = [];
    isDestroyed = false;
    constructor(image: string) {
      super();
      accessSync(image);
      this.image = image;
      seen.trays.push(this);
    }
    setImage(image: string): void {
      accessSync(image);
      this.image = image;
    }
    setToolTip(text: string): void {
      this.toolTip = text;
    }
    setContextMenu(menu: { template: MenuItem[] }): void {
      this.menu = menu.template;
    }
    destroy(): void {
      this.isDestroyed = true;
    }
  }

  const host: WindowHost = {
    async context() {
      browser ??= startBrowser();
      const context = await (await browser).newContext();
      contexts.push(context);
      return context;
    },
    async invoke(event, channel, args) {
      const handler = handlers.get(channel);
      if (handler === undefined) throw new Error(`No handler registered for '${channel}'`);
      return structuredClone(await handler(event, ...structuredClone(args)));
    },
    serve: (url) => schemes.get(new URL(url).protocol.slice(0, -1))?.(new Request(url)),
    onCreated(window) {
      windows.push(window);
      window.on('closed', () => windows.splice(windows.indexOf(window), 1));
      app.emit('web-contents-created', {}, window.webContents);
    },
  };

  const app = Object.assign(new EventEmitter(), {
    isPackaged: false,
    whenReady: () => Promise.resolve(),
    getPath: (): string => userData,
    setAppUserModelId: (): void => undefined,
    requestSingleInstanceLock(): boolean {
      const holder = instances.get(userData);
      if (holder !== undefined) {
        holder.emit('second-instance', {}, ['gatehouse'], userData);
        return false;
      }
      instances.set(userData, app);
      return true;
    },
    getLoginItemSettings: () => ({ openAtLogin: seen.loginItem }),
    setLoginItemSettings: ({ openAtLogin }: { openAtLogin: boolean }) => void (seen.loginItem = openAtLogin),
    quit(): void {
      const event = new PreventableEvent();
      app.emit('before-quit', event);
      if (event.defaultPrevented) return;
      for (const window of [...windows]) window.close();
      if (windows.length > 0) return;
      seen.quit = true;
      if (instances.get(userData) === app) instances.delete(userData);
      app.emit('quit');
    },
  });

  const electron = {
    app,
    BrowserWindow: class extends PageWindow {
      constructor(given: WindowOptions) {
        super(host, given);
      }
    },
    dialog: {
      showMessageBox(...args: unknown[]) {
        const question = args.at(-1) as { message: string; detail?: string; buttons?: string[]; cancelId?: number };
        seen.questions.push(question);
        return Promise.resolve({ response: answers.shift() ?? question.cancelId ?? 0 });
      },
      showOpenDialog: () => Promise.resolve({ canceled: false, filePaths: ['/srv/exchange'] }),
      showSaveDialog: (...args: unknown[]) =>
        Promise.resolve({ canceled: false, filePath: `/home/${(args.at(-1) as { defaultPath: string }).defaultPath}` }),
    },
    ipcMain: {
      handle(channel: string, handler: Handler): void {
        if (handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`);
        handlers.set(channel, handler);
      },
    },
    Menu: {
      buildFromTemplate: (template: MenuItem[]) => ({ template }),
      setApplicationMenu: (menu: { template: MenuItem[] }) => void (seen.applicationMenu = menu.template),
    },
    nativeTheme: Object.assign(new EventEmitter(), { shouldUseDarkColors: false }),
    Notification: StandInNotification,
    powerMonitor: new EventEmitter(),
    powerSaveBlocker: {
      start(): number {
        const id = seen.blockers.size + 1;
        seen.blockers.add(id);
        return id;
      },
      stop: (id: number) => void seen.blockers.delete(id),
    },
    protocol: {
      registerSchemesAsPrivileged: (): void => undefined,
      handle: (scheme: string, handler: (request: Request) => Promise<Response>) => void schemes.set(scheme, handler),
    },
    safeStorage: {
      isAsyncEncryptionAvailable: () => Promise.resolve(keyStore.state !== 'none'),
      getSelectedStorageBackend: () => 'gnome_libsecret',
      encryptStringAsync(text: string): Promise<Buffer> {
        const nonce = randomBytes(12);
        const cipher = createCipheriv('aes-256-gcm', KEY_STORE_KEY, nonce);
        return Promise.resolve(Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]));
      },
      async decryptStringAsync(sealed: Buffer): Promise<{ result: string; shouldReEncrypt: boolean }> {
        await Promise.resolve();
        if (keyStore.state === 'locked') throw new Error('Error while decrypting the ciphertext.');
        const decipher = createDecipheriv('aes-256-gcm', KEY_STORE_KEY, sealed.subarray(0, 12));
        decipher.setAuthTag(sealed.subarray(-16));
        const result = Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]).toString();
        return { result, shouldReEncrypt: false };
      },
    },
    screen: { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }] },
    session: {
      defaultSession: {
        setPermissionRequestHandler: (handler: unknown) => void (seen.permissionRequest = handler),
        setPermissionCheckHandler: (handler: unknown) => void (seen.permissionCheck = handler),
        setDevicePermissionHandler: (): void => undefined,
      },
    },
    shell: {
      openExternal: (url: string) => Promise.resolve(void seen.opened.push(url)),
      openPath: (path: string) => Promise.resolve(seen.opened.push(path) > 0 ? '' : 'never'),
      showItemInFolder: (path: string) => void seen.revealed.push(path),
    },
    Tray: StandInTray,
    utilityProcess: processes.utilityProcess,
  };

  onTestFinished(async () => {
    processes.killAll();
    if (instances.get(userData) === app) instances.delete(userData);
    await Promise.all(contexts.map((context) => context.close()));
  });

  return {
    // The stand-in has the members that the application uses, not Electron's hundreds: one cast, here.
    electron: electron as unknown as ElectronRuntime,
    app,
    nativeTheme: electron.nativeTheme,
    powerMonitor: electron.powerMonitor,
    Notification: StandInNotification as NoticeClass,
    keyStore,
    seen,
    answers,
    windows,
    pids: processes.pids,
  };
}
export type ElectronStandIn = ReturnType<typeof createElectronStandIn>;
