import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { AppError } from '../contract/errors.ts';

/** Where data lies when nobody says otherwise: the platform's folder for a user's application data. */
export function defaultDataFolder(env: NodeJS.ProcessEnv, platform: NodeJS.Platform = process.platform): string {
  if (platform === 'win32') return join(env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'Gatehouse');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Gatehouse');
  const base = env['XDG_DATA_HOME'];
  return join(base !== undefined && base.startsWith('/') ? base : join(homedir(), '.local', 'share'), 'gatehouse');
}

/**
 * Makes the data folder (readable by its owner only) where it is missing, and checks that it can be written. Returns its absolute path.
 * Throws `folder_missing` when the folder it should lie in is not there, which is more likely a slip or an unplugged disk than a wish
 * (the folders above the default place are made), or `folder_not_writable`.
 */
export function prepareDataFolder(folder: string, options: { readonly isDefault: boolean }): string {
  const path = resolve(folder);
  try {
    mkdirSync(path, { recursive: options.isDefault, mode: 0o700 });
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === 'ENOENT')
      throw new AppError(
        'folder_missing',
        `The folder in which ${path} should lie does not exist. Create it or choose another with --data.`,
        { cause },
      );
    if (code !== 'EEXIST') throw notWritable(path, code, cause);
  }
  if (!statSync(path).isDirectory()) throw new AppError('folder_missing', `${path} is a file, not a folder. Choose another with --data.`);
  // Asked by doing: access(2) knows nothing of read-only mounts, quotas and Windows' rights.
  const probe = join(path, `.probe-${randomBytes(6).toString('hex')}`);
  try {
    writeFileSync(probe, '', { flag: 'wx', mode: 0o600 });
    rmSync(probe, { force: true });
  } catch (cause) {
    throw notWritable(path, (cause as NodeJS.ErrnoException).code, cause);
  }
  return path;
}

function notWritable(path: string, code: string | undefined, cause: unknown): AppError {
  if (code === 'ENOSPC')
    return new AppError('no_space', `The disk that holds ${path} is full. Free space on it or choose another folder with --data.`, {
      cause,
    });
  return new AppError(
    'folder_not_writable',
    `The folder ${path} cannot be written (${code ?? 'unknown reason'}). Change its owner or permissions, or choose another with --data.`,
    { cause },
  );
}
