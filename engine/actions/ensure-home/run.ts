import { posix } from 'node:path';
import { makeFolders } from '../../vfs/tree.ts';
import { ActionFailure, type Runner } from '../runner.ts';
import type { ensureHome } from './definition.ts';

/** Makes what is missing and resolves with the folders that were made. The home itself exists as soon as the session is open. */
export const runEnsureHome: Runner<typeof ensureHome> = async ({ config }, context) => {
  const session = await context.source();
  const mode = Number.parseInt(config.mode, 8);
  const created: string[] = [];
  for (const path of [config.path, ...config.subfolders.map((folder) => posix.join(config.path, folder))]) {
    context.signal.throwIfAborted();
    try {
      for (const made of await makeFolders(session, path, mode)) {
        created.push(made);
        // The mask of the engine's own process may have taken rights away.
        if ((await session.stat(made)).mode !== mode) await session.setAttributes(made, { mode });
      }
    } catch (error) {
      throw ActionFailure.from(error, `${path} could not be made`, { created });
    }
  }
  return { created };
};
