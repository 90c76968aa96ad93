import { placeFor } from '../../vfs/placement.ts';
import { ActionFailure, type Runner } from '../runner.ts';
import type { copy } from './definition.ts';

/** Copies pair after pair; stops at the first that fails. */
export const runCopy: Runner<typeof copy> = async ({ config }, context) => {
  const session = await context.session();
  const done: { source: string; target: string; skipped?: true }[] = [];
  for (const { source, target } of config.pairs) {
    context.signal.throwIfAborted();
    try {
      const place = await placeFor(session, target, config.conflict);
      if (place !== null) await session.copy(source, place.path, { overwrite: place.overwrite });
      done.push(place === null ? { source, target, skipped: true } : { source, target: place.path });
    } catch (error) {
      throw ActionFailure.from(error, `${source} could not be copied to ${target}`, { done });
    }
  }
  return { done };
};
