import { PassThrough, Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { AppError, toAppError } from '../../contract/errors.ts';
import { placeFor } from '../../vfs/placement.ts';
import { bytesOf, counted, writeFile } from '../../vfs/streams.ts';
import type { FileTree, OpenedFile } from '../../vfs/types.ts';
import { ActionFailure, type Runner } from '../runner.ts';
import { collectContents, type Member } from './contents.ts';
import type { compress } from './definition.ts';

/** Packs everything into one archive, which appears when it is complete; a failed one leaves nothing. */
export const runCompress: Runner<typeof compress> = async ({ config, source: typed }, context) => {
  try {
    const [source, target] = [await context.source(), await context.target()];
    const place = await placeFor(target, config.archive, config.conflict);
    if (place === null) return { archive: config.archive, skipped: true };
    const named = config.paths.map((rendered, index) => ({ rendered, typed: typed.paths[index] ?? rendered }));
    const { members, skipped } = await collectContents(source, named, target.identify(place.path), context.signal);
    if (members.length === 0) throw new AppError('not_found', 'There is nothing to compress.');
    const stop = new AbortController();
    const signal = AbortSignal.any([context.signal, stop.signal]);
    const zip = new ZipFile();
    const total = members.reduce((sum, { size }) => sum + size, 0);
    const packing = pack(zip, source, members, { signal, progress: (done) => context.progress(done, total) });
    try {
      const bytes = await writeFile(target, place.path, archiveBytes(zip, packing), signal, place);
      const { files, gone } = await packing;
      return { archive: place.path, files, bytes, skipped: [...skipped, ...gone] };
    } finally {
      stop.abort(new AppError('action_failed', 'The archive could not be written.'));
      await packing.catch(() => undefined);
    }
  } catch (error) {
    throw ActionFailure.from(error, `${config.archive} could not be made`, {});
  }
};

/** Puts one file after another into the archive, so that one is open at a time. */
async function pack(
  zip: ZipFile,
  session: FileTree,
  members: readonly Member[],
  { signal, progress }: { readonly signal: AbortSignal; readonly progress: (done: number) => void },
): Promise<{ readonly files: number; readonly gone: readonly string[] }> {
  // Folders first: the library writes them at once as long as it has no file at work, and calls itself once for each that had to wait.
  for (const { name, mode, mtime } of members.filter(({ isFolder }) => isFolder))
    zip.addEmptyDirectory(name, { mtime, mode: 0o40000 | mode });
  const gone: string[] = [];
  let files = 0;
  let done = 0;
  for (const { path, name, mtime, mode } of members.filter(({ isFolder }) => !isFolder)) {
    signal.throwIfAborted();
    const download = await openIfThere(session, path);
    if (download === null) {
      gone.push(path);
      continue;
    }
    const before = done;
    const bytes = counted(bytesOf(download, signal), (read) => progress((done = before + read)));
    const stream = Readable.from(bytes, { objectMode: false });
    // `finished` stops listening at an abort, and what the read under way says after that is nobody's.
    stream.on('error', () => undefined);
    try {
      zip.addReadStream(stream, name, { mtime, mode: 0o100000 | mode, size: download.size });
      await finished(stream, { signal });
      await download.finish();
      files++;
    } catch (error) {
      stream.destroy();
      await download.abort('error');
      signal.throwIfAborted();
      throw error;
    }
  }
  zip.end();
  return { files, gone };
}

/** Null for an upload that is not complete yet, and for what went away since the folder was read. */
async function openIfThere(session: FileTree, path: string): Promise<OpenedFile | null> {
  try {
    return await session.openRead(path);
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_found') return null;
    throw error;
  }
}

/** The archive as it grows; ends with an error when `packing` does, so that half of it is never taken for the whole. */
async function* archiveBytes(zip: ZipFile, packing: Promise<unknown>): AsyncGenerator<Uint8Array, void, undefined> {
  const output = zip.outputStream.pipe(new PassThrough());
  zip.on('error', (error: Error) => output.destroy(error));
  packing.catch((error: unknown) => output.destroy(toAppError(error)));
  for await (const chunk of output) yield chunk as Buffer;
  await packing;
}
