import type { Session, Shell, WebContents } from 'electron';
import type { Logger } from '../engine/lib/log.ts';
import { isConsoleUrl } from './console-files.ts';

/** Copying a fingerprint is all that the console asks of the browser around it. */
const PERMISSIONS: ReadonlySet<string> = new Set(['clipboard-sanitized-write']);

/** Refuses every permission but those of the list, and all devices. */
export function guardSession(session: Session): void {
  session.setPermissionRequestHandler((contents, permission, decide) => {
    decide(PERMISSIONS.has(permission) && isConsoleUrl(contents.getURL()));
  });
  session.setPermissionCheckHandler((contents, permission) => {
    return PERMISSIONS.has(permission) && contents !== null && isConsoleUrl(contents.getURL());
  });
  session.setDevicePermissionHandler(() => false);
}

/** Keeps a page on the console: it goes nowhere else, opens no windows and embeds no others. Links to the web open in the browser. */
export function guardContents(contents: WebContents, openExternal: (url: string) => void): void {
  contents.setWindowOpenHandler(({ url }) => {
    openExternal(url);
    return { action: 'deny' };
  });
  contents.on('will-navigate', (event) => {
    if (!isConsoleUrl(event.url)) event.preventDefault();
  });
  contents.on('will-frame-navigate', (event) => {
    if (!isConsoleUrl(event.url)) event.preventDefault();
  });
  contents.on('will-redirect', (event) => {
    if (!isConsoleUrl(event.url)) event.preventDefault();
  });
  contents.on('will-attach-webview', (event) => event.preventDefault());
}

/** Opens https addresses in the browser and nothing else: every other scheme may start a program. */
export function createOpenExternal(shell: Pick<Shell, 'openExternal'>, log: Logger): (url: string) => void {
  return (url) => {
    const parsed = URL.parse(url);
    if (parsed?.protocol !== 'https:' || parsed.username !== '' || parsed.password !== '') {
      log.warn('an address that is not https was not opened');
      return;
    }
    shell.openExternal(parsed.href).catch((error: unknown) => log.warn('the browser could not be opened', error));
  };
}
