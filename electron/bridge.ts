import { ERROR_CODES } from '../engine/contract/errors.ts';
import type { Envelope } from '../engine/contract/rpc.ts';
import type { DesktopBridge } from '../renderer/shell/types.ts';
import type { Arguments, Channel, Results, Told } from './ipc-channels.ts';

/** The part of Electron's ipcRenderer that is used. */
export type PageIpc = {
  invoke(channel: string, ...args: unknown[]): Promise<unknown>;
  on(channel: string, listener: (event: unknown, value: unknown) => void): unknown;
  off(channel: string, listener: (event: unknown, value: unknown) => void): unknown;
};

/** What the page gets to see. Events and ipcRenderer itself stay behind: only values cross. */
export function createBridge(ipc: PageIpc, hasTray: boolean): DesktopBridge {
  /** Main answers every channel with an envelope, since errors lose all but their message on the way. */
  const invoke = <C extends Channel>(channel: C, ...args: Arguments<C>): Promise<Envelope<Results[C]>> =>
    ipc.invoke(channel, ...args) as Promise<Envelope<Results[C]>>;

  async function ask<C extends Channel>(channel: C, ...args: Arguments<C>): Promise<Results[C]> {
    const envelope = await invoke(channel, ...args);
    if (!envelope.ok) throw new Error(envelope.error.message);
    return envelope.value;
  }

  function follow<T extends keyof Told>(channel: T, listener: (value: Told[T]) => void): () => void {
    // Only main can send here, and it is typed by the same table.
    const heard = (_event: unknown, value: unknown): void => listener(value as Told[T]);
    ipc.on(channel, heard);
    return () => void ipc.off(channel, heard);
  }

  return {
    async call(method, input) {
      try {
        const envelope = await invoke('engine:call', method, input);
        return envelope.ok ? envelope.value : envelope;
      } catch {
        // Main is on its way out: it alone could answer.
        const { kind, text } = ERROR_CODES.shutting_down;
        return { ok: false, error: { code: 'shutting_down', kind, message: text, retryable: true } };
      }
    },
    onPush: (listener) => follow('engine:push', listener),
    onLinkState(listener) {
      let told = false;
      const end = follow('engine:link-state-changed', (state) => {
        told = true;
        listener(state);
      });
      // What was said before the page listened; a change that overtakes this answer is newer.
      void ask('engine:link-state').then(
        (state) => (told ? undefined : listener(state)),
        () => undefined,
      );
      return end;
    },
    pickFolder: (startAt) => ask('shell:pick-folder', startAt),
    pickSavePath: (request) => ask('shell:pick-save-path', request),
    async revealInFolder(path) {
      await ask('shell:reveal-in-folder', path);
    },
    getStartAtSignIn: () => ask('shell:get-start-at-sign-in'),
    async setStartAtSignIn(enabled) {
      await ask('shell:set-start-at-sign-in', enabled);
    },
    hasTray,
    notificationState: () => ask('shell:notification-state'),
    onNavigate(listener) {
      const take = (): void =>
        void ask('shell:take-route').then(
          (route) => (route === null ? undefined : listener(route)),
          () => undefined,
        );
      const end = follow('shell:navigate', take);
      take();
      return end;
    },
    openExternal: (url) => void ask('shell:open-external', url).catch(() => undefined),
  };
}
