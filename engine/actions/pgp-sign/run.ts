import { AppError } from '../../contract/errors.ts';
import { openPrivateKey, signed } from '../../lib/pgp.ts';
import { convertFile } from '../../vfs/streams.ts';
import { oneByOne, type Runner } from '../runner.ts';
import type { pgpSign } from './definition.ts';

/** Signs file after file; stops at the first that fails. */
export const runPgpSign: Runner<typeof pgpSign> = async ({ config }, context) => {
  const { conflict, armor } = config;
  const detached = config.form === 'detached';
  const kept = config.signWith === undefined ? undefined : context.pgpKeys.privateKey(config.signWith, 'sign');
  const signer = await openPrivateKey(kept?.privateKey ?? config.privateKey, kept?.passphrase ?? config.passphrase);
  if (signer === undefined) throw new AppError('action_failed', 'There is no private key to sign with. Enter it in the rule.');
  const places = { source: await context.source(), target: await context.target() };
  return await oneByOne(
    config.pairs,
    context.signal,
    ({ source }) => `${source} could not be signed`,
    async ({ source, target }) => {
      const written = await convertFile(places, { source, target, conflict }, context, (bytes) =>
        signed(bytes, signer, { detached, armor }),
      );
      return written === null ? { source, target, skipped: true } : { source, target: written.path, bytes: written.bytes };
    },
  );
};
