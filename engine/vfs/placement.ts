import { AppError } from '../contract/errors.ts';
import { baseOf, parentOf } from './names.ts';
import type { FileStat, FileTree } from './types.ts';

/** What to do when something stands where a file should go. */
export type Conflict = 'replace' | 'skip' | 'fail' | 'number';

/** Highest number tried before giving up: a folder with more copies of one name has another problem. */
const MAX_NUMBER = 9999;

/** Where a file may go, or null when it should stay where it is (`skip`). Makes the folders above. Rejects with `already_exists` on `fail`. */
export async function placeFor(
  session: FileTree,
  target: string,
  conflict: Conflict,
): Promise<{ readonly path: string; readonly overwrite: boolean } | null> {
  await makeFolders(session, parentOf(target));
  if (conflict === 'replace') return { path: target, overwrite: true };
  if ((await statOrNull(session, target)) === null) return { path: target, overwrite: false };
  if (conflict === 'skip') return null;
  if (conflict === 'fail') throw new AppError('already_exists', `${target} exists already.`);
  for (let number = 2; number <= MAX_NUMBER; number++) {
    const path = numbered(target, number);
    if ((await statOrNull(session, path)) === null) return { path, overwrite: false };
  }
  throw new AppError('already_exists', `${target} exists with every number up to ${MAX_NUMBER}.`);
}

/** Makes a folder with those above it; one that is there is fine. */
async function makeFolders(session: FileTree, path: string): Promise<void> {
  if (path === '/') return;
  const found = await statOrNull(session, path);
  if (found !== null) {
    if (found.type !== 'directory') throw new AppError('not_a_directory', `${path} is not a folder.`);
    return;
  }
  await makeFolders(session, parentOf(path));
  try {
    await session.mkdir(path);
  } catch (error) {
    // Another run may have been faster.
    if (!(error instanceof AppError && error.code === 'already_exists')) throw error;
  }
}

/** Attributes, or null where nothing is there. */
export async function statOrNull(session: FileTree, path: string): Promise<FileStat | null> {
  try {
    return await session.stat(path);
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_found') return null;
    throw error;
  }
}

/** `/a/report.pdf` with 2 becomes `/a/report (2).pdf`. */
function numbered(path: string, number: number): string {
  const folder = parentOf(path);
  const name = baseOf(path);
  const dot = name.lastIndexOf('.');
  const at = dot > 0 ? dot : name.length;
  return `${folder === '/' ? '' : folder}/${name.slice(0, at)} (${number})${name.slice(at)}`;
}
