import type { ShellApi } from './types.ts';

/** What a browser tab can do: Web Notifications, nothing of the machine. */
export function createBrowserShell(): ShellApi {
  const supported = 'Notification' in window;
  const state = (): 'granted' | 'denied' | 'ask' => (Notification.permission === 'default' ? 'ask' : Notification.permission);
  return {
    pickFolder: null,
    pickSavePath: null,
    revealInFolder: null,
    startAtSignIn: null,
    tray: false,
    notifications: {
      state: () => Promise.resolve(supported ? state() : 'unsupported'),
      request: async () => (supported && (await Notification.requestPermission()) === 'granted' ? 'granted' : 'denied'),
      show: supported
        ? ({ tag, title, body }, onClick) => {
            if (Notification.permission !== 'granted') return;
            // The same tag replaces the earlier notice of its subject in place.
            const shown = new Notification(title, { tag, body });
            shown.onclick = () => {
              window.focus();
              onClick();
              shown.close();
            };
          }
        : null,
    },
    onNavigate: () => () => undefined,
    openExternal: (url) => void window.open(url, '_blank', 'noopener,noreferrer'),
  };
}
