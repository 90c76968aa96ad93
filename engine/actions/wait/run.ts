import { setTimeout as pause } from 'node:timers/promises';
import type { Runner } from '../runner.ts';
import type { wait } from './definition.ts';

/** Resolves when the time is over, or rejects with the signal's reason. */
export const runWait: Runner<typeof wait> = async ({ config }, { signal }) => {
  await pause(config.timeoutSeconds * 1000, undefined, { signal }).catch(() => signal.throwIfAborted());
  return { seconds: config.timeoutSeconds };
};
