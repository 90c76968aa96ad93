import { decrypted, openPrivateKey, readPublicKeys } from '../../lib/pgp.ts';
import { convertFile } from '../../vfs/streams.ts';
import { oneByOne, type Runner } from '../runner.ts';
import type { pgpDecrypt } from './definition.ts';

/** Decrypts file after file; stops at the first that fails. The content appears under its name when all of it has proved sound. */
export const runPgpDecrypt: Runner<typeof pgpDecrypt> = async ({ config }, context) => {
  const { password, conflict } = config;
  const signers = await readPublicKeys(
    [...config.signedBy.map((id) => context.pgpKeys.publicKey(id, 'verify')), config.signers].join('\n'),
  );
  const kept = config.decryptWith.map((id) => context.pgpKeys.privateKey(id, 'decrypt'));
  const opened = await Promise.all([...kept, config].map(({ privateKey, passphrase }) => openPrivateKey(privateKey, passphrase)));
  const keys = opened.filter((key) => key !== undefined);
  const places = { source: await context.source(), target: await context.target() };
  return await oneByOne(
    config.pairs,
    context.signal,
    ({ source }) => `${source} could not be decrypted`,
    async ({ source, target }) => {
      let signedBy: readonly string[] = [];
      const written = await convertFile(places, { source, target, conflict }, context, (bytes, size) => {
        const content = decrypted(bytes, size, { keys, password, signers });
        signedBy = content.signedBy;
        return content.bytes;
      });
      return written === null
        ? { source, target, skipped: true }
        : { source, target: written.path, bytes: written.bytes, signedBy: [...signedBy] };
    },
  );
};
