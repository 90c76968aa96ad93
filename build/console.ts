import { spawn } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What goes into the console: its own source, and the pure files of the engine. */
const SOURCES = ['renderer', 'engine'];

/** Whether dist/console is missing or older than any file it is made of. */
export function isConsoleStale(folder = root): boolean {
  const built = statSync(join(folder, 'dist/console/index.html'), { throwIfNoEntry: false });
  return built === undefined || SOURCES.some((source) => newestChange(join(folder, source)) > built.mtimeMs);
}

/** When a file below the folder was last changed, ms since the epoch. */
function newestChange(folder: string): number {
  const changes = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs);
  return Math.max(0, ...changes);
}

/** Builds dist/console with Vite, whose complaints go to standard error. Resolves with whether that worked; `signal` ends it. */
export function buildConsole(signal: AbortSignal): Promise<boolean> {
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  const args = [vite, 'build', '--config', join(root, 'renderer/vite.config.ts'), '--logLevel', 'warn'];
  return new Promise((resolve) => {
    // Whatever the caller is: Vite takes a NODE_ENV that is set for the kind of build.
    const env = { ...process.env, NODE_ENV: 'production' };
    const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'ignore', 'inherit'], signal });
    child.once('error', () => resolve(false));
    child.once('exit', (code) => resolve(code === 0));
  });
}
