import { placeFor } from '../../vfs/placement.ts';
import { ActionFailure, type Runner } from '../runner.ts';
import type { rename } from './definition.ts';

/** Moves pair after pair; stops at the first that fails. */
export const runRename: Runner<typeof rename> = async ({ config }, context) => {
  const session = await context.session();
  const done: { source: string; target: string; skipped?: true }[] = [];
  for (const { source, target } of config.pairs) {
    context.signal.throwIfAborted();
    try {
      const place = source === target ? null : await placeFor(session, target, config.conflict);
      if (place !== null) {
        await session.rename(source, place.path, { overwrite: place.overwrite });
        if (config.updateTimes) await session.setAttributes(place.path, { mtimeMs: context.clock.now() });
      }
      done.push(place === null ? { source, target, skipped: true } : { source, target: place.path });
    } catch (error) {
      throw ActionFailure.from(error, `${source} could not be moved to ${target}`, { done });
    }
  }
  return { done };
};
