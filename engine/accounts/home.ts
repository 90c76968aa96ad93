import { constants } from 'node:fs';
import { access, mkdir, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { AppError } from '../contract/errors.ts';

/** Where homes may lie. Both paths are absolute. */
export type HomeFolders = {
  /** Holds the database and the keys: no account may see it. */
  readonly dataFolder: string;
  /** Relative homes lie in it. May be inside the data folder, in a folder of its own there. */
  readonly exchangeFolder: string;
};

/** The folder for relative homes: the one of the settings, else `exchange` inside the data folder. */
export function exchangeFolderOf(setting: string, dataFolder: string): string {
  return setting === '' ? join(dataFolder, 'exchange') : setting;
}

/** The home's place on the machine; relative homes lie in the exchange folder. Does not look at the disk. */
export function homePath(home: string, folders: HomeFolders): string {
  return isAbsolute(home) ? resolve(home) : join(folders.exchangeFolder, home);
}

/** Which folder of the machine is meant, for messages: the name of the input's field, and what it is called. */
type Subject = { readonly field: string; readonly what: string };

const HOME: Subject = { field: 'home', what: 'home folder' };
const EXCHANGE: Subject = { field: 'exchange.folder', what: 'exchange folder' };

/**
 * Makes a home (or a virtual folder, see `subject`) where it is missing and checks that it may be one. Resolves with its real path (no links in
 * it). Rejects with an AppError on the subject's field: a relative one must stay in the exchange folder, none may show the data folder's own
 * files.
 */
export async function ensureHome(
  home: string,
  folders: HomeFolders,
  subject: Subject = HOME,
  platform = process.platform,
): Promise<string> {
  if (!isAbsolute(home)) checkRelative(home, platform, subject);
  const path = visiblePath(home, folders, subject);
  // An absolute home whose parent is missing is more likely an unplugged disk than a wish for a new tree.
  await makeFolder(path, { recursive: !isAbsolute(home) }, subject);
  const real = await realpath(path);
  const exchange = await realpath(folders.exchangeFolder).catch(() => folders.exchangeFolder);
  refusePrivate(real, await realpath(folders.dataFolder), exchange, subject);
  if (!isAbsolute(home) && !contains(exchange, real)) {
    throw new AppError(
      'invalid_input',
      `The ${subject.what} is a link that leads out of the exchange folder. Give the absolute path of its target instead.`,
      { field: subject.field },
    );
  }
  return real;
}

/** The place of a home or virtual folder, as homePath says it. Throws when it would show the data folder. Does not look at the disk. */
export function visiblePath(home: string, folders: HomeFolders, subject: Subject = HOME): string {
  const path = homePath(home, folders);
  refusePrivate(path, folders.dataFolder, folders.exchangeFolder, subject);
  return path;
}

/** Makes the exchange folder where it is missing and checks that it may be one. Rejects with an AppError on `exchange.folder`. */
export async function ensureExchangeFolder(setting: string, dataFolder: string): Promise<string> {
  if (setting !== '' && !isAbsolute(setting)) {
    throw new AppError('invalid_input', 'Give the absolute path of the exchange folder, or leave it empty.', { field: 'exchange.folder' });
  }
  const path = exchangeFolderOf(setting, dataFolder);
  if (contains(path, dataFolder) || (setting !== '' && contains(dataFolder, path) && path !== exchangeFolderOf('', dataFolder))) {
    throw new AppError('invalid_input', 'The exchange folder and the data folder may not lie in one another. Choose another folder.', {
      field: 'exchange.folder',
    });
  }
  await makeFolder(path, { recursive: setting === '' }, EXCHANGE);
  return await realpath(path);
}

/** `.` and `..`, drive letters, foreign separators; on Windows also names that it would turn into other ones. */
function checkRelative(home: string, platform: NodeJS.Platform, { field, what }: Subject): void {
  const parts = home.split('/');
  const isBad = (part: string): boolean =>
    part === '' ||
    part === '.' ||
    part === '..' ||
    /[\\\0]/.test(part) ||
    (platform === 'win32' && (/[. ]$|[<>:"|?*]/.test(part) || /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(part)));
  if (parts.some(isBad)) {
    throw new AppError(
      'invalid_input',
      `The ${what} must be a folder inside the exchange folder, such as "partner/in", or an absolute path.`,
      { field },
    );
  }
}

/** Neither inside the data folder (other than in the exchange folder) nor around it. */
function refusePrivate(path: string, dataFolder: string, exchangeFolder: string, { field, what }: Subject): void {
  const isPrivate = contains(path, dataFolder) || (contains(dataFolder, path) && !contains(exchangeFolder, path));
  if (isPrivate) {
    throw new AppError('invalid_input', `The ${what} would show Gatehouse's own data (database, keys). Choose another folder.`, { field });
  }
}

/** Whether one of the two folders lies in the other, or they are the same; absolute paths. */
export function overlaps(one: string, other: string): boolean {
  return contains(one, other) || contains(other, one);
}

function contains(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

async function makeFolder(path: string, options: { readonly recursive: boolean }, { field, what }: Subject): Promise<void> {
  try {
    await mkdir(path, options);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === 'ENOENT')
      throw new AppError('folder_missing', `The folder in which the ${what} should lie does not exist. Create it or choose another.`, {
        cause,
        field,
      });
    if (code !== 'EEXIST')
      throw new AppError(
        'folder_not_writable',
        `The ${what} cannot be created (${String(code)}). Check the permissions of the folder it should lie in.`,
        { cause, field },
      );
  }
  if (!(await stat(path)).isDirectory())
    throw new AppError('invalid_input', `There is a file where the ${what} should be. Choose another folder.`, { field });
  try {
    await access(path, constants.R_OK | constants.X_OK);
  } catch (cause) {
    throw new AppError('folder_not_writable', `The ${what} cannot be read. Change its owner or permissions, or choose another.`, {
      cause,
      field,
    });
  }
}
