import { posix } from 'node:path';
import { AppError } from '../../contract/errors.ts';
import { parentOf, splitVirtual } from '../../vfs/names.ts';
import { findEntries, isPattern, meansContents } from '../../vfs/path-pattern.ts';
import { readFolder, readTree, type TreeEntry } from '../../vfs/tree.ts';
import type { FileTree } from '../../vfs/types.ts';
import { MAX_ENTRIES } from './definition.ts';

/** The times that a zip entry can state. */
const EARLIEST = Date.UTC(1980, 0, 2);
const LATEST = Date.UTC(2037, 11, 31);

/** One entry of the archive to be. */
export type Member = {
  readonly path: string;
  /** As the archive has it: relative, with `/` between components, without one at the end. */
  readonly name: string;
  readonly isFolder: boolean;
  /** Bytes when it was looked at. */
  readonly size: number;
  readonly mtime: Date;
  readonly mode: number;
};

export type Contents = { readonly members: readonly Member[]; readonly skipped: readonly string[] };

type Named = { readonly rendered: string; readonly typed: string };

/**
 * What goes into the archive, each path once, named from the folder that all have in common. The archive, as its tree identifies it, is left out, and so, as
 * `skipped`, is what is no regular file. Rejects with `not_found` where a named path leads to nothing, and with `too_large`.
 */
export async function collectContents(session: FileTree, named: readonly Named[], archive: string, signal: AbortSignal): Promise<Contents> {
  const roots: TreeEntry[] = [];
  for (const path of named) roots.push(...(await rootsOf(session, path, signal)));
  const base = commonFolder(roots.map(({ path }) => parentOf(path)));
  const found = new Map<string, TreeEntry>();
  for (const root of roots) {
    const below = root.stat.type === 'directory' ? await readTree(session, root.path, signal) : [];
    for (const entry of [root, ...below]) if (session.identify(entry.path) !== archive && entry.path !== '/') found.set(entry.path, entry);
    if (found.size > MAX_ENTRIES)
      throw new AppError('too_large', `That is more than ${MAX_ENTRIES} files and folders for one archive. Choose fewer.`);
  }
  const isPackable = ({ stat }: TreeEntry): boolean => stat.type === 'file' || stat.type === 'directory';
  const entries = [...found.values()];
  return {
    members: withUniqueNames(entries.filter(isPackable).map((entry) => toMember(entry, base))),
    skipped: entries.filter((entry) => !isPackable(entry)).map(({ path }) => path),
  };
}

async function rootsOf(session: FileTree, { rendered, typed }: Named, signal: AbortSignal): Promise<TreeEntry[]> {
  const entries = await findEntries(session, rendered, typed, signal);
  if (entries.length === 0 && !isPattern(typed)) throw new AppError('not_found', `${rendered} is not there.`);
  if (!meansContents(typed)) return entries;
  const contents: TreeEntry[] = [];
  for (const { path } of entries) contents.push(...(await readFolder(session, path, signal)));
  return contents;
}

/** The deepest folder that all of these lie in or are. */
function commonFolder(folders: readonly string[]): string {
  const [first = [], ...rest] = folders.map(splitVirtual);
  const same = first.findIndex((part, index) => rest.some((other) => other[index] !== part));
  return `/${first.slice(0, same < 0 ? first.length : same).join('/')}`;
}

function toMember({ path, stat }: TreeEntry, base: string): Member {
  return {
    path,
    name: portableName(posix.relative(base, path)),
    isFolder: stat.type === 'directory',
    size: stat.type === 'file' ? stat.size : 0,
    mtime: new Date(Math.min(Math.max(stat.mtimeMs, EARLIEST), LATEST)),
    mode: stat.mode,
  };
}

/** Programs for Windows read a backslash as a separator and a letter with a colon as a drive. */
function portableName(name: string): string {
  return name.replaceAll('\\', '_').replace(/^([A-Za-z]):/, '$1_');
}

function withUniqueNames(members: readonly Member[]): readonly Member[] {
  const names = new Set<string>();
  for (const { name, path } of members) {
    if (names.has(name)) throw new AppError('invalid_name', `${path} would have the name of another file in the archive. Rename it.`);
    names.add(name);
  }
  return members;
}
