import fs, { type BigIntStats, constants } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../contract/errors.ts';
import { Descriptor } from './descriptor.ts';
import { errnoOf, fromErrno } from './errno.ts';
import { OpenFile } from './file.ts';
import { SyncPace } from './sync-pace.ts';

const LINK_IMPOSSIBLE = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV']);

/**
 * The jail (spec: servers, "vfs"). A `Directory` is an open directory; its operations take one name each and follow no link, so nothing
 * that a client says, and on Linux nothing that a local process swaps meanwhile, leads out of the tree it was opened in.
 * Names must have passed names.ts. The owner closes it exactly once.
 */
export abstract class Directory {
  /** Shared by the whole tree. */
  protected readonly pace: SyncPace;

  protected constructor(pace: SyncPace) {
    this.pace = pace;
  }

  /** The child directory; throws for links and files. */
  abstract openDir(name: string): Directory;
  /** A path that the system resolves to this directory's entry `name`, valid while the directory is open. */
  protected abstract at(name: string): string;
  /** Keeps the directory open until `work` has settled. */
  protected abstract hold<T>(work: () => Promise<T>): Promise<T>;
  abstract close(): void;

  /** The entry itself, links not followed; undefined where there is none. */
  lstat(name: string): BigIntStats | undefined {
    try {
      return fs.lstatSync(this.at(name), { bigint: true, throwIfNoEntry: false });
    } catch (error) {
      throw fromErrno(error);
    }
  }

  /** This directory's own attributes. */
  stat(): BigIntStats {
    const found = this.lstat('.');
    if (found === undefined) throw new AppError('not_found', 'The folder is gone. List its parent again.');
    return found;
  }

  /**
   * Opens a regular file or makes one (`create`: it must not exist). Synchronous like every look at names: on a disk these take microseconds,
   * less than handing them to a thread and back; bytes and syncs go to threads.
   */
  openFile(name: string, mode: 'read' | 'readwrite' | 'create', permissions = 0o600): OpenFile {
    const access = mode === 'read' ? constants.O_RDONLY : constants.O_RDWR;
    const create = mode === 'create' ? constants.O_CREAT | constants.O_EXCL : 0;
    // O_NONBLOCK keeps the open of a FIFO from hanging the process; the caller refuses what is not a regular file.
    const flags = access | create | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    try {
      return new OpenFile(fs.openSync(this.at(name), flags, permissions), this.pace);
    } catch (error) {
      throw fromErrno(error);
    }
  }

  names(): Promise<string[]> {
    return this.#call((done: (error: NodeJS.ErrnoException | null, names: string[]) => void) => fs.readdir(this.at('.'), done));
  }

  mkdir(name: string, mode: number): Promise<void> {
    return this.#run((done) => fs.mkdir(this.at(name), mode, done));
  }

  rmdir(name: string): Promise<void> {
    return this.#run((done) => fs.rmdir(this.at(name), done));
  }

  unlink(name: string): Promise<void> {
    return this.#run((done) => fs.unlink(this.at(name), done));
  }

  /** Replaces a file at the target in one step. */
  rename(name: string, target: Directory, targetName: string): void {
    try {
      fs.renameSync(this.at(name), target.at(targetName));
    } catch (error) {
      throw fromErrno(error);
    }
  }

  /**
   * Moves a file, failing with `already_exists` when the target is there. By link and unlink, so that no race turns it into an overwrite;
   * where hard links are not to be had (FAT, some shares, files of another owner), by a look and a rename.
   */
  async renameNew(name: string, target: Directory, targetName: string): Promise<void> {
    try {
      await target.hold(() => this.#run((done) => fs.link(this.at(name), target.at(targetName), done)));
    } catch (error) {
      if (!LINK_IMPOSSIBLE.has(errnoOf((error as AppError).cause) ?? '')) throw error;
      if (target.lstat(targetName) !== undefined) throw new AppError('already_exists');
      this.rename(name, target, targetName);
      return;
    }
    await this.unlink(name);
  }

  /** Copies a regular file to a name that does not exist yet; shares the blocks where the file system can. */
  copyFile(name: string, target: Directory, targetName: string): Promise<void> {
    const mode = constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE;
    return target.hold(() => this.#run((done) => fs.copyFile(this.at(name), target.at(targetName), mode, done)));
  }

  chmod(name: string, mode: number): Promise<void> {
    return this.#run((done) => fs.chmod(this.at(name), mode, done));
  }

  /** Times in ms since the epoch. */
  setTimes(name: string, atimeMs: number, mtimeMs: number): Promise<void> {
    return this.#run((done) => fs.lutimes(this.at(name), atimeMs / 1000, mtimeMs / 1000, done));
  }

  /** Makes renames and new names in this directory survive a power cut; a no-op where the system cannot. */
  async sync(): Promise<void> {
    if (process.platform === 'win32') return;
    // An O_PATH descriptor cannot be synced.
    const directory = this.openFile('.', 'read');
    try {
      await directory.sync();
    } finally {
      directory.close();
    }
  }

  space(): Promise<fs.StatsFs> {
    return this.#call((done: (error: NodeJS.ErrnoException | null, space: fs.StatsFs) => void) => fs.statfs(this.at('.'), done));
  }

  #call<T>(start: (done: (error: NodeJS.ErrnoException | null, value: T) => void) => void): Promise<T> {
    return this.hold(
      () =>
        new Promise((resolve, reject) => {
          start((error, value) => (error === null ? resolve(value) : reject(fromErrno(error))));
        }),
    );
  }

  #run(start: (done: (error: NodeJS.ErrnoException | null) => void) => void): Promise<void> {
    return this.#call((done: (error: NodeJS.ErrnoException | null, nothing: undefined) => void) =>
      start((error) => done(error, undefined)),
    );
  }
}

/**
 * Linux: every directory is a descriptor, and `/proc/self/fd/N/name` is resolved by the kernel from that descriptor, as openat(2) would. A
 * directory that is swapped for a link between two steps is refused by O_NOFOLLOW.
 */
export class DescriptorDirectory extends Directory {
  /** Linux's O_PATH, which Node's constants leave out: a place in the tree, without the right to read it. */
  static readonly #O_PATH = 0o10000000;
  readonly #descriptor: Descriptor;
  readonly #isReadable: boolean;

  private constructor(fd: number, isReadable: boolean, pace: SyncPace) {
    super(pace);
    this.#descriptor = new Descriptor(fd);
    this.#isReadable = isReadable;
  }

  /** Opens the root of a jail by its real path. Links in that path are the administrator's own and are followed. */
  static openRoot(path: string): DescriptorDirectory {
    return DescriptorDirectory.#open(path, DescriptorDirectory.#O_PATH, new SyncPace());
  }

  /** Open for reading where that is allowed, so that `sync` needs no second descriptor. */
  override openDir(name: string): DescriptorDirectory {
    const path = this.at(name);
    try {
      return DescriptorDirectory.#open(path, constants.O_RDONLY | constants.O_NOFOLLOW, this.pace);
    } catch (error) {
      if (errnoOf((error as AppError).cause) !== 'EACCES') throw error;
      return DescriptorDirectory.#open(path, DescriptorDirectory.#O_PATH | constants.O_NOFOLLOW, this.pace);
    }
  }

  override sync(): Promise<void> {
    return this.#isReadable ? this.#descriptor.sync(this.pace) : super.sync();
  }

  protected override at(name: string): string {
    return `/proc/self/fd/${this.#descriptor.fd}/${name}`;
  }

  protected override hold<T>(work: () => Promise<T>): Promise<T> {
    return this.#descriptor.use(work);
  }

  override close(): void {
    this.#descriptor.close();
  }

  static #open(path: string, flags: number, pace: SyncPace): DescriptorDirectory {
    try {
      return new DescriptorDirectory(fs.openSync(path, constants.O_DIRECTORY | flags), (flags & DescriptorDirectory.#O_PATH) === 0, pace);
    } catch (error) {
      throw fromErrno(error);
    }
  }
}

/**
 * macOS and Windows: the path, with each component checked when it is entered. Clients cannot make links, so only a process on the
 * machine itself could win the race between check and use; that residue is stated in DECISIONS.
 */
export class PathDirectory extends Directory {
  readonly #path: string;

  private constructor(path: string, pace: SyncPace) {
    super(pace);
    this.#path = path;
  }

  static openRoot(path: string): PathDirectory {
    try {
      if (!fs.statSync(path).isDirectory()) throw new AppError('not_a_directory');
      return new PathDirectory(fs.realpathSync.native(path), new SyncPace());
    } catch (error) {
      throw fromErrno(error);
    }
  }

  override openDir(name: string): PathDirectory {
    const found = this.lstat(name);
    if (found === undefined) throw new AppError('not_found');
    if (found.isSymbolicLink()) throw new AppError('permission_denied', 'This is a link, and links are not followed. Use the real folder.');
    if (!found.isDirectory()) throw new AppError('not_a_directory');
    return new PathDirectory(this.at(name), this.pace);
  }

  protected override at(name: string): string {
    return join(this.#path, name);
  }

  protected override hold<T>(work: () => Promise<T>): Promise<T> {
    return work();
  }

  override close(): void {
    // A path needs no closing.
  }
}
