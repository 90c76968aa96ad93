import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import { bundleDesktop } from '../../../build/bundle.ts';
import { type AppOptions, type DesktopApp, startApp } from '../../../electron/app.ts';
import type { Envelope } from '../../../engine/contract/rpc.ts';
import { eventually } from '../eventually.ts';
import { temporaryFolder } from '../folders.ts';
import { sharedBuild } from '../shared-builds.ts';
import { createElectronStandIn, type ElectronStandIn, type MenuItem } from './stand-in.ts';

const root = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

/** A page that records what it hears, in place of the console. */
const PAGE = `<!doctype html><meta charset="utf-8"><title>Test page</title><script src="page.js"></script><p id="state"></p>
<a id="web" target="_blank" href="https://example.com/help">web</a><a id="away" href="https://example.com/">away</a>`;
const SCRIPT = `
globalThis.heard = { pushes: [], states: [], routes: [] };
gatehouse.onPush((message) => heard.pushes.push(message));
gatehouse.onLinkState((state) => heard.states.push(state));
gatehouse.onNavigate((route) => heard.routes.push(route));`;

export type TestDesktop = ElectronStandIn & {
  readonly desktop: DesktopApp;
  readonly dataFolder: string;
  readonly options: AppOptions;
  readonly page: () => Page;
  /** Calls the engine from inside the page, over the preload script's bridge. */
  readonly call: (method: string, input?: unknown) => Promise<Envelope<unknown>>;
  readonly heard: () => Promise<{ pushes: { kind: string }[]; states: { kind: string }[]; routes: string[] }>;
  /** The tray's entry whose label starts with `label`, also in submenus. Throws when there is none. */
  readonly trayItem: (label: string) => MenuItem;
  /** Until the window has its page. */
  readonly loaded: () => Promise<void>;
  /** Until the engine runs and the window has its page. */
  readonly running: () => Promise<void>;
};

export type DesktopOptions = Partial<Omit<AppOptions, 'electron' | 'dataFolder'>> & {
  readonly dataFolder?: string;
  readonly userData?: string;
  readonly keyStore?: 'open' | 'locked' | 'none';
  /** Buttons that the person will press, from the start on. */
  readonly answers?: readonly number[];
};

/** The real application on the stand-in, with a real engine in a child process; everything is ended when the test has finished. */
export async function startDesktop(given: DesktopOptions = {}): Promise<TestDesktop> {
  const { dataFolder = temporaryFolder(), userData = temporaryFolder(), keyStore = 'open', answers = [], ...rest } = given;
  const standIn = createElectronStandIn({ userData, keyStore });
  standIn.answers.push(...answers);
  const { options, desktop } = await launch(standIn, dataFolder, rest);
  if (desktop === undefined) throw new Error('Another instance holds the lock.');
  onTestFinished(() => desktop.quit.now());
  const page = (): Page => {
    const [window] = standIn.windows;
    if (window === undefined) throw new Error('There is no window.');
    return window.page;
  };
  const loaded = (): Promise<void> =>
    eventually(() => expect(standIn.windows.filter(({ webContents }) => webContents.isLoading())).toEqual([]));
  return {
    ...standIn,
    desktop,
    dataFolder,
    options,
    page,
    call: (method, input = {}) => page().evaluate(`gatehouse.call(${JSON.stringify(method)}, ${JSON.stringify(input)})`),
    heard: () => page().evaluate('heard'),
    trayItem(label) {
      const item = standIn.seen.trays.flatMap(({ menu }) => flatten(menu)).find((entry) => entry.label?.startsWith(label));
      if (item === undefined) throw new Error(`The tray has no entry "${label}".`);
      return item;
    },
    loaded,
    async running() {
      await eventually(() => expect(desktop.host.state()).toEqual({ kind: 'running' }));
      await loaded();
    },
  };
}

/** Starts the application on a stand-in; `desktop` is undefined when another instance runs. */
export async function launch(standIn: ElectronStandIn, dataFolder: string, rest: Partial<AppOptions> = {}) {
  const files = temporaryFolder();
  const console = join(files, 'console');
  mkdirSync(console);
  writeFileSync(join(console, 'index.html'), PAGE);
  writeFileSync(join(console, 'page.js'), SCRIPT);
  // What a package ships.
  const bundles = await sharedBuild('desktop', bundleDesktop);
  const any = { host: '127.0.0.1', port: 0 };
  const options: AppOptions = {
    electron: standIn.electron,
    platform: 'linux',
    argv: [],
    paths: {
      console,
      preload: join(bundles, 'preload.cjs'),
      engineProcess: join(bundles, 'engine-process.js'),
      icons: root('assets/tray'),
      config: join(files, 'config'),
    },
    dataFolder: { path: dataFolder, isDefault: false },
    overrides: { http: any },
    command: ['/opt/gatehouse/gatehouse'],
    logSink: () => undefined,
    traySupport: () => Promise.resolve(true),
    now: () => Date.parse('2026-11-20T12:00:00Z'),
    restarts: { restartDelaysMs: [20, 40, 80], stableAfterMs: 60_000 },
    ...rest,
  };
  return { options, desktop: await startApp(options) };
}

function flatten(menu: readonly MenuItem[]): MenuItem[] {
  return menu.flatMap((item) => [item, ...flatten(item.submenu ?? [])]);
}
