import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** npm may leave Electron's runtime (a download of its own) out; everything here looks at files, because importing the package downloads. */

const FETCH_WITHIN_MS = 20_000;

/** Absolute path of Electron's program; null when the runtime is missing, of another version, or not complete. */
export function electronProgram(packageFolder: string): string | null {
  const read = (name: string): string => readFileSync(join(packageFolder, name), 'utf8').trim();
  try {
    const { version } = JSON.parse(read('package.json')) as { version: string };
    if (read('dist/version').replace(/^v/, '') !== version) return null;
    const program = join(packageFolder, 'dist', read('path.txt'));
    return existsSync(program) ? program : null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Runs Electron's own install script for 20 s at most. Resolves with the program, null when it did not come; `signal` ends it. */
export function fetchElectron(packageFolder: string, signal: AbortSignal): Promise<string | null> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(packageFolder, 'install.js')], {
      stdio: 'ignore',
      signal: AbortSignal.any([signal, AbortSignal.timeout(FETCH_WITHIN_MS)]),
    });
    child.once('error', () => resolve(null));
    child.once('exit', () => resolve(electronProgram(packageFolder)));
  });
}
