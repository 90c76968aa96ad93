import type { Runner } from '../runner.ts';
import type { setMetadata } from './definition.ts';

/** Sets all of them at once, and resolves with all that the file then has. */
export const runSetMetadata: Runner<typeof setMetadata> = async ({ config }, context) => {
  const session = await context.source();
  await session.setMetadata(config.path, Object.fromEntries(config.entries.map(({ key, value }) => [key, value])));
  return { path: config.path, metadata: { ...(await session.metadata(config.path)) } };
};
