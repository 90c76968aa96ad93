import { posix } from 'node:path';
import { AppError } from '../contract/errors.ts';
import { statOrNull } from './placement.ts';
import { bytesOf, counted, type Places, withDownload, writeFile } from './streams.ts';
import { makeFolders, readTree, type TreeEntry } from './tree.ts';
import type { CopyOptions, FileStat, FileTree } from './types.ts';

/**
 * Copies one file with its mode and notes: within a tree as that does it itself, else by reading in one and writing in the other. Of a copy
 * that failed or was broken off nothing stays, and a file that it would have replaced is untouched.
 */
export async function copyFileAcross({ source, target }: Places, from: string, to: string, options: CopyOptions): Promise<void> {
  if (source === target) {
    await source.copy(from, to, options);
    return;
  }
  // A virtual folder may be mounted in the other tree, or two of them lie in one another.
  if (source.identify(from) === target.identify(to))
    throw new AppError('already_exists', 'A file cannot be copied onto itself. Choose another name.');
  await transfer({ source, target }, from, to, options, undefined);
}

type MoveOptions = {
  readonly overwrite: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (bytes: number, total: number) => void;
};

/**
 * Moves a file or folder: within a tree by its new name, else by a copy of all of it, after which the originals are deleted. When the copy
 * fails, what it had made is removed and every original is there; when an original cannot be deleted, or was written meanwhile, it stays, and
 * the error says so. Rejects with `already_exists` where a folder stands, as a rename does.
 */
export async function moveAcross({ source, target }: Places, from: string, to: string, options: MoveOptions): Promise<void> {
  if (source === target) {
    await source.rename(from, to, { overwrite: options.overwrite });
    return;
  }
  const { signal } = options;
  const [origin, destination] = [source.identify(from), target.identify(to)];
  if (origin === destination) return;
  if (destination.startsWith(`${origin}/`))
    throw new AppError('invalid_name', 'A folder cannot be moved into itself. Choose another target.');
  const root: TreeEntry = { path: from, stat: await source.stat(from) };
  const entries = root.stat.type === 'directory' ? [root, ...(await readTree(source, from, signal))] : [root];
  entries.forEach(requireMovable);
  const existing = await statOrNull(target, to);
  if (existing !== null && (existing.type === 'directory' || root.stat.type === 'directory')) throw new AppError('already_exists');
  await copyAll({ source, target }, entries, (path) => posix.join(to, path.slice(from.length)), options);
  try {
    for (const { path, stat } of entries.toReversed())
      await (stat.type === 'directory' ? source.rmdir(path) : removeOriginal(source, path, stat));
  } catch (error) {
    throw error instanceof AppError && error.kind !== 'ours'
      ? new AppError(error.code, `It was copied, but the original could not be deleted: ${error.message}`, { cause: error })
      : error;
  }
}

/**
 * Deletes a file that was copied, if it still is as it was then: `was`. Rejects with `busy` where somebody has written it meanwhile, since
 * that is in no copy.
 */
export async function removeOriginal(tree: FileTree, path: string, was: Pick<FileStat, 'size' | 'mtimeMs'>): Promise<void> {
  const now = await tree.stat(path);
  if (now.size !== was.size || now.mtimeMs !== was.mtimeMs)
    throw new AppError('busy', `${path} was written while it was copied, so it stays. Do the same again for what is new.`);
  await tree.remove(path);
}

function requireMovable({ path, stat }: TreeEntry): void {
  if (path === '/') throw new AppError('is_a_directory', 'The top folder stays. Move what is in it.');
  if (stat.type === 'symlink')
    throw new AppError('permission_denied', `${path} is a link, and links are not followed. Move the real file.`);
  if (stat.type === 'other') throw new AppError('unsupported', `${path} is neither a file nor a folder.`);
}

async function copyAll(
  places: Places,
  entries: readonly TreeEntry[],
  placeOf: (path: string) => string,
  { overwrite, signal, onProgress }: MoveOptions,
): Promise<void> {
  const { target } = places;
  const total = entries.reduce((sum, { stat }) => sum + (stat.type === 'file' ? stat.size : 0), 0);
  const made: { readonly path: string; readonly isFolder: boolean }[] = [];
  let done = 0;
  try {
    for (const { path, stat } of entries) {
      signal.throwIfAborted();
      const to = placeOf(path);
      if (stat.type === 'directory') {
        for (const folder of await makeFolders(target, to)) made.push({ path: folder, isFolder: true });
        continue;
      }
      const isNew = (await statOrNull(target, to)) === null;
      const before = done;
      const report = (bytes: number): void => onProgress(before + bytes, total);
      await transfer(places, path, to, { overwrite, signal, onProgress: report }, stat.mtimeMs);
      if (isNew) made.push({ path: to, isFolder: false });
      done += stat.size;
    }
  } catch (error) {
    // The originals are all there: what was made of them goes again.
    for (const { path, isFolder } of made.reverse()) await (isFolder ? target.rmdir(path) : target.remove(path)).catch(() => undefined);
    throw error;
  }
}

/** Reads in one tree and writes in the other. Without `mtimeMs` the copy is of now. */
async function transfer(
  { source, target }: Places,
  from: string,
  to: string,
  { overwrite, signal = new AbortController().signal, onProgress }: CopyOptions,
  mtimeMs: number | undefined,
): Promise<void> {
  const { mode } = await source.stat(from);
  await withDownload(source, from, async (download) => {
    const bytes = counted(bytesOf(download, signal), (done) => onProgress?.(done));
    await writeFile(target, to, bytes, signal, { overwrite, fileMode: mode & 0o777, ...(mtimeMs === undefined ? {} : { mtimeMs }) });
  });
  await takeNotesAlong(source, target, from, to);
}

async function takeNotesAlong(source: FileTree, target: FileTree, from: string, to: string): Promise<void> {
  if (!target.keepsMetadata) return;
  const notes = await source.metadata(from);
  if (Object.keys(notes).length > 0) await target.setMetadata(to, notes);
}
