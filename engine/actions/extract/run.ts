import { posix } from 'node:path';
import { AppError } from '../../contract/errors.ts';
import { parentOf } from '../../vfs/names.ts';
import { placeFor, statOrNull } from '../../vfs/placement.ts';
import { counted, drain, withDownload, writeFile } from '../../vfs/streams.ts';
import { makeFolders } from '../../vfs/tree.ts';
import type { FileTree, OpenedFile } from '../../vfs/types.ts';
import { type ActionContext, ActionFailure, type Detail, type Runner } from '../runner.ts';
import { type Archive, readArchive, unpack } from './archive.ts';
import type { extract } from './definition.ts';

/**
 * Unpacks an archive. Everything is checked and unpacked once without writing, so that a refused archive leaves nothing behind; when disk,
 * quota or time end the second round, what it had made is removed again.
 */
export const runExtract: Runner<typeof extract> = async ({ config }, context) => {
  try {
    const [source, target] = [await context.source(), await context.target()];
    return await withDownload(source, config.archive, async (download) => {
      const archive = await readArchive(download, context.archiveLimits());
      for (const file of archive.files) target.resolve(posix.join(config.folder, file.name));
      await tryAll(download, archive, context.signal);
      const bytes = archive.files.reduce((sum, { size }) => sum + size, 0);
      if (bytes > (await target.space(config.folder)).freeBytes) throw new AppError('quota_exceeded');
      return await writeAll(target, download, archive, config, context);
    });
  } catch (error) {
    throw ActionFailure.from(error, `${config.archive} could not be extracted`, {});
  }
};

async function tryAll(download: OpenedFile, { files }: Archive, signal: AbortSignal): Promise<void> {
  for (const file of files) await drain(unpack(download, file, signal));
}

async function writeAll(
  session: FileTree,
  download: OpenedFile,
  { files, folders }: Archive,
  { folder, conflict }: { readonly folder: string; readonly conflict: Parameters<typeof placeFor>[2] },
  { signal, log, progress }: Pick<ActionContext, 'signal' | 'log' | 'progress'>,
): Promise<Detail> {
  const made: { readonly path: string; readonly isFolder: boolean }[] = [];
  const makeAll = async (path: string): Promise<void> => {
    for (const missing of await makeFolders(session, path)) made.push({ path: missing, isFolder: true });
  };
  const skipped: string[] = [];
  const total = files.reduce((sum, { size }) => sum + size, 0);
  let bytes = 0;
  try {
    for (const name of folders) await makeAll(posix.join(folder, name));
    for (const file of files) {
      const target = posix.join(folder, file.name);
      await makeAll(parentOf(target));
      const place = await placeFor(session, target, conflict);
      if (place === null) {
        skipped.push(target);
        continue;
      }
      const isNew = !place.overwrite || (await statOrNull(session, place.path)) === null;
      const before = bytes;
      const content = counted(unpack(download, file, signal), (done) => progress(before + done, total));
      bytes += await writeFile(session, place.path, content, signal, { ...place, mtimeMs: file.mtimeMs });
      if (isNew) made.push({ path: place.path, isFolder: false });
    }
  } catch (error) {
    for (const { path, isFolder } of made.reverse()) {
      await (isFolder ? session.rmdir(path) : session.remove(path)).catch((failure: unknown) =>
        log.warn('something of a failed extraction could not be removed', failure),
      );
    }
    throw error;
  }
  return { folder, files: files.length - skipped.length, bytes, skipped };
}
