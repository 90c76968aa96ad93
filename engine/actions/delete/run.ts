import { AppError } from '../../contract/errors.ts';
import { findEntries, meansContents } from '../../vfs/path-pattern.ts';
import { readFolder, readTree, type TreeEntry } from '../../vfs/tree.ts';
import type { FileTree } from '../../vfs/types.ts';
import { ActionFailure, type Runner } from '../runner.ts';
import type { deleteFiles } from './definition.ts';

/** Deletes path after path; stops at the first that fails. */
export const runDelete: Runner<typeof deleteFiles> = async ({ config, source: typed }, context) => {
  const { signal } = context;
  const session = await context.source();
  const deleted: string[] = [];
  const missing: string[] = [];
  for (const [index, path] of config.paths.entries()) {
    try {
      const named = await findEntries(session, path, typed.paths[index] ?? path, signal);
      if (named.length === 0) missing.push(path);
      for (const entry of await whatToDelete(session, named, typed.paths[index] ?? path, signal)) {
        const found = await remove(session, entry, config.recursive, signal);
        (found ? deleted : missing).push(entry.path);
      }
    } catch (error) {
      throw ActionFailure.from(error, `${path} could not be deleted`, { deleted, missing });
    }
  }
  return { deleted, missing };
};

async function whatToDelete(session: FileTree, named: readonly TreeEntry[], typed: string, signal: AbortSignal): Promise<TreeEntry[]> {
  if (!meansContents(typed)) {
    if (named.some(({ path }) => path === '/'))
      throw new AppError('is_a_directory', 'The top folder stays. End the path with a slash to delete what is in it.');
    return [...named];
  }
  const contents: TreeEntry[] = [];
  for (const { path } of named) contents.push(...(await readFolder(session, path, signal)));
  return contents;
}

/** False when it was gone already. */
async function remove(session: FileTree, entry: TreeEntry, recursive: boolean, signal: AbortSignal): Promise<boolean> {
  signal.throwIfAborted();
  if (entry.stat.type !== 'directory') return await wasThere(session.remove(entry.path));
  const below = recursive ? await readTree(session, entry.path, signal) : [];
  // Each folder stands before what is in it.
  for (const { path, stat } of below.reverse()) {
    signal.throwIfAborted();
    await wasThere(stat.type === 'directory' ? session.rmdir(path) : session.remove(path));
  }
  return await wasThere(session.rmdir(entry.path));
}

async function wasThere(removal: Promise<void>): Promise<boolean> {
  try {
    await removal;
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_found') return false;
    throw error;
  }
}
