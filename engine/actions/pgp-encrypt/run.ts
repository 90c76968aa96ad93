import { encrypted, openPrivateKey, readPublicKeys } from '../../lib/pgp.ts';
import { convertFile } from '../../vfs/streams.ts';
import { oneByOne, type Runner } from '../runner.ts';
import type { pgpEncrypt } from './definition.ts';

/** Encrypts file after file; stops at the first that fails. */
export const runPgpEncrypt: Runner<typeof pgpEncrypt> = async ({ config }, context) => {
  const { password, conflict, armor } = config;
  const kept = config.receivers.map((id) => context.pgpKeys.publicKey(id, 'encrypt'));
  const keys = await readPublicKeys([...kept, config.publicKeys].join('\n'));
  const own = config.signWith === undefined ? undefined : context.pgpKeys.privateKey(config.signWith, 'sign');
  const signer = await openPrivateKey(own?.privateKey ?? config.signingKey, own?.passphrase ?? config.signingPassphrase);
  const places = { source: await context.source(), target: await context.target() };
  return await oneByOne(
    config.pairs,
    context.signal,
    ({ source }) => `${source} could not be encrypted`,
    async ({ source, target }) => {
      const written = await convertFile(places, { source, target, conflict }, context, (bytes) =>
        encrypted(bytes, { keys, password }, signer, armor),
      );
      return written === null ? { source, target, skipped: true } : { source, target: written.path, bytes: written.bytes };
    },
  );
};
