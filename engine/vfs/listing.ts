import { AppError } from '../contract/errors.ts';
import type { SessionContext } from './context.ts';
import { toFileStat } from './context.ts';
import { verdictOn } from './file-patterns.ts';
import { baseOf, isTemporary } from './names.ts';
import type { Partials } from './partials.ts';
import type { Directory } from './sandbox/index.ts';
import type { DirectoryListing, FileStat } from './types.ts';

/** Opens a directory for reading: what is on disk without hidden temporaries, and this account's unfinished uploads under their final names. */
export async function openListing(context: SessionContext, partials: Partials, path: string): Promise<DirectoryListing> {
  const mounted = context.mounts.namesIn(path).flatMap((name) => context.mountStat(joinVirtual(path, name)) ?? []);
  const directory = folderOf(context, path);
  // A folder that is there only because it leads to a mount.
  if (directory === undefined) return new Listing(path, undefined, [], mounted, () => true);
  try {
    const hidden = new Set(mounted.map(({ name }) => name));
    const names = (await directory.names()).filter((name) => !isTemporary(name) && !hidden.has(name));
    const present = new Set(names);
    const unfinished = unfinishedIn(context, partials, path, directory).filter((entry) => !present.has(entry.name));
    const isSeen = (entry: FileStat): boolean =>
      entry.type === 'directory' || verdictOn(context.identity.account, joinVirtual(path, entry.name)) !== 'hidden';
    return new Listing(path, directory, names, [...mounted, ...unfinished], isSeen);
  } catch (error) {
    directory.close();
    throw error;
  }
}

/** Undefined where no disk has the folder although it leads to a mount. */
function folderOf(context: SessionContext, path: string): Directory | undefined {
  try {
    return context.openFolder(path);
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_found' && context.mounts.leadsTo(path)) return undefined;
    throw error;
  }
}

function joinVirtual(folder: string, name: string): string {
  return folder === '/' ? `/${name}` : `${folder}/${name}`;
}

/** This account's open and interrupted uploads in a directory, as it sees them. */
function unfinishedIn(context: SessionContext, partials: Partials, path: string, directory: Directory): FileStat[] {
  const key = context.key(path);
  const accountId = context.identity.account.id;
  const open = context.services.uploads.inDirectory(key).filter((upload) => upload.accountId === accountId);
  const interrupted = partials.inDirectory(accountId, key).flatMap((row) => {
    const found = directory.lstat(row.temporary);
    return found === undefined ? [] : [toFileStat(baseOf(row.path), found)];
  });
  return [...open.map((upload) => upload.describe()), ...interrupted];
}

class Listing implements DirectoryListing {
  readonly path: string;
  readonly #directory: Directory | undefined;
  readonly #names: readonly string[];
  /** What is not on disk under its own name: mounts and unfinished uploads. */
  readonly #others: readonly FileStat[];
  readonly #isSeen: (entry: FileStat) => boolean;
  #next = 0;
  #closed = false;

  constructor(
    path: string,
    directory: Directory | undefined,
    names: readonly string[],
    others: readonly FileStat[],
    isSeen: (entry: FileStat) => boolean,
  ) {
    this.path = path;
    this.#directory = directory;
    this.#names = names;
    this.#others = others;
    this.#isSeen = isSeen;
  }

  next(count: number): Promise<readonly FileStat[]> {
    const entries: FileStat[] = [];
    while (entries.length < count && this.#next < this.#names.length + this.#others.length) {
      const index = this.#next++;
      const name = this.#names[index];
      const entry = name === undefined ? this.#others[index - this.#names.length] : this.#stat(name);
      if (entry !== undefined && this.#isSeen(entry)) entries.push(entry);
    }
    return Promise.resolve(entries);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#directory?.close();
  }

  /** Undefined for what was deleted since the names were read. */
  #stat(name: string): FileStat | undefined {
    const found = this.#directory?.lstat(name);
    return found === undefined ? undefined : toFileStat(name, found);
  }
}
