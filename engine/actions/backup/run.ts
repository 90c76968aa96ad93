import type { Runner } from '../runner.ts';
import type { backup } from './definition.ts';

/** Makes a backup in the folder of the settings; resolves with where it is, its bytes and the names of those it took the place of. */
export const runBackup: Runner<typeof backup> = async ({ config }, context) => {
  const { path, bytes, removed } = await context.upkeep.backup(config);
  return { path, bytes, removed: [...removed] };
};
