import { posix } from 'node:path';
import { AppError } from '../contract/errors.ts';
import { parentOf, splitVirtual } from './names.ts';
import { statOrNull } from './placement.ts';
import type { FileStat, FileTree } from './types.ts';

/** Folders inside folders; a deeper tree is a mistake or an attack. */
const MAX_DEPTH = 1000;
/** Entries of one tree. */
const MAX_ENTRIES = 100_000;
const PAGE = 500;

/** Something in a tree, by its virtual path. */
export type TreeEntry = { readonly path: string; readonly stat: FileStat };

/** What is directly in a folder, by name. Rejects with `too_large` beyond 100,000 entries. */
export async function readFolder(session: FileTree, path: string, signal: AbortSignal): Promise<TreeEntry[]> {
  const listing = await session.list(path);
  try {
    const entries: TreeEntry[] = [];
    for (let page = await listing.next(PAGE); page.length > 0; page = await listing.next(PAGE)) {
      signal.throwIfAborted();
      if (entries.length + page.length > MAX_ENTRIES) throw tooMany(path);
      for (const stat of page) entries.push({ path: posix.join(path, stat.name), stat });
    }
    return entries.sort((a, b) => (a.path < b.path ? -1 : 1));
  } finally {
    listing.close();
  }
}

/**
 * All that is below a folder, each folder before what is in it, by name; links are entries, never followed. Rejects with `too_large` beyond
 * 100,000 entries or 1,000 levels.
 */
export async function readTree(session: FileTree, root: string, signal: AbortSignal): Promise<TreeEntry[]> {
  const found: TreeEntry[] = [];
  const deepest = splitVirtual(root).length + MAX_DEPTH;
  const waiting = (await readFolder(session, root, signal)).reverse();
  for (let entry = waiting.pop(); entry !== undefined; entry = waiting.pop()) {
    if (found.length + waiting.length >= MAX_ENTRIES) throw tooMany(root);
    found.push(entry);
    if (entry.stat.type !== 'directory') continue;
    if (splitVirtual(entry.path).length >= deepest)
      throw new AppError('too_large', `${root} holds folders nested deeper than ${MAX_DEPTH} levels.`);
    for (const child of (await readFolder(session, entry.path, signal)).reverse()) waiting.push(child);
  }
  return found;
}

/**
 * Bytes and number of the files below a folder, links and the folders of `skip` left out; however many there are, a page of them is in
 * memory at a time.
 */
export async function measureTree(
  session: FileTree,
  root: string,
  signal: AbortSignal,
  skip: ReadonlySet<string> = new Set(),
): Promise<{ bytes: number; files: number }> {
  const total = { bytes: 0, files: 0 };
  const folders = [root];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const listing = await session.list(folder);
    try {
      for (let page = await listing.next(PAGE); page.length > 0; page = await listing.next(PAGE)) {
        signal.throwIfAborted();
        for (const { name, type, size } of page) {
          if (type === 'directory' && !skip.has(posix.join(folder, name))) folders.push(posix.join(folder, name));
          if (type !== 'file') continue;
          total.bytes += size;
          total.files++;
        }
      }
    } finally {
      listing.close();
    }
  }
  return total;
}

/**
 * Makes a folder with those above it and resolves with the ones that were missing, topmost first. Rejects with `not_a_directory` where a
 * file is in the way.
 */
export async function makeFolders(session: FileTree, path: string, mode?: number): Promise<string[]> {
  if (path === '/') return [];
  const found = await statOrNull(session, path);
  if (found !== null) {
    if (found.type !== 'directory') throw new AppError('not_a_directory', `${path} is not a folder.`);
    return [];
  }
  const above = await makeFolders(session, parentOf(path), mode);
  try {
    await session.mkdir(path, mode);
  } catch (error) {
    // Another run may have been faster.
    if (error instanceof AppError && error.code === 'already_exists') return above;
    throw error;
  }
  return [...above, path];
}

function tooMany(path: string): AppError {
  return new AppError('too_large', `${path} holds more than ${MAX_ENTRIES} files and folders. Choose a smaller folder.`);
}
