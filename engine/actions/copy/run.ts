import { AppError } from '../../contract/errors.ts';
import { copyFileAcross, removeOriginal } from '../../vfs/across.ts';
import { placeFor } from '../../vfs/placement.ts';
import type { Places } from '../../vfs/streams.ts';
import { makeFolders } from '../../vfs/tree.ts';
import type { FileStat } from '../../vfs/types.ts';
import { type ActionContext, ActionFailure, type Detail, type Runner } from '../runner.ts';
import type { copy } from './definition.ts';
import { type Item, planPair } from './plan.ts';

/** Copies pair after pair; stops at the first that fails. The originals are deleted when all have been copied. */
export const runCopy: Runner<typeof copy> = async ({ config, source: typed }, context) => {
  const places: Places = { source: await context.source(), target: await context.target() };
  const done: Detail[] = [];
  const copied: Copied[] = [];
  for (const [index, pair] of config.pairs.entries()) {
    try {
      for (const item of await planPair(places, pair, typed.pairs[index] ?? pair, context.signal)) {
        const result = await copyItem(places, item, config.conflict, context);
        copied.push(result);
        done.push(describe(item, result));
      }
    } catch (error) {
      throw ActionFailure.from(error, `${pair.source} could not be copied to ${pair.target}`, { done });
    }
  }
  if (config.afterCopy === 'keep') return { done };
  try {
    for (const { files, folders } of copied) {
      for (const { path, stat } of files) await unlessMissing(removeOriginal(places.source, path, stat));
      for (const path of folders.toReversed()) await unlessNeeded(places.source.rmdir(path));
    }
  } catch (error) {
    throw ActionFailure.from(error, 'The copies were made, but an original could not be deleted', { done });
  }
  return { done };
};

/** What was copied of an item, by the paths of the originals. */
type Copied = {
  readonly files: { readonly path: string; readonly stat: FileStat }[];
  readonly folders: string[];
  readonly skipped: number;
  readonly target: string;
};

async function copyItem(
  places: Places,
  item: Item,
  conflict: Parameters<typeof placeFor>[2],
  context: Pick<ActionContext, 'signal' | 'progress'>,
): Promise<Copied> {
  const files: Copied['files'] = [];
  const folders: string[] = [];
  let skipped = 0;
  let target = item.target;
  for (const { from, to, isFolder } of item.entries) {
    context.signal.throwIfAborted();
    if (isFolder) {
      await makeFolders(places.target, to);
      folders.push(from);
      continue;
    }
    const place = await placeFor(places.target, to, conflict);
    if (place === null) {
      skipped++;
      continue;
    }
    try {
      const stat = await places.source.stat(from);
      const onProgress = (bytes: number): void => context.progress(bytes, stat.size);
      await copyFileAcross(places, from, place.path, { overwrite: place.overwrite, signal: context.signal, onProgress });
      files.push({ path: from, stat });
      if (!item.isFolder) target = place.path;
    } catch (error) {
      // Inside a folder: an upload that is not complete yet, or a file that went away meanwhile.
      if (!item.isFolder || !(error instanceof AppError) || error.code !== 'not_found') throw error;
      skipped++;
    }
  }
  return { files, folders, skipped, target };
}

function describe({ source, isFolder }: Item, { files, skipped, target }: Copied): Detail {
  if (isFolder) return { source, target, files: files.length, skipped };
  return skipped > 0 ? { source, target, skipped: true } : { source, target };
}

async function unlessMissing(removal: Promise<void>): Promise<void> {
  await removal.catch((error: unknown) => {
    if (!(error instanceof AppError) || error.code !== 'not_found') throw error;
  });
}

/** A folder in which something was skipped, or is new, stays. */
async function unlessNeeded(removal: Promise<void>): Promise<void> {
  await removal.catch((error: unknown) => {
    if (!(error instanceof AppError) || !['not_found', 'directory_not_empty', 'busy'].includes(error.code)) throw error;
  });
}
