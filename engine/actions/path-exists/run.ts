import { setTimeout as pause } from 'node:timers/promises';
import { findEntries } from '../../vfs/path-pattern.ts';
import { ActionFailure, type Runner } from '../runner.ts';
import type { pathExists } from './definition.ts';

const AGAIN_MS = 1000;

/** Looks until all paths are as expected; fails with those that are not when the time is over. */
export const runPathExists: Runner<typeof pathExists> = async ({ config, source }, context) => {
  const { signal } = context;
  const session = await context.source();
  for (let left = config.timeoutSeconds; ; left--) {
    const existing: string[] = [];
    const missing: string[] = [];
    for (const [index, path] of config.paths.entries()) {
      signal.throwIfAborted();
      const found = await findEntries(session, path, source.paths[index] ?? path, signal);
      if (found.length > 0) existing.push(path);
      else missing.push(path);
    }
    const unexpected = config.expect === 'exists' ? missing : existing;
    if (unexpected.length === 0) return { existing, missing };
    if (left <= 0)
      throw new ActionFailure(`${unexpected.join(', ')} ${config.expect === 'exists' ? 'is not there' : 'is there'}.`, {
        existing,
        missing,
      });
    await pause(AGAIN_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
};
