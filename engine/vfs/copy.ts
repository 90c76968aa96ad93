import { AppError } from '../contract/errors.ts';
import { requireFile, type SessionContext } from './context.ts';
import type { Partials } from './partials.ts';
import { NEEDS } from './permissions.ts';
import type { CopyOptions, CopyRange, Download, Upload } from './types.ts';
import { openUpload } from './upload.ts';

const CHUNK_BYTES = 1024 * 1024;

/**
 * Copies one file, as an upload whose bytes come from the tree itself: same hidden temporary, quota, publication and event. Of a copy that
 * failed or was broken off nothing stays.
 */
export async function copyFile(
  context: SessionContext,
  partials: Partials,
  from: string,
  to: string,
  { overwrite, signal, onProgress }: CopyOptions,
): Promise<void> {
  await context.at(from, async (source) => {
    context.need(NEEDS.copy, source.path);
    context.need(NEEDS.copy, context.resolve(to));
    context.needAllowedName(source.path, 'not_found');
    if (source.path === context.resolve(to))
      throw new AppError('already_exists', 'A file cannot be copied onto itself. Choose another name.');
    const found = source.directory.lstat(source.name);
    if (found === undefined) throw new AppError('not_found');
    requireFile(found);
    await context.decide('copy', source.path, { targetPath: context.resolve(to), size: Number(found.size) });
    const file = source.directory.openFile(source.name, 'read');
    try {
      const upload = await openUpload(context, partials, to, {
        mode: 'replace',
        create: true,
        exclusive: !overwrite,
        fileMode: Number(found.mode) & 0o777,
        operation: 'copy',
        copiedFrom: source.key,
      });
      try {
        const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
        for (let position = 0; ; ) {
          signal?.throwIfAborted();
          const count = await file.read(buffer, position);
          if (count === 0) break;
          await upload.write([buffer.subarray(0, count)], position);
          position += count;
          onProgress?.(position);
        }
        await upload.finish();
      } catch (error) {
        // What holds no bytes is not kept for resuming, which nobody could do. One that has failed already is put away by its own failure.
        await upload.setAttributes({ size: 0 }).catch(() => undefined);
        await upload.abort('error');
        throw error;
      }
    } finally {
      file.close();
    }
  });
}

/** As `Session.copyRange`. Asks for the permission to copy on both sides, since both files are already open. */
export async function copyRange(
  context: SessionContext,
  source: Download,
  target: Upload,
  { from, length, to }: CopyRange,
  signal: AbortSignal,
): Promise<number> {
  context.need(NEEDS.copy, source.path);
  context.need(NEEDS.copy, target.path);
  // A file that grows by what is copied into it would have no end.
  const wanted = length ?? Math.max(0, (await source.stat()).size - from);
  const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, wanted));
  let copied = 0;
  while (copied < wanted) {
    if (signal.aborted) throw new AppError('cancelled');
    const count = await source.readForCopy(buffer.subarray(0, Math.min(buffer.length, wanted - copied)), from + copied);
    if (count === 0) break;
    await target.write([buffer.subarray(0, count)], to + copied);
    copied += count;
  }
  return copied;
}
