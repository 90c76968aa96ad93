import fs from 'node:fs';
import { splitVirtual } from '../names.ts';
import { DescriptorDirectory, type Directory, PathDirectory } from './directory.ts';
import { fromErrno } from './errno.ts';

export type { BigIntStats as Entry } from 'node:fs';
export type { Directory } from './directory.ts';
export { fromErrno } from './errno.ts';
export type { OpenFile } from './file.ts';

/** The tree that one account lives in. */
export type Jail = {
  /** Real path of the root; for keys and `.FsPath`, never for opening. */
  readonly realPath: string;
  /** Opens the directory of a clean virtual path, step by step; the caller closes it. */
  readonly open: (virtualPath: string) => Directory;
  readonly close: () => void;
};

/** Opens the jail at a real path chosen by the administrator. Throws `not_found`, `not_a_directory` or `permission_denied`. */
export function openJail(path: string, kind: typeof DescriptorDirectory | typeof PathDirectory = defaultKind()): Jail {
  const root = kind.openRoot(path);
  return {
    realPath: realPath(path),
    open(virtualPath) {
      const [first, ...rest] = splitVirtual(virtualPath);
      let directory: Directory = root.openDir(first ?? '.');
      for (const name of rest) {
        const parent = directory;
        try {
          directory = parent.openDir(name);
        } finally {
          parent.close();
        }
      }
      return directory;
    },
    close: () => root.close(),
  };
}

/** Runs `work` with the folder at a real path, open; with undefined when it is gone. */
export async function inFolder(path: string, work: (directory: Directory | undefined) => Promise<void>): Promise<void> {
  let jail: Jail;
  try {
    jail = openJail(path);
  } catch {
    await work(undefined); // Nothing to find where there is no folder.
    return;
  }
  const directory = jail.open('/');
  try {
    await work(directory);
  } finally {
    directory.close();
    jail.close();
  }
}

/** Makes the folder with its parents; for homes below the exchange folder. */
export function ensureFolder(path: string): void {
  try {
    fs.mkdirSync(path, { recursive: true, mode: 0o750 });
  } catch (error) {
    throw fromErrno(error);
  }
}

function realPath(path: string): string {
  try {
    return fs.realpathSync.native(path);
  } catch (error) {
    throw fromErrno(error);
  }
}

function defaultKind(): typeof DescriptorDirectory | typeof PathDirectory {
  return process.platform === 'linux' ? DescriptorDirectory : PathDirectory;
}
