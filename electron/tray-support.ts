import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const ANSWER_WITHIN_MS = 2000;

/** Asks the session bus; each of the two programs comes with one of the usual desktops. */
const QUESTIONS: readonly (readonly [program: string, args: readonly string[], yes: string])[] = [
  [
    'gdbus',
    [
      'call',
      '--session',
      '--dest=org.kde.StatusNotifierWatcher',
      '--object-path=/StatusNotifierWatcher',
      '--method=org.freedesktop.DBus.Properties.Get',
      'org.kde.StatusNotifierWatcher',
      'IsStatusNotifierHostRegistered',
    ],
    '(<true>,)',
  ],
  [
    'busctl',
    [
      '--user',
      'get-property',
      'org.kde.StatusNotifierWatcher',
      '/StatusNotifierWatcher',
      'org.kde.StatusNotifierWatcher',
      'IsStatusNotifierHostRegistered',
    ],
    'b true',
  ],
];

export type Execute = (program: string, args: readonly string[]) => Promise<string>;

const execute: Execute = async (program, args) => {
  const { stdout } = await promisify(execFile)(program, [...args], { timeout: ANSWER_WITHIN_MS, killSignal: 'SIGKILL' });
  return stdout;
};

/**
 * Whether a tray icon would be seen. Windows and macOS always have the place; on Linux somebody must have registered as host of status
 * icons (StatusNotifierItem), and without an answer the window must not be hidden behind an icon that nobody sees.
 */
export async function hasTraySupport(platform: NodeJS.Platform, run: Execute = execute): Promise<boolean> {
  if (platform !== 'linux') return true;
  for (const [program, args, yes] of QUESTIONS) {
    try {
      return (await run(program, args)).trim() === yes;
    } catch {
      // Not installed, no session bus or nobody there: the other program may know more.
    }
  }
  return false;
}
