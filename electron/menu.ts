import type { MenuItemConstructorOptions } from 'electron';
import { texts } from './texts.ts';

/** The native menu: editing and zoom for everybody, reload and developer tools only from a checkout. */
export function applicationMenu(platform: NodeJS.Platform, isPackaged: boolean): MenuItemConstructorOptions[] {
  const view: MenuItemConstructorOptions[] = [
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    { type: 'separator' },
    { role: 'togglefullscreen' },
    ...(isPackaged ? [] : [{ type: 'separator' as const }, { role: 'reload' as const }, { role: 'toggleDevTools' as const }]),
  ];
  const first: MenuItemConstructorOptions =
    platform === 'darwin' ? { role: 'appMenu' } : { label: texts.menu.file, submenu: [{ role: 'close' }, { role: 'quit' }] };
  return [first, { role: 'editMenu' }, { label: texts.menu.view, submenu: view }, { role: 'windowMenu' }];
}
