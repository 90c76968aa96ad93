import { AppError } from '../../contract/errors.ts';
import type { Runner } from '../runner.ts';
import type { serveFile } from './definition.ts';

/** Names the file to serve instead, which is looked at first. Who waits for the action takes the path from its result. */
export const runServeFile: Runner<typeof serveFile> = async ({ config }, context) => {
  const session = await context.source();
  const found = await session.stat(config.path);
  if (found.type !== 'file') throw new AppError('action_failed', `${config.path} is not a file, so it cannot be served.`);
  return { path: config.path, bytes: found.size };
};
