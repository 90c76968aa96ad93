import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { App } from 'electron';
import { writeFileAtomically } from './write-file.ts';

/** Start at sign-in, with the window hidden. */
export type LoginItem = { get(): boolean; set(enabled: boolean): void };

/** Told to the application when the system starts it. */
export const HIDDEN_ARGUMENT = '--hidden';

export type LoginItemServices = {
  readonly app: Pick<App, 'getLoginItemSettings' | 'setLoginItemSettings'>;
  readonly platform: NodeJS.Platform;
  /** Program and arguments that start this application. */
  readonly command: readonly [program: string, ...args: string[]];
  /** XDG_CONFIG_HOME or what stands for it. */
  readonly configFolder: string;
};

/** Windows and macOS keep the item themselves; on Linux it is a file of the XDG autostart folder. */
export function createLoginItem({ app, platform, command, configFolder }: LoginItemServices): LoginItem {
  if (platform !== 'linux') {
    const [path, ...args] = command;
    const item = { path, args: [...args, HIDDEN_ARGUMENT] };
    return {
      get: () => app.getLoginItemSettings(item).openAtLogin,
      set: (enabled) => app.setLoginItemSettings({ ...item, openAtLogin: enabled }),
    };
  }
  const file = join(configFolder, 'autostart', 'gatehouse.desktop');
  return {
    get: () => existsSync(file),
    set(enabled) {
      if (enabled) writeFileAtomically(file, autostartFile([...command, HIDDEN_ARGUMENT]));
      else rmSync(file, { force: true });
    },
  };
}

function autostartFile(command: readonly string[]): string {
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Name=Gatehouse',
    'Comment=Receives and sends files by SFTP and FTP',
    `Exec=${command.map(execArgument).join(' ')}`,
    'Terminal=false',
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n');
}

/** Desktop Entry Specification, "The Exec key": quoted, then escaped as a string value; a percent sign would be a field code. */
function execArgument(text: string): string {
  const quoted = `"${text.replaceAll(/["`$\\]/g, '\\$&')}"`;
  return quoted.replaceAll('\\', '\\\\').replaceAll('%', '%%').replaceAll('\n', '\\n');
}
