import { oneByOne, type Runner } from '../runner.ts';
import type { folderQuotaReset } from './definition.ts';

/** Counts folder after folder; stops at the first that fails. Resolves with the use of storage as it was counted before and as it is. */
export const runFolderQuotaReset: Runner<typeof folderQuotaReset> = async ({ config }, context) =>
  await oneByOne(
    config.folders,
    context.signal,
    (folder) => `${folder} could not be counted`,
    async (folder) => {
      const { before, after } = await context.upkeep.recountFolder(folder);
      return { folder, before: { ...before }, after: { ...after } };
    },
  );
