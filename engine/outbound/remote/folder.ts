import { randomBytes } from 'node:crypto';
import { posix } from 'node:path';
import { promisify } from 'node:util';
import type { FileEntryWithStats, InputAttributes, Stats } from 'ssh2';
import { AppError } from '../../contract/errors.ts';
import { baseOf, isTemporary, parentOf, resolveVirtual, splitVirtual, temporaryName } from '../../vfs/names.ts';
import { bytesOf, counted, withDownload, writeFile } from '../../vfs/streams.ts';
import type {
  Attributes,
  CopyOptions,
  DirectoryListing,
  FileStat,
  FileTree,
  OpenedFile,
  OpenWriteOptions,
  SpaceInfo,
  WrittenFile,
} from '../../vfs/types.ts';
import type { Connector } from '../connector.ts';
import { RemoteReading, RemoteWriting } from './handles.ts';
import { requirePlainPath } from './index.ts';
import { connectSftp, type SftpLink } from './sftp.ts';
import { remoteAddress, type RemoteServer } from './types.ts';

/** A folder on another server as a tree for file actions; its one connection ends with `close`. */
export type RemoteFolder = FileTree & { close(): Promise<void> };

type Options = {
  readonly connector: Connector;
  /** Ends the connection; its reason is what is told then. */
  readonly signal: AbortSignal;
  /** Hears of every file that arrived whole: its path in the folder, its address, its bytes. */
  readonly arrived?: (file: { readonly path: string; readonly target: string; readonly bytes: number }) => Promise<void>;
};

/**
 * Signs in over SFTP and opens the folder at `base`, an absolute path there. Rejects with `outbound_failed` in words, with `folder_missing`
 * where no folder is there, or with the signal's reason.
 */
export async function openRemoteFolder(server: RemoteServer, base: string, options: Options): Promise<RemoteFolder> {
  requirePlainPath(base);
  const link = await connectSftp(server, options.connector, options.signal);
  try {
    const realpath = promisify<string, string>(link.sftp.realpath.bind(link.sftp));
    const stat = promisify<string, Stats>(link.sftp.stat.bind(link.sftp));
    const root = await link.told(realpath(base), base);
    if (!(await link.told(stat(root), base)).isDirectory()) throw new AppError('not_a_directory');
    return new SftpFolder(link, server, root, options);
  } catch (error) {
    link.close();
    if (error instanceof AppError && (error.code === 'not_found' || error.code === 'not_a_directory'))
      throw new AppError('folder_missing', `There is no folder ${base} on ${link.where}. Make it there, or correct the path.`, {
        cause: error,
      });
    throw error;
  }
}

/**
 * Every path is looked at component by component before it is used, and no link is followed, so that nothing outside of the folder is
 * reached by a name. Who can change the other server in between could do so by itself.
 */
class SftpFolder implements RemoteFolder {
  readonly keepsMetadata = false;
  readonly #link: SftpLink;
  readonly #server: RemoteServer;
  /** Real path there. */
  readonly #root: string;
  readonly #options: Options;
  readonly #lstat: (path: string) => Promise<Stats>;
  readonly #readdir: (path: string) => Promise<FileEntryWithStats[]>;
  readonly #mkdir: (path: string, attributes: InputAttributes) => Promise<void>;
  readonly #rmdir: (path: string) => Promise<void>;
  readonly #unlink: (path: string) => Promise<void>;
  readonly #setstat: (path: string, attributes: InputAttributes) => Promise<void>;

  constructor(link: SftpLink, server: RemoteServer, root: string, options: Options) {
    const { sftp } = link;
    this.#link = link;
    this.#server = server;
    this.#root = root;
    this.#options = options;
    this.#lstat = promisify<string, Stats>(sftp.lstat.bind(sftp));
    this.#readdir = promisify<string, FileEntryWithStats[]>(sftp.readdir.bind(sftp));
    this.#mkdir = promisify<string, InputAttributes>(sftp.mkdir.bind(sftp));
    this.#rmdir = promisify<string>(sftp.rmdir.bind(sftp));
    this.#unlink = promisify<string>(sftp.unlink.bind(sftp));
    this.#setstat = promisify<string, InputAttributes>(sftp.setstat.bind(sftp));
  }

  resolve(path: string, base = '/'): string {
    return resolveVirtual(path, base, 'linux');
  }

  identify(path: string): string {
    return remoteAddress(this.#server, this.#there(this.resolve(path)));
  }

  async stat(path: string): Promise<FileStat> {
    const clean = this.resolve(path);
    const found = await this.#found(clean);
    if (found === null) throw new AppError('not_found', `${clean} is not there on ${this.#link.where}.`);
    return toStat(clean === '/' ? '/' : baseOf(clean), found);
  }

  async list(path: string): Promise<DirectoryListing> {
    const clean = this.resolve(path);
    await this.#need(clean, 'directory');
    const entries = (await this.#readdirOf(clean))
      .filter(({ filename }) => isSafeName(filename))
      .map(({ filename, attrs }) => toStat(filename, attrs));
    let next = 0;
    return {
      path: clean,
      next: (count) => Promise.resolve(entries.slice(next, (next += count))),
      close: () => undefined,
    };
  }

  async openRead(path: string): Promise<OpenedFile> {
    const clean = this.resolve(path);
    const { size } = await this.#need(clean, 'file');
    return await RemoteReading.open(this.#link, { path: clean, there: this.#there(clean), size });
  }

  async openWrite(path: string, options: OpenWriteOptions): Promise<WrittenFile> {
    const clean = this.resolve(path);
    const there = this.#there(clean);
    if (options.mode === 'modify') throw new AppError('unsupported', 'A file on another server is only written as a whole.');
    const existing = await this.#found(clean);
    if (existing === null && !options.create) throw new AppError('not_found', `${clean} is not there on ${this.#link.where}.`);
    if (existing !== null) {
      requireKind(clean, existing, 'file');
      if (options.exclusive === true) throw new AppError('already_exists');
    }
    const file = {
      path: clean,
      there,
      // What is added to goes on under its name; everything else bears its name when it is complete.
      temporary: options.mode === 'append' && existing !== null ? null : this.#there(posix.join(parentOf(clean), hiddenName())),
      startAt: options.mode === 'append' ? (existing?.size ?? 0) : 0,
      exclusive: options.exclusive === true,
      fileMode: options.fileMode ?? 0o644,
    };
    return await RemoteWriting.open(this.#link, file, (bytes) => this.#arrived(clean, bytes));
  }

  async mkdir(path: string, mode = 0o755): Promise<void> {
    const clean = this.resolve(path);
    if ((await this.#found(clean)) !== null) throw new AppError('already_exists');
    await this.#told(this.#mkdir(this.#there(clean), { mode }), clean);
  }

  async rmdir(path: string): Promise<void> {
    const clean = this.#below(path);
    await this.#need(clean, 'directory');
    if ((await this.#readdirOf(clean)).length > 0) throw new AppError('directory_not_empty');
    await this.#told(this.#rmdir(this.#there(clean)), clean);
  }

  async remove(path: string): Promise<void> {
    const clean = this.#below(path);
    const found = await this.#found(clean);
    if (found === null) throw new AppError('not_found', `${clean} is not there on ${this.#link.where}.`);
    if (found.isDirectory()) throw new AppError('is_a_directory');
    await this.#told(this.#unlink(this.#there(clean)), clean);
  }

  async rename(from: string, to: string, { overwrite }: { readonly overwrite: boolean }): Promise<void> {
    const [source, target] = [this.#below(from), this.#below(to)];
    const found = await this.#found(source);
    if (found === null) throw new AppError('not_found', `${source} is not there on ${this.#link.where}.`);
    if (source === target) return;
    if (found.isSymbolicLink()) throw refusedLink(source);
    if (target.startsWith(`${source}/`)) throw new AppError('invalid_name', 'A folder cannot be moved into itself. Choose another target.');
    const existing = await this.#found(target);
    if (existing !== null && (!overwrite || existing.isDirectory() || found.isDirectory())) throw new AppError('already_exists');
    await this.#link.rename(this.#there(source), this.#there(target), existing !== null);
  }

  /** Through this machine: SFTP has no copy that every server knows. */
  async copy(from: string, to: string, { overwrite, signal = this.#options.signal, onProgress }: CopyOptions): Promise<void> {
    const [source, target] = [this.resolve(from), this.resolve(to)];
    if (source === target) throw new AppError('already_exists', 'A file cannot be copied onto itself. Choose another name.');
    const { mode } = await this.stat(source);
    await withDownload(this, source, async (download) => {
      const bytes = counted(bytesOf(download, signal), (done) => onProgress?.(done));
      await writeFile(this, target, bytes, signal, { overwrite, fileMode: mode & 0o777 });
    });
  }

  async setAttributes(path: string, { mode, size, atimeMs, mtimeMs }: Attributes): Promise<void> {
    const clean = this.resolve(path);
    const found = await this.#found(clean);
    if (found === null) throw new AppError('not_found', `${clean} is not there on ${this.#link.where}.`);
    if (found.isSymbolicLink()) throw refusedLink(clean);
    if (size !== undefined) throw new AppError('unsupported', 'A file on another server is only written as a whole.');
    const attributes = {
      ...(mode === undefined ? {} : { mode }),
      ...(mtimeMs === undefined ? {} : { mtime: Math.floor(mtimeMs / 1000), atime: Math.floor((atimeMs ?? mtimeMs) / 1000) }),
    };
    await this.#told(this.#setstat(this.#there(clean), attributes as InputAttributes), clean);
  }

  metadata(): Promise<Readonly<Record<string, string>>> {
    return Promise.resolve({});
  }

  setMetadata(path: string): Promise<void> {
    return Promise.reject(new AppError('unsupported', `${path} is on another server, and notes are kept of files of this machine only.`));
  }

  /** Servers say how much is free in ways of their own: they refuse what does not fit when it comes. */
  space(): Promise<SpaceInfo> {
    const unknown = Number.MAX_SAFE_INTEGER;
    return Promise.resolve({ totalBytes: unknown, freeBytes: unknown, totalFiles: unknown, freeFiles: unknown });
  }

  close(): Promise<void> {
    this.#link.close();
    return Promise.resolve();
  }

  /** The path there of a clean one. */
  #there(clean: string): string {
    return posix.join(this.#root, clean);
  }

  /** A clean path that is not the folder itself. */
  #below(path: string): string {
    const clean = this.resolve(path);
    if (clean === '/') throw new AppError('is_a_directory', 'This is the top folder. Choose something inside it.');
    return clean;
  }

  #told<T>(work: Promise<T>, path: string): Promise<T> {
    return this.#link.told(work, path);
  }

  /** What stands under a path, a link as itself; null for nothing. Rejects where a folder above is none, or a link. */
  async #found(clean: string): Promise<Stats | null> {
    const parts = splitVirtual(clean);
    const prefixes = parts.map((_part, index) => `/${parts.slice(0, index + 1).join('/')}`);
    const found = await Promise.all((prefixes.length === 0 ? ['/'] : prefixes).map((prefix) => this.#lstatOrNull(prefix)));
    for (const [index, above] of found.slice(0, -1).entries()) {
      const path = prefixes[index] ?? '/';
      if (above === null) throw new AppError('not_found', `${path} is not there on ${this.#link.where}.`);
      requireKind(path, above, 'directory');
    }
    return found.at(-1) ?? null;
  }

  async #lstatOrNull(clean: string): Promise<Stats | null> {
    try {
      return await this.#told(this.#lstat(this.#there(clean)), clean);
    } catch (error) {
      if (error instanceof AppError && error.code === 'not_found') return null;
      throw error;
    }
  }

  async #need(clean: string, kind: 'file' | 'directory'): Promise<Stats> {
    const found = await this.#found(clean);
    if (found === null) throw new AppError('not_found', `${clean} is not there on ${this.#link.where}.`);
    requireKind(clean, found, kind);
    return found;
  }

  async #readdirOf(clean: string): Promise<FileEntryWithStats[]> {
    const listed = await this.#told(this.#readdir(this.#there(clean)), clean);
    return listed.filter(({ filename }) => filename !== '.' && filename !== '..');
  }

  async #arrived(path: string, bytes: number): Promise<void> {
    await this.#options.arrived?.({ path, target: this.identify(path), bytes });
  }
}

function requireKind(path: string, found: Stats, kind: 'file' | 'directory'): void {
  if (found.isSymbolicLink()) throw refusedLink(path);
  if (kind === 'directory' && !found.isDirectory()) throw new AppError('not_a_directory', `${path} is not a folder.`);
  if (kind === 'file' && found.isDirectory()) throw new AppError('is_a_directory', `${path} is a folder.`);
  if (kind === 'file' && !found.isFile()) throw new AppError('unsupported', `${path} is not a regular file.`);
}

function refusedLink(path: string): AppError {
  return new AppError('permission_denied', `${path} is a link on the other server, and links are not followed. Use the real one.`);
}

function toStat(name: string, attrs: Stats): FileStat {
  return {
    name,
    type: attrs.isDirectory() ? 'directory' : attrs.isFile() ? 'file' : attrs.isSymbolicLink() ? 'symlink' : 'other',
    size: attrs.size,
    mode: attrs.mode & 0o7777,
    mtimeMs: attrs.mtime * 1000,
    atimeMs: attrs.atime * 1000,
  };
}

/** A server could name its files so that they would lead elsewhere; ours in the making are nobody's. */
function isSafeName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !/[/\u0000-\u001f\u007f]/.test(name) && !isTemporary(name);
}

function hiddenName(): string {
  return temporaryName(randomBytes(8).toString('hex'));
}
