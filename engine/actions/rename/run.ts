import { moveAcross } from '../../vfs/across.ts';
import { placeFor } from '../../vfs/placement.ts';
import { ActionFailure, type Runner } from '../runner.ts';
import type { rename } from './definition.ts';

/** Moves pair after pair; stops at the first that fails. */
export const runRename: Runner<typeof rename> = async ({ config }, context) => {
  const places = { source: await context.source(), target: await context.target() };
  const { signal } = context;
  const done: { source: string; target: string; skipped?: true }[] = [];
  for (const { source, target } of config.pairs) {
    signal.throwIfAborted();
    try {
      const place = source === target && places.source === places.target ? null : await placeFor(places.target, target, config.conflict);
      if (place !== null) {
        await moveAcross(places, source, place.path, {
          overwrite: place.overwrite,
          signal,
          onProgress: (done, total) => context.progress(done, total),
        });
        if (config.updateTimes) await places.target.setAttributes(place.path, { mtimeMs: context.clock.now() });
      }
      done.push(place === null ? { source, target, skipped: true } : { source, target: place.path });
    } catch (error) {
      throw ActionFailure.from(error, `${source} could not be moved to ${target}`, { done });
    }
  }
  return { done };
};
