import { isUtf8 } from 'node:buffer';
import { crc32, createInflateRaw } from 'node:zlib';
import { type Entry, fromRandomAccessReaderPromise, getFileNameLowLevel, RandomAccessReader, type ZipFile } from 'yauzl';
import { AppError } from '../../contract/errors.ts';
import { through } from '../../lib/through.ts';
import { bytesOf } from '../../vfs/streams.ts';
import type { OpenedFile } from '../../vfs/types.ts';
import type { ArchiveLimits } from '../runner.ts';

/** One file of an archive, checked. */
type ArchivedFile = {
  /** Relative, with `/` between components, none of them empty, `.` or `..`. */
  readonly name: string;
  /** Bytes, unpacked. */
  readonly size: number;
  readonly mtimeMs: number;
  /** Its bytes as they stand in the archive: `[start, end)`. */
  readonly start: number;
  readonly end: number;
  readonly deflated: boolean;
  readonly crc32: number;
};

export type Archive = { readonly files: readonly ArchivedFile[]; readonly folders: readonly string[] };

const FILE_TYPE = 0o170000;
const REGULAR = 0o100000;
const FOLDER = 0o040000;
const UTF8_FLAG = 0x800;
const DATA_DESCRIPTOR_FLAG = 0x8;
/** Stands where the size itself is in an extra field. */
const ZIP64_SIZE = 0xff_ff_ff_ff;
const INFLATED_CHUNK_BYTES = 64 * 1024;

/**
 * Reads the directory of a zip archive and checks every entry. Rejects, in words, for what is no zip archive, for names that lead out or
 * clash, for links, devices and encrypted entries, for headers that contradict each other, for entries that share bytes, and with
 * `too_large` for more entries or bytes than the limits allow.
 */
export async function readArchive(download: OpenedFile, limits: ArchiveLimits): Promise<Archive> {
  const zip = await orRefuse(fromRandomAccessReaderPromise(new DownloadReader(download), download.size, { autoClose: false }));
  if (zip.entryCount > limits.mostEntries) throw tooManyEntries(limits);
  const entries: Entry[] = [];
  await orRefuse(
    (async () => {
      for await (const entry of zip.eachEntry()) {
        if (entries.length >= limits.mostEntries) throw tooManyEntries(limits);
        entries.push(entry);
      }
    })(),
  );
  const bytes = entries.reduce((sum, entry) => sum + entry.uncompressedSize, 0);
  if (bytes > limits.mostBytes) throw tooManyBytes(formatBytes(limits.mostBytes));
  if (bytes > download.size * limits.mostRatio) throw tooManyBytes(`${limits.mostRatio} times its own size`);
  const files: ArchivedFile[] = [];
  const folders: string[] = [];
  const ranges: Range[] = [];
  for (const entry of entries) {
    const name = relativeName(entry);
    const start = await dataStart(zip, entry);
    ranges.push({ name, start: entry.relativeOffsetOfLocalHeader, end: start + entry.compressedSize });
    if (isFolder(entry)) folders.push(name);
    else files.push(toFile(entry, name, start));
  }
  refuseClashes(files, folders);
  refuseOverlaps(ranges);
  return { files, folders };
}

/**
 * A file's bytes, unpacked, counted as they come. Throws when they are damaged, or more or fewer than the archive said.
 */
export async function* unpack(download: OpenedFile, file: ArchivedFile, signal: AbortSignal): AsyncGenerator<Buffer, void, undefined> {
  const packed = bytesOf(download, signal, file);
  let size = 0;
  let sum = 0;
  try {
    for await (const chunk of file.deflated ? through(packed, createInflateRaw({ chunkSize: INFLATED_CHUNK_BYTES })) : packed) {
      size += chunk.length;
      if (size > file.size) throw refusal(`${file.name} is larger than the archive says`);
      sum = crc32(chunk, sum);
      yield chunk;
    }
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof AppError ? error : refusal(`${file.name} is damaged`, error);
  }
  if (size !== file.size || sum !== file.crc32) throw refusal(`${file.name} is damaged`);
}

function isFolder(entry: Entry): boolean {
  return entry.fileName.endsWith('/');
}

function toFile(entry: Entry, name: string, start: number): ArchivedFile {
  if (entry.isEncrypted()) throw refusal(`${name} is encrypted`);
  if (!entry.canDecodeFileData()) throw refusal(`${name} is packed in a way that is not supported`);
  return {
    name,
    size: entry.uncompressedSize,
    mtimeMs: entry.getLastModDate().getTime(),
    start,
    end: start + entry.compressedSize,
    deflated: entry.compressionMethod === 8,
    crc32: entry.crc32,
  };
}

/** The name, cleaned; refused unless it is that of a file or folder below the target. */
function relativeName(entry: Entry): string {
  const fileName = nameOf(entry);
  // The upper half holds a Unix mode where the archive was made on one. Its type has to be what the name says.
  const type = (entry.externalFileAttributes >>> 16) & FILE_TYPE;
  if (type !== 0 && type !== (isFolder(entry) ? FOLDER : REGULAR)) throw refusal(`${fileName} is a link or no regular file`);
  const parts = fileName.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.length === 0 || parts.includes('..')) throw refusal(`${fileName} has no usable name`);
  return parts.join('/');
}

/**
 * The name as the library decodes it; but where the archive was made on Unix, names without the UTF-8 flag are in the system's own encoding,
 * nearly always UTF-8 (Info-ZIP writes them so), not in that of DOS.
 */
function nameOf(entry: Entry): string {
  const isUnix = entry.versionMadeBy >>> 8 === 3;
  if (!isUnix || !isUtf8(entry.fileNameRaw)) return entry.fileName;
  return getFileNameLowLevel(entry.generalPurposeBitFlag | UTF8_FLAG, entry.fileNameRaw, entry.extraFields, false);
}

/**
 * Where the entry's bytes begin. Its own header has to say of name, method, sizes and checksum what the directory says: programs differ in
 * which of the two they believe.
 */
async function dataStart(zip: ZipFile, entry: Entry): Promise<number> {
  const header = await orRefuse(zip.readLocalFileHeaderPromise(entry));
  // Sizes and checksum may come behind the data instead, and sizes from 4 GiB on stand in an extra field.
  const isLater = (header.generalPurposeBitFlag & DATA_DESCRIPTOR_FLAG) !== 0;
  const agrees = (own: number, listed: number): boolean => own === listed || own === ZIP64_SIZE || (isLater && own === 0);
  if (
    !header.fileName.equals(entry.fileNameRaw) ||
    header.compressionMethod !== entry.compressionMethod ||
    !agrees(header.compressedSize, entry.compressedSize) ||
    !agrees(header.uncompressedSize, entry.uncompressedSize) ||
    !agrees(header.crc32, entry.crc32)
  )
    throw refusal(`the headers of ${entry.fileName} contradict each other`);
  return header.fileDataStart;
}

/** On some disks names that differ in case or in the composition of letters are one file; a path cannot be a file and a folder at once. */
function refuseClashes(files: readonly ArchivedFile[], folders: readonly string[]): void {
  const seen = new Set<string>();
  for (const { name } of files) {
    const key = foldedName(name);
    if (seen.has(key)) throw refusal(`it has two files of the name ${name}`);
    seen.add(key);
  }
  for (const name of [...files.map((file) => parentOf(file.name)), ...folders]) {
    for (let folder = name; folder !== ''; folder = parentOf(folder))
      if (seen.has(foldedName(folder))) throw refusal(`${folder} is both a file and a folder`);
  }
}

function foldedName(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

function parentOf(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf('/')));
}

type Range = { readonly name: string; readonly start: number; readonly end: number };

/** Entries that share bytes can unpack to far more than the archive's size. */
function refuseOverlaps(ranges: readonly Range[]): void {
  let end = 0;
  for (const range of ranges.toSorted((a, b) => a.start - b.start)) {
    if (range.start < end) throw refusal(`${range.name} shares bytes with another entry`);
    end = range.end;
  }
}

function tooManyEntries({ mostEntries }: ArchiveLimits): AppError {
  return new AppError('too_large', `The archive has more than ${mostEntries} files and folders. Nothing was unpacked.`);
}

function tooManyBytes(most: string): AppError {
  return new AppError('too_large', `The archive holds more than ${most}. Nothing was unpacked.`);
}

function formatBytes(bytes: number): string {
  return bytes >= 1024 ** 3 ? `${Math.round((bytes / 1024 ** 3) * 10) / 10} GiB` : `${Math.round((bytes / 1024 ** 2) * 10) / 10} MiB`;
}

function refusal(reason: string, cause?: unknown): AppError {
  return new AppError('action_failed', `The archive is not unpacked: ${reason}.`, { cause });
}

/** What the library finds wrong is the archive's fault, and its messages are sentences. */
async function orRefuse<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof AppError ? error : refusal(error instanceof Error ? error.message : String(error), error);
  }
}

/** A download as the library reads it; closed by its owner. */
class DownloadReader extends RandomAccessReader {
  readonly #download: OpenedFile;

  constructor(download: OpenedFile) {
    super();
    this.#download = download;
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null, count?: number) => void,
  ): void {
    const read = async (): Promise<number> => {
      let done = 0;
      while (done < length) {
        const count = await this.#download.read(buffer.subarray(offset + done, offset + length), position + done);
        if (count === 0) break;
        done += count;
      }
      return done;
    };
    read().then(
      (count) => callback(null, count),
      (error: unknown) => callback(error instanceof Error ? error : new Error(String(error))),
    );
  }

  override close(callback: (error: Error | null) => void): void {
    callback(null);
  }
}
