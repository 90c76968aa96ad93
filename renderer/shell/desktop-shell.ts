import type { DesktopBridge, ShellApi } from './types.ts';

/** The desktop application's abilities, over the preload script's bridge. */
export function createDesktopShell(bridge: DesktopBridge): ShellApi {
  return {
    pickFolder: (startAt) => bridge.pickFolder(startAt),
    pickSavePath: (request) => bridge.pickSavePath(request),
    revealInFolder: (path) => bridge.revealInFolder(path),
    startAtSignIn: { get: () => bridge.getStartAtSignIn(), set: (enabled) => bridge.setStartAtSignIn(enabled) },
    tray: bridge.hasTray,
    notifications: {
      state: () => bridge.notificationState(),
      request: async () => ((await bridge.notificationState()) === 'granted' ? 'granted' : 'denied'),
      // The main process shows them, so that they come with the window closed too.
      show: null,
    },
    onNavigate: (listener) => bridge.onNavigate(listener),
    openExternal: (url) => bridge.openExternal(url),
  };
}
