import { AppError } from '../../contract/errors.ts';
import { statOrNull } from '../../vfs/placement.ts';
import { ActionFailure, type Runner } from '../runner.ts';
import type { deleteFiles } from './definition.ts';

/** Deletes path after path; stops at the first that fails. */
export const runDelete: Runner<typeof deleteFiles> = async ({ config }, context) => {
  const session = await context.session();
  const deleted: string[] = [];
  const missing: string[] = [];
  for (const path of config.paths) {
    context.signal.throwIfAborted();
    try {
      const found = await statOrNull(session, path);
      if (found === null) {
        missing.push(path);
        continue;
      }
      if (found.type === 'directory') await session.rmdir(path);
      else await session.remove(path);
      deleted.push(path);
    } catch (error) {
      if (error instanceof AppError && error.code === 'not_found') missing.push(path);
      else throw ActionFailure.from(error, `${path} could not be deleted`, { deleted, missing });
    }
  }
  return { deleted, missing };
};
