import { AppError } from '../contract/errors.ts';
import { buffersSpent } from '../lib/spent-buffers.ts';
import { type Conflict, placeFor } from './placement.ts';
import type { FileTree, OpenedFile, WrittenFile } from './types.ts';

/** How much is read, and gathered for one write, at a time: few enough calls, little enough memory. */
const CHUNK_BYTES = 256 * 1024;

/**
 * The bytes of an open file from `start` to before `end`, by default all that it had when it was opened, in chunks of at most 256 KiB. A
 * chunk is read when it is asked for and belongs to whoever asked. Throws the signal's reason; `io_error` when the file became shorter.
 */
export async function* bytesOf(
  download: OpenedFile,
  signal: AbortSignal,
  { start = 0, end = download.size }: { readonly start?: number; readonly end?: number } = {},
): AsyncGenerator<Buffer, void, undefined> {
  for (let position = start; position < end; ) {
    signal.throwIfAborted();
    const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, end - position));
    const count = await download.read(chunk, position);
    if (count === 0) throw new AppError('io_error', `${download.path} became shorter while it was read. Try again.`);
    position += count;
    yield chunk.subarray(0, count);
    buffersSpent(count);
  }
}

/** Opens a file for `work`; closed in order afterwards, or as broken off when `work` throws. */
export async function withDownload<T>(session: FileTree, path: string, work: (download: OpenedFile) => Promise<T>): Promise<T> {
  const download = await session.openRead(path);
  try {
    const result = await work(download);
    await download.finish();
    return result;
  } catch (error) {
    await download.abort('error');
    throw error;
  }
}

type WriteOptions = {
  /** False fails with `already_exists` when something is there. */
  readonly overwrite: boolean;
  /** Modification time in ms since the epoch; now by default. */
  readonly mtimeMs?: number;
  /** Mode bits of a new file. */
  readonly fileMode?: number;
};

/**
 * Writes a whole file from a stream, which is only asked for more when the disk has taken what came before, and resolves with its bytes.
 * When the stream or the disk fails, or the signal aborts, nothing of the new content stays and an old one is untouched.
 */
export async function writeFile(
  session: FileTree,
  path: string,
  source: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
  { overwrite, mtimeMs, fileMode }: WriteOptions,
): Promise<number> {
  const upload = await session.openWrite(path, {
    mode: 'replace',
    create: true,
    exclusive: !overwrite,
    ...(fileMode === undefined ? {} : { fileMode }),
  });
  try {
    let position = 0;
    for await (const { buffers, bytes } of gathered(untilAborted(source, signal))) {
      await upload.write(buffers, position);
      position += bytes;
      buffersSpent(bytes);
    }
    signal.throwIfAborted();
    if (mtimeMs !== undefined) await upload.setAttributes({ mtimeMs });
    await upload.finish();
    return position;
  } catch (error) {
    await discard(upload);
    // A stream that the signal ended may say so in other words.
    signal.throwIfAborted();
    throw error;
  }
}

/** Reads a stream to its end, for what it finds wrong on the way. */
export async function drain(source: AsyncIterable<Uint8Array>): Promise<void> {
  const chunks = source[Symbol.asyncIterator]();
  while ((await chunks.next()).done !== true);
}

/** Somebody's work on a file: what ends it, and who hears how far it has come, in bytes. */
export type Work = { readonly signal: AbortSignal; progress(done: number, total: number): void };

/** The same chunks, counted as they are asked for. */
export async function* counted<T extends Uint8Array>(
  source: AsyncIterable<T>,
  report: (bytes: number) => void,
): AsyncGenerator<T, void, undefined> {
  let done = 0;
  for await (const chunk of source) {
    yield chunk;
    report((done += chunk.length));
  }
}

/** Where an action reads and where its results go; one and the same tree where nothing else is said. */
export type Places = { readonly source: FileTree; readonly target: FileTree };

/**
 * Writes what `convert` makes of a file's bytes to another path, as writeFile does, and resolves with where it went and its bytes; null where
 * `conflict` says to leave what is there. The target may be the source itself.
 */
export async function convertFile(
  places: Places,
  { source, target, conflict }: { readonly source: string; readonly target: string; readonly conflict: Conflict },
  work: Work,
  convert: (bytes: AsyncIterable<Uint8Array>, size: number) => AsyncIterable<Uint8Array>,
): Promise<{ readonly path: string; readonly bytes: number } | null> {
  return await withDownload(places.source, source, async (download) => {
    const place = await placeFor(places.target, target, conflict);
    if (place === null) return null;
    const { size } = download;
    const read = counted(bytesOf(download, work.signal), (done) => work.progress(done, size));
    const bytes = await writeFile(places.target, place.path, convert(read, size), work.signal, place);
    return { path: place.path, bytes };
  });
}

/** Small chunks of a stream as fewer, larger writes. */
async function* gathered(source: AsyncIterable<Uint8Array>): AsyncGenerator<{ buffers: Uint8Array[]; bytes: number }, void, undefined> {
  let buffers: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of source) {
    buffers.push(chunk);
    bytes += chunk.length;
    if (bytes < CHUNK_BYTES) continue;
    yield { buffers, bytes };
    buffers = [];
    bytes = 0;
  }
  if (bytes > 0) yield { buffers, bytes };
}

/** The same stream, which ends with the signal's reason even when its source does not answer any more. */
async function* untilAborted<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T, void, undefined> {
  const chunks = source[Symbol.asyncIterator]();
  let giveUp: ((reason: Error) => void) | undefined;
  const abort = (): void => giveUp?.(signal.reason as Error);
  signal.addEventListener('abort', abort, { once: true });
  let hasEnded = false;
  try {
    for (;;) {
      signal.throwIfAborted();
      // By hand: a race against one promise for all chunks would keep every chunk until that promise is settled.
      const next = await new Promise<IteratorResult<T>>((resolve, reject) => {
        giveUp = reject;
        chunks.next().then(resolve, reject);
      });
      if (next.done === true) {
        hasEnded = true;
        return;
      }
      yield next.value;
    }
  } finally {
    signal.removeEventListener('abort', abort);
    // Not waited for: a source that does not answer would not answer this either.
    if (!hasEnded) chunks.return?.().catch(() => undefined);
  }
}

/** Breaks an upload off. What holds no bytes is not kept for resuming. */
async function discard(upload: WrittenFile): Promise<void> {
  await upload.setAttributes({ size: 0 }).catch(() => undefined); // One that has failed already is put away by its own failure.
  await upload.abort('error');
}
