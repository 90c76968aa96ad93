import { createHash } from 'node:crypto';
import { AppError } from '../../contract/errors.ts';
import { isReportPlaceholder } from '../../contract/report.ts';
import type { FileTree } from '../../vfs/types.ts';
import type { ActionContext } from '../runner.ts';

const CHUNK_BYTES = 256 * 1024;

export type Attachment = { readonly filename: string; readonly content: Buffer; readonly sha256: string };

/**
 * Reads the files through the session, and the reports of retention checks where `typed` asks for them. Rejects with `too_large` beyond
 * `maxMegabytes` (MiB) in all, or with what the session says.
 */
export async function loadAttachments(
  context: Pick<ActionContext, 'source' | 'signal' | 'retentionReports'>,
  paths: readonly string[],
  typed: readonly string[],
  maxMegabytes: number,
): Promise<Attachment[]> {
  const loaded: Attachment[] = [];
  const tooLarge = new AppError('too_large', `The attachments are larger than ${maxMegabytes} MiB in all. Send a link or fewer files.`);
  let left = maxMegabytes * 1024 * 1024;
  for (const [index, path] of paths.entries()) {
    const isReport = isReportPlaceholder(typed[index] ?? '');
    const content = isReport
      ? await context.retentionReports()
      : await readFile(await context.source(), path, { limit: left, tooLarge }, context.signal);
    left -= content.length;
    if (left < 0) throw tooLarge;
    const filename = isReport ? 'retention-reports.zip' : path.slice(path.lastIndexOf('/') + 1);
    loaded.push({ filename, content, sha256: createHash('sha256').update(content).digest('hex') });
  }
  return loaded;
}

async function readFile(
  session: FileTree,
  path: string,
  { limit, tooLarge }: { readonly limit: number; readonly tooLarge: AppError },
  signal: AbortSignal,
): Promise<Buffer> {
  const download = await session.openRead(path);
  try {
    const chunks: Buffer[] = [];
    for (let position = 0; ; ) {
      signal.throwIfAborted();
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
      const count = await download.read(chunk, position);
      if (count === 0) break;
      position += count;
      if (position > limit) throw tooLarge;
      chunks.push(chunk.subarray(0, count));
    }
    await download.finish();
    return Buffer.concat(chunks);
  } catch (error) {
    await download.abort('error');
    throw error;
  }
}
