import type { SessionContext } from './context.ts';
import { toFileStat } from './context.ts';
import { baseOf, isTemporary } from './names.ts';
import type { Partials } from './partials.ts';
import type { Directory } from './sandbox/index.ts';
import type { DirectoryListing, FileStat } from './types.ts';

/** Opens a directory for reading: what is on disk without hidden temporaries, and this account's unfinished uploads under their final names. */
export async function openListing(context: SessionContext, partials: Partials, path: string): Promise<DirectoryListing> {
  const directory = context.jail.open(path);
  try {
    const names = (await directory.names()).filter((name) => !isTemporary(name));
    const present = new Set(names);
    const unfinished = unfinishedIn(context, partials, path, directory).filter((entry) => !present.has(entry.name));
    return new Listing(path, directory, names, unfinished);
  } catch (error) {
    directory.close();
    throw error;
  }
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
  readonly #directory: Directory;
  readonly #names: readonly string[];
  readonly #unfinished: readonly FileStat[];
  #next = 0;
  #closed = false;

  constructor(path: string, directory: Directory, names: readonly string[], unfinished: readonly FileStat[]) {
    this.path = path;
    this.#directory = directory;
    this.#names = names;
    this.#unfinished = unfinished;
  }

  next(count: number): Promise<readonly FileStat[]> {
    const entries: FileStat[] = [];
    while (entries.length < count && this.#next < this.#names.length + this.#unfinished.length) {
      const index = this.#next++;
      const name = this.#names[index];
      const entry = name === undefined ? this.#unfinished[index - this.#names.length] : this.#stat(name);
      if (entry !== undefined) entries.push(entry);
    }
    return Promise.resolve(entries);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#directory.close();
  }

  /** Undefined for what was deleted since the names were read. */
  #stat(name: string): FileStat | undefined {
    const found = this.#directory.lstat(name);
    return found === undefined ? undefined : toFileStat(name, found);
  }
}
