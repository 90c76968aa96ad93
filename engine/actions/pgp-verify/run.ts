import { AppError } from '../../contract/errors.ts';
import { MAX_SIGNATURE_BYTES, type Opened, readPublicKeys, verified, verifiedDetached } from '../../lib/pgp.ts';
import { bytesOf, convertFile, drain, withDownload } from '../../vfs/streams.ts';
import type { FileTree } from '../../vfs/types.ts';
import { oneByOne, type Runner } from '../runner.ts';
import type { pgpVerify } from './definition.ts';

/** Checks file after file; stops at the first whose signature is not good, before anything of it is written. */
export const runPgpVerify: Runner<typeof pgpVerify> = async ({ config, source: typed }, context) => {
  const { signal } = context;
  const signers = await readPublicKeys(
    [...config.signedBy.map((id) => context.pgpKeys.publicKey(id, 'verify')), config.signers].join('\n'),
  );
  const places = { source: await context.source(), target: await context.target() };
  return await oneByOne(
    config.files,
    signal,
    ({ source }) => `${source} could not be verified`,
    async ({ source, signature: signaturePath, target }, index) => {
      // An empty path is a slash once it is rendered.
      const isDetached = (typed.files[index]?.signature ?? '') !== '';
      const isWritten = (typed.files[index]?.target ?? '') !== '';
      const signature = isDetached ? await readSignature(places.source, signaturePath, signal) : null;
      let opened: Opened | undefined;
      const check = (bytes: AsyncIterable<Uint8Array>, size: number): AsyncIterable<Uint8Array> => {
        opened = signature === null ? verified(bytes, size, signers) : verifiedDetached(bytes, signature, signers);
        return opened.bytes;
      };
      const written = isWritten ? await convertFile(places, { source, target, conflict: config.conflict }, context, check) : null;
      if (written === null) await withDownload(places.source, source, (download) => drain(check(bytesOf(download, signal), download.size)));
      return {
        source,
        signedBy: [...(opened?.signedBy ?? [])],
        ...(written === null ? {} : { target: written.path, bytes: written.bytes }),
      };
    },
  );
};

async function readSignature(session: FileTree, path: string, signal: AbortSignal): Promise<Uint8Array> {
  return await withDownload(session, path, async (download) => {
    if (download.size > MAX_SIGNATURE_BYTES) throw new AppError('too_large', `${path} is too large to be a signature.`);
    const chunks: Uint8Array[] = [];
    for await (const chunk of bytesOf(download, signal)) chunks.push(chunk);
    return Buffer.concat(chunks);
  });
}
