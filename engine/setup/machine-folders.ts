import { mkdir, opendir, realpath, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { AppError } from '../contract/errors.ts';
import type { Output } from '../contract/rpc.ts';

/** Folders that are listed at once, and entries that are read for it: a folder may hold millions of files. */
const MOST_FOLDERS = 1000;
const MOST_ENTRIES = 50_000;
const DRIVE_WITHIN_MS = 1000;
/** What the console asks for to see Windows' drives. */
const DRIVES = '\\';
/** Windows' own, which are hidden by an attribute that Node does not show. */
const HIDDEN_ON_WINDOWS = /^(\$Recycle\.Bin|System Volume Information|Recovery|PerfLogs|Config\.Msi|Documents and Settings)$/i;

/**
 * The folders inside a folder of this machine, by name, without hidden ones. `path` is absolute; empty stands for the user's home. Rejects
 * with `not_found`, `not_a_directory`, `permission_denied` or `invalid_input`.
 */
export async function listFolders(path: string, platform: NodeJS.Platform = process.platform): Promise<Output<'machine.folders'>> {
  if (platform === 'win32' && path === DRIVES) return { path: '', parent: null, folders: await drives(), truncated: false };
  const folder = absolute(path === '' ? homedir() : path, 'path');
  const names: string[] = [];
  let read = 0;
  try {
    for await (const entry of await opendir(folder)) {
      if (++read > MOST_ENTRIES) break;
      if (isHidden(entry.name, platform)) continue;
      if (entry.isDirectory() || (entry.isSymbolicLink() && (await leadsToFolder(join(folder, entry.name))))) names.push(entry.name);
    }
  } catch (error) {
    throw inWords(error, folder, 'path');
  }
  const sorted = names.sort(new Intl.Collator(undefined, { numeric: true }).compare);
  const above = dirname(folder);
  return {
    path: folder,
    parent: above !== folder ? above : platform === 'win32' ? DRIVES : null,
    folders: sorted.slice(0, MOST_FOLDERS).map((name) => ({ name, path: join(folder, name) })),
    truncated: read > MOST_ENTRIES || sorted.length > MOST_FOLDERS,
  };
}

/** Makes one folder in an existing one. Rejects with `invalid_name`, `already_exists` and as listFolders does. */
export async function createFolder(
  parent: string,
  name: string,
  platform: NodeJS.Platform = process.platform,
): Promise<Output<'machine.createFolder'>> {
  const isBad =
    name === '.' ||
    name === '..' ||
    /[/\\\0]/.test(name) ||
    (platform === 'win32' && (/[<>:"|?*]|[. ]$/.test(name) || /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(name)));
  if (isBad)
    throw new AppError('invalid_name', 'This name cannot be used for a folder. Leave out slashes and special characters.', {
      field: 'name',
    });
  const folder = join(absolute(parent, 'parent'), name);
  try {
    await mkdir(folder);
    return { path: await realpath(folder) };
  } catch (error) {
    throw inWords(error, parent, 'parent');
  }
}

function absolute(path: string, field: 'path' | 'parent'): string {
  if (!isAbsolute(path) || path.includes('\0'))
    throw new AppError('invalid_input', 'Give the whole path of the folder, from the drive or the root on.', { field });
  return resolve(path);
}

function isHidden(name: string, platform: NodeJS.Platform): boolean {
  return name.startsWith('.') || (platform === 'win32' && HIDDEN_ON_WINDOWS.test(name));
}

async function leadsToFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** Windows' drives that answer; a network drive that is away would let everybody wait. */
async function drives(): Promise<{ name: string; path: string }[]> {
  const letters = Array.from({ length: 26 }, (_, index) => `${String.fromCharCode(65 + index)}:\\`);
  const found = await Promise.all(
    letters.map((path) => {
      const late = new Promise<boolean>((done) => setTimeout(() => done(false), DRIVE_WITHIN_MS).unref());
      return Promise.race([leadsToFolder(path), late]);
    }),
  );
  return letters.filter((_, index) => found[index]).map((path) => ({ name: path.slice(0, 2), path }));
}

function inWords(thrown: unknown, folder: string, field: 'path' | 'parent'): AppError {
  const { code } = thrown as NodeJS.ErrnoException;
  const options = { cause: thrown, field };
  switch (code) {
    case 'ENOENT':
      return new AppError('not_found', `There is no folder ${folder}. Choose another.`, options);
    case 'ENOTDIR':
      return new AppError('not_a_directory', `${folder} is a file or lies below one. Choose a folder.`, options);
    case 'EEXIST':
      return new AppError('already_exists', 'Something of this name is there already. Choose another name.', {
        cause: thrown,
        field: 'name',
      });
    case 'EACCES':
    case 'EPERM':
      return new AppError('permission_denied', `The system does not let Gatehouse do that in ${folder}. Choose another folder.`, options);
    case 'EROFS':
      return new AppError('read_only', `${folder} can only be read. Choose another folder.`, options);
    case 'ENOSPC':
    case 'EDQUOT':
      return new AppError('no_space', 'The disk is full. Free space on it or choose a folder on another.', options);
    case 'ENAMETOOLONG':
      return new AppError('invalid_name', 'The name is too long for this disk. Choose a shorter one.', { cause: thrown, field: 'name' });
    default:
      return new AppError(
        'io_error',
        `${folder} cannot be read (${code ?? 'unknown reason'}). Check the disk, or choose another folder.`,
        options,
      );
  }
}
