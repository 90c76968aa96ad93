import { setTimeout as pause } from 'node:timers/promises';
import { ActionFailure, type Runner } from '../runner.ts';
import type { metadataCheck } from './definition.ts';

const AGAIN_MS = 1000;

/** Looks until it is as expected; fails with what is there when the time is over. */
export const runMetadataCheck: Runner<typeof metadataCheck> = async ({ config }, context) => {
  const { path, key, value } = config;
  const session = await context.source();
  for (let left = config.timeoutSeconds; ; left--) {
    const found = (await session.metadata(path))[key] ?? null;
    const detail = { path, key, found };
    if (found === (value === '' ? null : value)) return detail;
    if (left <= 0) throw new ActionFailure(found === null ? `${path} has no ${key}.` : `${key} of ${path} is "${found}".`, detail);
    await pause(AGAIN_MS, undefined, { signal: context.signal }).catch(() => context.signal.throwIfAborted());
  }
};
