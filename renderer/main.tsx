import { createHttpTransport } from './rpc/http-transport.ts';
import { createIpcTransport } from './rpc/ipc-transport.ts';
import { mount } from './app/mount.tsx';
import { createBrowserShell } from './shell/browser-shell.ts';
import { createDesktopShell } from './shell/desktop-shell.ts';
import type { DesktopBridge } from './shell/types.ts';
import { createConsole } from './stores/console.ts';

declare global {
  interface Window {
    /** Put there by the desktop application's preload script. */
    readonly gatehouse?: DesktopBridge;
  }
}

// The one place that looks which shell this is; everything else asks for abilities.
const bridge = window.gatehouse;
mount(
  bridge === undefined
    ? createConsole(createHttpTransport(), createBrowserShell())
    : createConsole(createIpcTransport(bridge), createDesktopShell(bridge)),
);
