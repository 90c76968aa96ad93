import { setTimeout as pause } from 'node:timers/promises';
import type { App, BrowserWindow, Dialog, MessageBoxOptions } from 'electron';
import { ask, type EngineHost } from './engine-host.ts';
import { texts } from './texts.ts';

export type QuitFlow = {
  /** From the menu: asks where partners are connected. From closing the window without a tray: asks always. */
  request(from: 'menu' | 'window'): Promise<void>;
  /** The system goes down or a signal came: no question, and next to no grace. */
  now(): Promise<void>;
  /** True once it was decided: windows may close. */
  isDecided(): boolean;
};

/** How long open transfers may go on. */
const GRACE_MS = 10_000;
/** A stuck engine must not keep anybody from quitting. */
const ANSWER_WITHIN_MS = 1000;
/** Systems end programs that take longer than a few seconds at a shutdown; what was acknowledged is on disk already. */
const SHUTDOWN_GRACE_MS = 500;

/** Ends the application in order: question, engine, icon, windows. */
export function createQuitFlow(services: {
  readonly app: Pick<App, 'quit' | 'on'>;
  readonly dialog: Pick<Dialog, 'showMessageBox'>;
  readonly host: EngineHost;
  /** The last number of signed-in partners that was heard of, for an engine that does not answer. */
  readonly lastSessions: () => number;
  readonly window: () => BrowserWindow | undefined;
  readonly beforeExit: () => void;
}): QuitFlow {
  const { app, dialog, host, lastSessions, beforeExit } = services;
  let asking: Promise<boolean> | undefined;
  let ending: Promise<void> | undefined;
  let done = false;

  async function countSessions(): Promise<number> {
    const timeout = new AbortController();
    const answer = ask(host, 'server.status', {}).then((status) => status?.sessions.length ?? 0);
    const late = pause(ANSWER_WITHIN_MS, undefined, { signal: timeout.signal }).then(lastSessions, lastSessions);
    return Promise.race([answer, late]).finally(() => timeout.abort());
  }

  /** True without a question where nobody loses anything. */
  async function confirm(from: 'menu' | 'window'): Promise<boolean> {
    const { quit } = texts;
    const count = await countSessions();
    if (from === 'menu' && count === 0) return true;
    const question: MessageBoxOptions = {
      type: 'question',
      title: quit.title,
      message: quit.question(count),
      detail: (from === 'window' ? quit.noTray : '') + quit.consequence(count),
      buttons: [quit.quit, quit.cancel],
      defaultId: 1,
      cancelId: 1,
    };
    const window = services.window();
    const { response } = await (window === undefined ? dialog.showMessageBox(question) : dialog.showMessageBox(window, question));
    return response === 0;
  }

  async function end(graceMs: number): Promise<void> {
    await host.stop(graceMs);
    beforeExit();
    done = true;
    app.quit();
  }

  const flow: QuitFlow = {
    async request(from) {
      if (ending === undefined) {
        asking ??= confirm(from).finally(() => (asking = undefined));
        if (!(await asking)) return;
      }
      ending ??= end(GRACE_MS);
      await ending;
    },
    now() {
      ending ??= end(SHUTDOWN_GRACE_MS);
      return ending;
    },
    isDecided: () => ending !== undefined,
  };
  // Every other way to quit (menu role, Cmd+Q, the dock) leads here too.
  app.on('before-quit', (event) => {
    if (done) return;
    event.preventDefault();
    void flow.request('menu');
  });
  return flow;
}
