import { posix } from 'node:path';
import { AppError } from '../../contract/errors.ts';
import { baseOf } from '../../vfs/names.ts';
import { findEntries, isPattern, meansContents } from '../../vfs/path-pattern.ts';
import { statOrNull } from '../../vfs/placement.ts';
import { readFolder, readTree, type TreeEntry } from '../../vfs/tree.ts';
import type { Places } from '../../vfs/streams.ts';
import type { FileTree } from '../../vfs/types.ts';

/** One file or folder that was named, with all that is to be copied for it, folders before what is in them. */
export type Item = {
  readonly source: string;
  readonly target: string;
  readonly isFolder: boolean;
  readonly entries: readonly { readonly from: string; readonly to: string; readonly isFolder: boolean }[];
};

type Pair = { readonly source: string; readonly target: string };

/**
 * What a pair copies, decided before anything is: rejects with `not_found`, or in words for links, for what is no file, and for a folder
 * that would be copied into itself. A pattern that nothing matches copies nothing.
 */
export async function planPair(places: Places, rendered: Pair, typed: Pair, signal: AbortSignal): Promise<Item[]> {
  const { source, target } = places;
  const found = await findEntries(source, rendered.source, typed.source, signal);
  if (found.length === 0 && !isPattern(typed.source)) throw new AppError('not_found');
  const named = meansContents(typed.source) ? await contentsOf(source, found, signal) : found;
  const intoFolder = isPattern(typed.source) || meansContents(typed.source) || meansContents(typed.target);
  const items: Item[] = [];
  for (const entry of named) {
    const isInto = intoFolder || (entry.stat.type === 'file' && (await isFolder(target, rendered.target)));
    items.push(await planItem(places, entry, isInto ? posix.join(rendered.target, baseOf(entry.path)) : rendered.target, signal));
  }
  return items;
}

async function contentsOf(session: FileTree, folders: readonly TreeEntry[], signal: AbortSignal): Promise<TreeEntry[]> {
  const contents: TreeEntry[] = [];
  for (const { path } of folders) contents.push(...(await readFolder(session, path, signal)));
  return contents;
}

async function planItem(places: Places, root: TreeEntry, target: string, signal: AbortSignal): Promise<Item> {
  requireCopyable(root);
  if (root.stat.type === 'file')
    return { source: root.path, target, isFolder: false, entries: [{ from: root.path, to: target, isFolder: false }] };
  if (`${places.target.identify(target)}/`.startsWith(`${places.source.identify(root.path)}/`))
    throw new AppError('invalid_name', 'A folder cannot be copied into itself. Choose another target.');
  const below = await readTree(places.source, root.path, signal);
  below.forEach(requireCopyable);
  const entries = [root, ...below].map(({ path, stat }) => ({
    from: path,
    to: posix.join(target, path.slice(root.path.length)),
    isFolder: stat.type === 'directory',
  }));
  return { source: root.path, target, isFolder: true, entries };
}

function requireCopyable({ path, stat }: TreeEntry): void {
  if (stat.type === 'symlink')
    throw new AppError('permission_denied', `${path} is a link, and links are not followed. Copy the real file.`);
  if (stat.type === 'other') throw new AppError('unsupported', `${path} is neither a file nor a folder.`);
}

async function isFolder(session: FileTree, path: string): Promise<boolean> {
  return (await statOrNull(session, path))?.type === 'directory';
}
