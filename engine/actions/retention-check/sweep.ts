import { posix } from 'node:path';
import { AppError } from '../../contract/errors.ts';
import { parentOf } from '../../vfs/names.ts';
import { moveAcross } from '../../vfs/across.ts';
import { placeFor } from '../../vfs/placement.ts';
import { readFolder } from '../../vfs/tree.ts';
import type { Places } from '../../vfs/streams.ts';

/** What holds in a folder and below it, down to a folder with a policy of its own. */
export type Policy = {
  readonly path: string;
  /** 0: everything stays. */
  readonly hours: number;
  readonly deleteEmptyFolders: boolean;
  /** Null: old files are deleted. */
  readonly archiveTo: string | null;
};

type Sweep = {
  readonly places: Places;
  readonly policy: Policy;
  readonly policies: readonly Policy[];
  /** Files changed before then are old; ms since the epoch. */
  readonly before: number;
  readonly dryRun: boolean;
  readonly count: { files: number; bytes: number; folders: number };
  readonly signal: AbortSignal;
};

/** Clears a folder by its policy. What is in it is looked at a folder at a time; links are left alone. */
export async function clearFolder(sweep: Sweep): Promise<void> {
  await clear(sweep, sweep.policy.path);
}

/** Resolves with whether the folder is empty afterwards. */
async function clear(sweep: Sweep, folder: string): Promise<boolean> {
  const { places, policy, before, count, signal } = sweep;
  const { source } = places;
  let left = 0;
  for (const { path, stat } of await readFolder(source, folder, signal)) {
    signal.throwIfAborted();
    if (stat.type === 'directory') {
      const isEmpty = isElsewhere(sweep, path) ? false : await clear(sweep, path);
      if (!isEmpty || !policy.deleteEmptyFolders) left++;
      else if (!sweep.dryRun && !(await removed(source.rmdir(path)))) left++;
      else count.folders++;
      continue;
    }
    if (stat.type !== 'file' || stat.mtimeMs >= before) {
      left++;
      continue;
    }
    if (!sweep.dryRun && !(await putAway(sweep, path))) {
      left++;
      continue;
    }
    count.files++;
    count.bytes += stat.size;
  }
  return left === 0;
}

/** Another policy holds there, or it is an archive, where what was moved must not be found again. */
function isElsewhere({ policies, places }: Sweep, path: string): boolean {
  const identity = places.source.identify(path);
  return policies.some(
    (other) => other.path === path || (other.archiveTo !== null && places.target.identify(other.archiveTo) === identity),
  );
}

/** False for what somebody is writing to, or was faster with. */
async function putAway({ places, policy, signal }: Sweep, path: string): Promise<boolean> {
  if (policy.archiveTo === null) return await removed(places.source.remove(path));
  const target = posix.join(policy.archiveTo, posix.relative(policy.path, path));
  if (places.target.identify(parentOf(target)) === places.source.identify(parentOf(path)))
    throw new AppError('action_failed', `${policy.archiveTo} is where the files are. Choose another archive.`);
  const place = await placeFor(places.target, target, 'number');
  return place !== null && (await removed(moveAcross(places, path, place.path, { overwrite: false, signal, onProgress: () => undefined })));
}

async function removed(removal: Promise<void>): Promise<boolean> {
  try {
    await removal;
    return true;
  } catch (error) {
    if (error instanceof AppError && ['not_found', 'busy', 'directory_not_empty'].includes(error.code)) return false;
    throw error;
  }
}
