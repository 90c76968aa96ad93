import { join } from 'node:path';
import type { Tray } from 'electron';
import type { EngineSummary } from './engine-summary.ts';
import type { ElectronRuntime } from './runtime.ts';
import { texts } from './texts.ts';
import { statusLine, type TrayActions, trayMenu, trayState } from './tray-menu.ts';

export type TrayIcon = { update(summary: EngineSummary): void; destroy(): void };

/** Puts the icon into the tray; `icons` is the folder with one picture per state. */
export function createTrayIcon(
  electron: Pick<ElectronRuntime, 'Tray' | 'Menu' | 'nativeTheme'>,
  options: {
    readonly icons: string;
    readonly platform: NodeJS.Platform;
    readonly now: () => number;
    readonly actions: TrayActions;
    readonly summary: EngineSummary;
  },
): TrayIcon {
  const { icons, platform, now, actions } = options;

  /** macOS tints template images itself; elsewhere the picture has to stand out from a bar whose colour follows the theme. */
  function imageOf(summary: EngineSummary): string {
    const variant = platform === 'darwin' ? 'Template' : electron.nativeTheme.shouldUseDarkColors ? '-light' : '-dark';
    return join(icons, `${trayState(summary)}${variant}.png`);
  }

  let shown = options.summary;
  let image = imageOf(shown);
  const tray: Tray = new electron.Tray(image);

  function update(summary: EngineSummary): void {
    shown = summary;
    const next = imageOf(summary);
    if (next !== image) tray.setImage(next);
    image = next;
    tray.setToolTip(`${texts.appName}: ${statusLine(summary)}`);
    tray.setContextMenu(electron.Menu.buildFromTemplate(trayMenu(summary, actions, now())));
  }

  const onTheme = (): void => update(shown);
  electron.nativeTheme.on('updated', onTheme);
  // On macOS and Linux a click opens the menu; on Windows the window is expected.
  if (platform === 'win32') tray.on('click', () => actions.open());
  update(shown);
  return {
    update,
    destroy() {
      electron.nativeTheme.off('updated', onTheme);
      tray.destroy();
    },
  };
}
