import { randomUUID } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { AppError, toAppError } from '../contract/errors.ts';
import type { Progress } from '../contract/push.ts';
import type { Output, ParsedInput } from '../contract/rpc.ts';
import { CSV_HEAD, type ExportFormat, type ExportPart } from '../store/event-export.ts';
import type { EventFilter } from '../store/event-filter.ts';
import type { Reader } from '../store/reader.ts';
import { toEventFilter } from './query.ts';

export type EventExporter = {
  /**
   * The export in pieces of at most 500 events, the next one made when it is asked for: whoever writes them out decides the pace, and no
   * more than one is in memory.
   */
  parts(filter: EventFilter, format: ExportFormat, options: PartsOptions): AsyncGenerator<ExportPart>;
  /**
   * Writes a file of this machine, mode 0600, replacing one of the same name only when it is complete. Rejects with `invalid_input` for a
   * path that is not absolute, `busy` while others are being written, and the disk's reasons.
   */
  toFile(input: ParsedInput<'events.exportFile'>): Promise<Output<'events.exportFile'>>;
};

type PartsOptions = {
  readonly ascending: boolean;
  /** How many events at most. */
  readonly limit?: number;
  /** Goes on from there, without the line of names that a CSV begins with. */
  readonly from?: { readonly after: number } | { readonly before: number };
};

const PART_EVENTS = 500;
/** A console does not want to hear of every part. */
const PROGRESS_EVERY_EVENTS = 10_000;
const MOST_FILES_AT_ONCE = 2;

export function createEventExporter(services: { readonly reader: Reader; readonly publish: (progress: Progress) => void }): EventExporter {
  const { reader, publish } = services;
  let writing = 0;

  async function* parts(
    filter: EventFilter,
    format: ExportFormat,
    { ascending, limit = Number.MAX_SAFE_INTEGER, from: start }: PartsOptions,
  ): AsyncGenerator<ExportPart> {
    if (format === 'csv' && start === undefined) yield { text: CSV_HEAD, count: 0, cursor: null };
    let left = limit;
    let from: { readonly after?: number; readonly before?: number } = start ?? {};
    while (left > 0) {
      const part = await reader.read('events.export', { ...filter, ...from, ascending, limit: Math.min(left, PART_EVENTS) }, format);
      if (part.text !== '') yield part;
      if (part.cursor === null) return;
      left -= part.count;
      from = ascending ? { after: part.cursor } : { before: part.cursor };
    }
  }

  async function toFile({ filter: input, format, path, uuid }: ParsedInput<'events.exportFile'>): Promise<Output<'events.exportFile'>> {
    const filter = toEventFilter(input);
    if (!isAbsolute(path))
      throw new AppError('invalid_input', 'Give the whole path of the file, from the root of the disk.', { field: 'path' });
    const { count, partial } = await reader.read('events.count', filter);
    const progress = { work: 'export' as const, id: uuid ?? randomUUID(), title: 'Export of the event log', total: partial ? null : count };
    const temporary = `${path}.${randomUUID().slice(0, 8)}.part`;
    let file: FileHandle | undefined;
    let done = 0;
    let bytes = 0;
    try {
      file = await open(temporary, 'wx', 0o600);
      publish({ ...progress, done, state: 'running' });
      for await (const part of parts(filter, format, { ascending: false })) {
        bytes += (await file.write(part.text)).bytesWritten;
        const before = done;
        done += part.count;
        if (Math.floor(done / PROGRESS_EVERY_EVENTS) > Math.floor(before / PROGRESS_EVERY_EVENTS))
          publish({ ...progress, done, state: 'running' });
      }
      await file.sync();
      await file.close();
      await rename(temporary, path);
    } catch (error) {
      await file?.close().catch(() => undefined); // It may be closed already; the reason of the failure is the other one.
      if (file !== undefined) await rm(temporary, { force: true });
      publish({ ...progress, done, state: 'failed' });
      throw fileError(error);
    }
    publish({ ...progress, done, total: done, state: 'done' });
    return { path, events: done, bytes };
  }

  return {
    parts,
    async toFile(input) {
      if (writing >= MOST_FILES_AT_ONCE) throw new AppError('busy', 'Other exports are being written. Wait until one of them has ended.');
      writing++;
      try {
        return await toFile(input);
      } finally {
        writing--;
      }
    },
  };
}

function fileError(error: unknown): AppError {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new AppError('folder_missing', 'The folder of this file does not exist. Create it or choose another.', {
        field: 'path',
        cause: error,
      });
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new AppError('folder_not_writable', 'The file cannot be written there. Choose a folder that you may write to.', {
        field: 'path',
        cause: error,
      });
    case 'EISDIR':
    case 'ENOTEMPTY':
    case 'EEXIST':
      return new AppError('is_a_directory', 'A folder has this name. Choose another name for the file.', { field: 'path', cause: error });
    case 'ENOSPC':
      return new AppError('no_space', 'The disk became full. Free space or choose another disk, then export again.', { cause: error });
    default:
      return toAppError(error);
  }
}
