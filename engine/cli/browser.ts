import { spawn } from 'node:child_process';

/** A program that shows what is wrong has done so by then; a browser that is still running then has opened. */
const SETTLED_MS = 2000;

/**
 * Opens a local page with the person's browser: `$BROWSER` where it is set (its first entry), else the platform's opener. Resolves with
 * whether that seems to have worked; false at once on a machine without a screen.
 */
export function openInBrowser(file: string, env: NodeJS.ProcessEnv, platform: NodeJS.Platform = process.platform): Promise<boolean> {
  const command = browserCommand(file, env, platform);
  if (command === undefined) return Promise.resolve(false);
  const [program, ...args] = command;
  return new Promise((resolve) => {
    // Of its own session: Ctrl+C is for the servers.
    const child = spawn(program, args, { stdio: 'ignore', detached: true, env });
    child.unref();
    const timer = setTimeout(() => resolve(true), SETTLED_MS);
    const settle = (opened: boolean): void => {
      clearTimeout(timer);
      resolve(opened);
    };
    child.once('error', () => settle(false));
    child.once('exit', (code) => settle(code === 0));
  });
}

function browserCommand(file: string, env: NodeJS.ProcessEnv, platform: NodeJS.Platform): [string, ...string[]] | undefined {
  const [wanted = ''] = (env['BROWSER'] ?? '').split(':');
  const [program, ...args] = wanted.split(/\s+/).filter((word) => word !== '');
  if (program !== undefined && platform !== 'win32') {
    return args.includes('%s') ? [program, ...args.map((word) => (word === '%s' ? file : word))] : [program, ...args, file];
  }
  if (platform === 'darwin') return ['open', file];
  // Not `cmd /c start`, which would read the path as a command line.
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler', file];
  return hasScreen(env, platform) ? ['xdg-open', file] : undefined;
}

/** Whether windows can be shown: macOS and Windows always, elsewhere where a display server is named. */
export function hasScreen(env: NodeJS.ProcessEnv, platform: NodeJS.Platform = process.platform): boolean {
  if (platform === 'darwin' || platform === 'win32') return true;
  return Boolean(env['DISPLAY'] ?? '') || Boolean(env['WAYLAND_DISPLAY'] ?? '');
}
