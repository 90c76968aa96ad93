import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import type { BrowserContext, Frame, Page } from 'playwright-core';

export type WindowOptions = {
  readonly show?: boolean;
  readonly x?: number;
  readonly y?: number;
  readonly width: number;
  readonly height: number;
  readonly webPreferences: { readonly preload: string; readonly additionalArguments?: readonly string[] } & Readonly<
    Record<string, unknown>
  >;
};

/** What the windows of one stand-in share. */
export type WindowHost = {
  readonly context: () => Promise<BrowserContext>;
  readonly invoke: (event: unknown, channel: string, args: readonly unknown[]) => Promise<unknown>;
  /** Answers a request to a scheme of the application; undefined where it has no such scheme. */
  readonly serve: (url: string) => Promise<Response> | undefined;
  readonly onCreated: (window: PageWindow) => void;
};

/** Chromium loads no unknown schemes from Playwright: gatehouse://console/x travels as http://console.gatehouse.localhost/x. */
function toPage(url: string): string {
  return url.replace(/^(\w+):\/\/(\w+)\//, (whole, scheme: string, host: string) =>
    scheme.startsWith('http') ? whole : `http://${host}.${scheme}.localhost/`,
  );
}
function toApp(url: string): string {
  return url.replace(/^http:\/\/(\w+)\.(\w+)\.localhost\//, '$2://$1/');
}

export class PreventableEvent {
  defaultPrevented = false;
  preventDefault(): void {
    this.defaultPrevented = true;
  }
}

type OpenHandler = (details: { readonly url: string }) => { readonly action: 'allow' | 'deny' };

class PageContents extends EventEmitter {
  readonly mainFrame: { readonly url: string };
  page: Page | undefined;
  loading = true;
  openHandler: OpenHandler = () => ({ action: 'allow' });
  /** Sends that overtake one another would not be Electron's. */
  private sending: Promise<unknown> = Promise.resolve();

  constructor() {
    super();
    const url = (): string => this.getURL();
    this.mainFrame = {
      get url() {
        return url();
      },
    };
  }

  getURL(): string {
    return toApp(this.page?.url() ?? '');
  }

  isLoading(): boolean {
    return this.loading;
  }

  setWindowOpenHandler(handler: OpenHandler): void {
    this.openHandler = handler;
  }

  send(channel: string, value: unknown): void {
    const copy: unknown = structuredClone(value);
    const { page } = this;
    if (page === undefined) return;
    // A page that is closed or reloaded meanwhile misses it, as in Electron.
    this.sending = this.sending.then(() => page.evaluate(deliver, [channel, copy] as const).catch(() => undefined));
  }
}

/** Runs in the page. */
function deliver([channel, value]: readonly [string, unknown]): void {
  (globalThis as { standInDeliver?: (channel: string, value: unknown) => void }).standInDeliver?.(channel, value);
}

/** Electron's BrowserWindow over a real Chromium page, with the real preload script; without a world of its own for that script. */
export class PageWindow extends EventEmitter {
  readonly webContents = new PageContents();
  readonly options: WindowOptions;
  private readonly host: WindowHost;
  private visible: boolean;
  private destroyed = false;
  private maximized = false;
  private expected = '';

  constructor(host: WindowHost, options: WindowOptions) {
    super();
    this.host = host;
    this.options = options;
    this.visible = options.show ?? true;
    host.onCreated(this);
  }

  /** The page under the window. Throws where none was loaded. */
  get page(): Page {
    if (this.webContents.page === undefined) throw new Error('The window has no page yet.');
    return this.webContents.page;
  }

  async loadURL(url: string): Promise<void> {
    const page = (this.webContents.page ??= await this.createPage());
    this.webContents.loading = true;
    this.expected = toPage(url);
    await page.goto(this.expected, { timeout: 10_000 });
    this.webContents.loading = false;
    this.emit('ready-to-show');
  }

  private async createPage(): Promise<Page> {
    const context = await this.host.context();
    const page = await context.newPage();
    await page.exposeBinding('standInInvoke', ({ frame }, channel: string, args: unknown[]) => this.invoked(frame, channel, args));
    await page.addInitScript({ content: preloadScript(this.options.webPreferences) });
    await page.route('**/*', async (route) => {
      const request = route.request();
      const url = request.url();
      if (request.isNavigationRequest() && url !== this.expected && !this.mayNavigate(request.frame(), toApp(url))) {
        await route.abort('aborted');
        return;
      }
      const response = await this.host.serve(toApp(url));
      if (response === undefined) {
        await route.abort();
        return;
      }
      const body = Buffer.from(await response.arrayBuffer());
      await route.fulfill({ status: response.status, headers: Object.fromEntries(response.headers), body });
    });
    // Electron asks before there is a second page, Chromium tells when there is one.
    await context.route('**/*', async (route) => {
      const { action } = this.webContents.openHandler({ url: toApp(route.request().url()) });
      if (action === 'allow') throw new Error('The stand-in opens no second page.');
      await route.abort('aborted');
    });
    context.on('page', (opened) => void opened.close());
    return page;
  }

  private mayNavigate(frame: Frame, url: string): boolean {
    const event = Object.assign(new PreventableEvent(), { url });
    this.webContents.emit(frame.parentFrame() === null ? 'will-navigate' : 'will-frame-navigate', event);
    return !event.defaultPrevented;
  }

  private invoked(frame: Frame, channel: string, args: unknown[]): Promise<unknown> {
    const { webContents } = this;
    const senderFrame = frame.parentFrame() === null ? webContents.mainFrame : { url: toApp(frame.url()) };
    return this.host.invoke({ sender: webContents, senderFrame }, channel, args);
  }

  show(): void {
    this.visible = true;
  }
  hide(): void {
    this.visible = false;
  }
  focus(): void {
    this.emit('focus');
  }
  isVisible(): boolean {
    return this.visible;
  }
  isMinimized(): boolean {
    return false;
  }
  restore(): void {
    this.visible = true;
  }
  maximize(): void {
    this.maximized = true;
  }
  isMaximized(): boolean {
    return this.maximized;
  }
  getNormalBounds() {
    const { x = 0, y = 0, width, height } = this.options;
    return { x, y, width, height };
  }
  isDestroyed(): boolean {
    return this.destroyed;
  }

  /** What the person does; an application may refuse. */
  close(): void {
    const event = new PreventableEvent();
    this.emit('close', event);
    if (event.defaultPrevented || this.destroyed) return;
    this.destroyed = true;
    this.visible = false;
    void this.webContents.page?.close();
    this.emit('closed');
  }
}

function preloadScript({ preload, additionalArguments = [] }: WindowOptions['webPreferences']): string {
  return `(() => {
    if (window !== window.top) return;
    const listeners = new Map();
    const of = (channel) => listeners.get(channel) ?? listeners.set(channel, new Set()).get(channel);
    globalThis.standInDeliver = (channel, value) => of(channel).forEach((listener) => listener({}, value));
    const electron = {
      contextBridge: { exposeInMainWorld: (name, api) => { globalThis[name] = Object.freeze(api); } },
      ipcRenderer: {
        invoke: (channel, ...args) => globalThis.standInInvoke(channel, args),
        on: (channel, listener) => of(channel).add(listener),
        off: (channel, listener) => of(channel).delete(listener),
      },
    };
    const require = (name) => { if (name !== 'electron') throw new Error('The sandbox has no module ' + name); return electron; };
    const process = { argv: ${JSON.stringify(additionalArguments)} };
    const module = { exports: {} };
    ${readFileSync(preload, 'utf8')}
  })();`;
}
