import { makeFolders } from '../../vfs/tree.ts';
import { ActionFailure, type Runner } from '../runner.ts';
import type { createFolders } from './definition.ts';

/** Makes folder after folder; stops at the first that fails. */
export const runCreateFolders: Runner<typeof createFolders> = async ({ config }, context) => {
  const session = await context.source();
  const created: string[] = [];
  for (const path of config.paths) {
    context.signal.throwIfAborted();
    try {
      created.push(...(await makeFolders(session, path)));
    } catch (error) {
      throw ActionFailure.from(error, `${path} could not be made`, { created });
    }
  }
  return { created };
};
