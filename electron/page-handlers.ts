import { basename, isAbsolute } from 'node:path';
import type { BrowserWindow, OpenDialogOptions, SaveDialogOptions } from 'electron';
import { AppError } from '../engine/contract/errors.ts';
import type { LinkState } from '../renderer/shell/types.ts';
import type { EngineHost, EngineState } from './engine-host.ts';
import type { IpcHandlers } from './ipc.ts';
import type { LoginItem } from './login-item.ts';
import type { Notices } from './notices.ts';
import type { ElectronRuntime } from './runtime.ts';

/** What the page may ask of main, done. */
export function createPageHandlers(services: {
  readonly electron: Pick<ElectronRuntime, 'dialog' | 'shell'>;
  readonly host: EngineHost;
  readonly window: { current(): BrowserWindow | undefined; takeRoute(): string | null };
  readonly loginItem: LoginItem;
  readonly notices: Notices;
  readonly openExternal: (url: string) => void;
}): IpcHandlers {
  const { electron, host, window, loginItem, notices, openExternal } = services;
  const { dialog, shell } = electron;
  return {
    'engine:call': (method, input) => host.call(method, input),
    'engine:link-state': () => linkState(host.state()),
    async 'shell:pick-folder'(startAt) {
      const options: OpenDialogOptions = {
        properties: ['openDirectory', 'createDirectory'],
        ...(isAbsolute(startAt) ? { defaultPath: startAt } : {}),
      };
      const parent = window.current();
      const { filePaths } = await (parent === undefined ? dialog.showOpenDialog(options) : dialog.showOpenDialog(parent, options));
      return filePaths[0] ?? null;
    },
    async 'shell:pick-save-path'({ suggestedName, format }) {
      const options: SaveDialogOptions = {
        defaultPath: basename(suggestedName.replaceAll('\\', '/')),
        filters: [{ name: format.toUpperCase(), extensions: [format] }],
      };
      const parent = window.current();
      const { canceled, filePath } = await (parent === undefined ? dialog.showSaveDialog(options) : dialog.showSaveDialog(parent, options));
      return canceled ? null : filePath;
    },
    'shell:reveal-in-folder'(path) {
      shell.showItemInFolder(localPath(path));
      return null;
    },
    'shell:get-start-at-sign-in': () => loginItem.get(),
    async 'shell:set-start-at-sign-in'(enabled) {
      try {
        loginItem.set(enabled);
      } catch (cause) {
        throw new AppError('folder_not_writable', 'Start at sign-in could not be changed: the autostart folder cannot be written.', {
          cause,
        });
      }
      await host.call('settings.save', { desktop: { startAtSignIn: enabled } });
      return null;
    },
    'shell:notification-state': () => notices.state(),
    'shell:take-route': () => window.takeRoute(),
    'shell:open-external'(url) {
      openExternal(url);
      return null;
    },
  };
}

/** The engine's state as the console knows it. */
export function linkState(state: EngineState): LinkState {
  switch (state.kind) {
    case 'starting':
    case 'stopped':
      return { kind: 'connecting' };
    case 'running':
      return { kind: 'live' };
    case 'restarting':
      return { kind: 'restarting', attempt: state.attempt };
    case 'failed':
      return { kind: 'failed', error: state.error };
  }
}

/** Looking at a network path signs the user in at whatever server it names. */
function localPath(path: string): string {
  if (!isAbsolute(path) || /^[\\/]{2}|\0/.test(path)) {
    throw new AppError('invalid_input', 'Only folders of this machine can be shown, by their absolute path.');
  }
  return path;
}
