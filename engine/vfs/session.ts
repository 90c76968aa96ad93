import { AppError } from '../contract/errors.ts';
import type { Permission } from '../contract/access.ts';
import type { Account } from '../contract/account.ts';
import type { EventDraft, Identified } from '../events/log.ts';
import { setAttributes } from './attributes.ts';
import { type Place, type SessionContext, toFileStat } from './context.ts';
import { openDownload } from './download.ts';
import { openListing } from './listing.ts';
import { baseOf, parentOf } from './names.ts';
import type { Partials } from './partials.ts';
import { mayIn, NEEDS } from './permissions.ts';
import { copyFile, copyRange } from './copy.ts';
import { checksumOf, folderCommand } from './ssh-commands.ts';
import { metadataOf, setMetadata } from './metadata.ts';
import { verdictOn } from './file-patterns.ts';
import type { MountPoint } from './mounts.ts';
import { addUsage } from './quota.ts';
import { moveEntry } from './rename.ts';
import { recordSiteCommand } from './site-command.ts';
import { openUpload } from './upload.ts';
import type {
  Attributes,
  ChecksumAlgorithm,
  ChecksumOptions,
  CopyOptions,
  ClientRequest,
  CopyRange,
  DirectoryListing,
  Download,
  FileStat,
  OpenWriteOptions,
  Session,
  SessionIdentity,
  SpaceInfo,
  Upload,
} from './types.ts';

/** The one session under every protocol and every file action: each method checks, acts and records. */
export class VfsSession implements Session {
  readonly keepsMetadata = true;
  readonly #context: SessionContext;
  readonly #partials: Partials;
  readonly #onClose: () => void;
  readonly #revocation = new AbortController();
  readonly startedAtMs: number;
  #closed: Promise<void> | undefined;

  constructor(context: SessionContext, partials: Partials, onClose: () => void) {
    this.#context = context;
    this.#onClose = onClose;
    this.#partials = partials;
    this.startedAtMs = context.services.clock.now();
  }

  get id(): number {
    return this.#context.sessionId;
  }

  get identity(): SessionIdentity {
    return this.#context.identity;
  }

  transfers() {
    return [...this.#context.transfers].map((transfer) => transfer.progress());
  }

  get idleSinceMs(): number {
    return this.#context.lastUsedMs;
  }

  get openTransfers(): number {
    return this.#context.transfers.size;
  }

  resolve(path: string, base?: string): string {
    return this.#context.resolve(path, base);
  }

  identify(path: string): string {
    return this.#context.key(this.resolve(path));
  }

  allows(permission: Permission, path: string): boolean {
    return mayIn(this.identity.account, parentOf(this.resolve(path)), [[permission]]);
  }

  /** Never throws for the root, which everybody who is in may see. */
  async stat(path: string): Promise<FileStat> {
    const clean = this.resolve(path);
    if (clean === '/') {
      const root = this.#context.openFolder('/');
      try {
        return toFileStat('/', root.stat());
      } finally {
        root.close();
      }
    }
    this.#context.need(NEEDS.list, clean);
    const mounted = this.#context.mountStat(clean);
    if (mounted !== undefined) return mounted;
    return this.#context.at(clean, (place) => {
      const found = place.directory.lstat(place.name);
      if (found?.isDirectory() !== true && verdictOn(this.identity.account, clean) === 'hidden') throw new AppError('not_found');
      return found === undefined ? this.#unfinished(place) : toFileStat(place.name, found);
    });
  }

  list(path: string): Promise<DirectoryListing> {
    const clean = this.resolve(path);
    return this.#context.asked(clean, () => {
      this.#context.need(NEEDS.list, clean, clean);
      return openListing(this.#context, this.#partials, clean);
    });
  }

  openRead(path: string): Promise<Download> {
    return this.#context.asked(this.resolve(path), () => openDownload(this.#context, this.#partials, path));
  }

  async openWrite(path: string, options: OpenWriteOptions): Promise<Upload> {
    this.#context.needWritable();
    return openUpload(this.#context, this.#partials, path, options);
  }

  async mkdir(path: string, mode = 0o755): Promise<void> {
    this.#context.needWritable();
    if (this.#context.isMounted(this.resolve(path))) throw new AppError('already_exists');
    await this.#context.at(path, async (place) => {
      this.#context.need(NEEDS.mkdir, place.path);
      await this.#context.decide('mkdir', place.path);
      if (this.#context.services.uploads.get(place.key) !== undefined) throw new AppError('already_exists');
      await place.directory.mkdir(place.name, mode & 0o777);
      await this.#record('OBJECT_INSERT', place, 'mkdir', 'directory');
    });
  }

  async rmdir(path: string): Promise<void> {
    this.#context.needWritable();
    await this.#context.asked(this.resolve(path), () =>
      this.#context.at(path, async (place) => {
        const found = place.directory.lstat(place.name);
        if (found === undefined) throw new AppError('not_found');
        if (!found.isDirectory()) throw new AppError('not_a_directory');
        this.#context.need(NEEDS.deleteDirectory, place.path);
        this.#context.needUnmounted(place.path);
        await this.#context.decide('rmdir', place.path);
        await this.#clearPartials(place);
        await this.#rmdir(place);
        await this.#record('OBJECT_DELETE', place, 'rmdir', 'directory');
      }),
    );
  }

  async remove(path: string): Promise<void> {
    this.#context.needWritable();
    await this.#context.asked(this.resolve(path), () => this.#context.at(path, (place) => this.#remove(place)));
  }

  async rename(from: string, to: string, options: { readonly overwrite: boolean }): Promise<void> {
    this.#context.needWritable();
    await this.#context.asked(this.resolve(from), () => moveEntry(this.#context, this.#partials, from, to, options.overwrite));
  }

  async copy(from: string, to: string, options: CopyOptions): Promise<void> {
    this.#context.needWritable();
    await this.#context.asked(this.resolve(from), () => copyFile(this.#context, this.#partials, from, to, options));
  }

  copyRange(source: Download, target: Upload, range: CopyRange, signal: AbortSignal): Promise<number> {
    return copyRange(this.#context, source, target, range, signal);
  }

  async setAttributes(path: string, attributes: Attributes): Promise<void> {
    this.#context.needWritable();
    await setAttributes(this.#context, this.#partials, path, attributes);
  }

  metadata(path: string): Promise<Readonly<Record<string, string>>> {
    this.#context.need(NEEDS.list, this.resolve(path));
    return this.#context.at(path, (place) => metadataOf(this.#context, place));
  }

  setMetadata(path: string, changes: Readonly<Record<string, string>>): Promise<void> {
    return this.#context.at(path, (place) => setMetadata(this.#context, place, changes));
  }

  async space(path: string): Promise<SpaceInfo> {
    const clean = this.resolve(path);
    this.#context.need(NEEDS.list, clean);
    const tree = this.#context.mounts.treeAt(clean);
    const charge = this.#context.charge(tree);
    const limits = charge.flatMap(({ quotaBytes }) => (quotaBytes === 0 ? [] : [quotaBytes]));
    const directory = this.#context.openFolder(tree.path);
    try {
      const disk = await directory.space();
      const free = disk.bavail * disk.bsize;
      return {
        totalBytes: limits.length === 0 ? disk.blocks * disk.bsize : Math.min(...limits),
        freeBytes: Math.min(free, this.#context.services.quota.freeBytes(charge)),
        totalFiles: disk.files,
        freeFiles: disk.ffree,
      };
    } finally {
      directory.close();
    }
  }

  checksum(path: string, algorithm: ChecksumAlgorithm, options: ChecksumOptions = {}): Promise<string> {
    return this.#context.asked(this.resolve(path), () => checksumOf(this.#context, this.#partials, path, algorithm, options));
  }

  folderCommand(command: 'cd' | 'pwd', path: string): Promise<string> {
    return this.#context.asked(this.resolve(path), () => folderCommand(this.#context, command, path));
  }

  siteCommand<Answer>(command: string, args: readonly string[], work: () => Promise<Answer>): Promise<Answer> {
    return recordSiteCommand(this.#context, { command, args: [...args] }, work);
  }

  get notesRequests(): boolean {
    return this.#context.services.requests?.isOn() ?? false;
  }

  noteRequest({ name, payload, isWrite }: ClientRequest): void {
    const { actor, services } = this.#context;
    const method = actor.protocol ?? 'SFTP';
    services.requests?.note({ method, url: `/${name}`, payload, isWrite, actor, batch: () => this.#context.batchId() });
  }

  close(reason: string): Promise<void> {
    this.#closed ??= this.#close(reason).catch((error: unknown) =>
      this.#context.services.log.error('a session could not be closed in order', error),
    );
    return this.#closed;
  }

  /** The account has been edited: its new permissions and limits hold from the next operation on. */
  follow(account: Account, mounts: readonly MountPoint[]): void {
    this.#context.identity = { ...this.#context.identity, account };
    this.#context.mounts = this.#context.mounts.with(mounts);
  }

  revoke(reason: string): void {
    this.#revocation.abort();
    void this.close(reason);
  }

  get revoked(): AbortSignal {
    return this.#revocation.signal;
  }

  async #close(reason: string): Promise<void> {
    const { transfers, services, mounts, counts, actor, identity } = this.#context;
    this.#onClose();
    this.#context.isClosed = true;
    services.bandwidth.leave(this.id);
    await Promise.all([...transfers].map((transfer) => transfer.abort('connection_lost')));
    await services.awaitedNames().settleSession(this.id);
    mounts.close();
    const { store, events, clock } = services;
    if (identity.origin !== 'client') {
      store.tables.sessions.end(this.id, clock.now());
      return;
    }
    await events.record(
      {
        type: 'USER_LOGOUT',
        info: {
          protocol: identity.protocol,
          reason,
          uploads: counts.uploads,
          downloads: counts.downloads,
          bytes_in: counts.bytesIn,
          bytes_out: counts.bytesOut,
        },
        actor,
        objectId: identity.account.id,
        objectVersion: identity.account.version,
      },
      () => {
        store.tables.sessions.end(this.id, clock.now());
        return undefined;
      },
      { mayWait: true },
    );
  }

  async #remove(place: Place): Promise<void> {
    const { account } = this.identity;
    this.#context.need(NEEDS.deleteFile, place.path);
    this.#context.needUnmounted(place.path);
    this.#context.needAllowedName(place.path, 'not_found');
    const open = this.#context.services.uploads.get(place.key);
    if (open !== undefined && open.accountId !== account.id) throw new AppError('busy');
    const found = place.directory.lstat(place.name);
    if (found?.isDirectory() === true) throw new AppError('is_a_directory');
    if (found === undefined && open === undefined && this.#partials.find(account.id, place.key) === undefined)
      throw new AppError('not_found');
    if (found !== undefined) await this.#context.decide('delete', place.path, { size: Number(found.size) });
    await open?.discard();
    if (found === undefined) {
      await this.#partials.discardFor(account.id, place);
      return;
    }
    if (this.identity.unpublished?.path === place.path) {
      // A rule takes an upload away before it is published: the upload's failure tells of it.
      if (open === undefined) await place.directory.unlink(place.name);
      return;
    }
    await this.#context.services.awaitedNames().settle(place.key);
    // A rule may have moved it into a trash folder, where it still takes its room: then it is deleted as far as the client can see.
    const isThere = place.directory.lstat(place.name) !== undefined;
    if (isThere) await place.directory.unlink(place.name);
    // It would be seen in the place of the file that is gone.
    await this.#partials.discardFor(account.id, place);
    await this.#record('OBJECT_DELETE', place, 'delete', 'file', Number(found.size), isThere);
  }

  /** Says what is true of a folder that the account sees empty. */
  async #rmdir(place: Place): Promise<void> {
    try {
      await place.directory.rmdir(place.name);
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'directory_not_empty') || !(await this.#isSeenEmpty(place.path))) throw error;
      throw new AppError(
        'directory_not_empty',
        'Something is left in this folder that you cannot see, such as an upload of somebody else that was interrupted. Try again when that is complete, or ask the administrator.',
      );
    }
  }

  async #isSeenEmpty(path: string): Promise<boolean> {
    const listing = await openListing(this.#context, this.#partials, path);
    try {
      return (await listing.next(1)).length === 0;
    } finally {
      listing.close();
    }
  }

  /** Hidden leftovers of this account would keep an empty-looking folder from being deleted. */
  async #clearPartials(place: Place): Promise<void> {
    if (this.#context.services.uploads.anyBelow(place.key)) throw new AppError('busy');
    const rows = this.#partials.inDirectory(this.identity.account.id, place.key);
    if (rows.length === 0) return;
    const directory = place.directory.openDir(place.name);
    try {
      for (const row of rows) await this.#partials.discard(row, directory);
    } finally {
      directory.close();
    }
  }

  #unfinished(place: Place): FileStat {
    const accountId = this.identity.account.id;
    const open = this.#context.services.uploads.get(place.key);
    if (open?.accountId === accountId) return open.describe();
    const row = this.#partials.find(accountId, place.key);
    const found = row === undefined ? undefined : place.directory.lstat(row.temporary);
    if (found === undefined) throw new AppError('not_found');
    return toFileStat(baseOf(place.path), found);
  }

  async #record(
    type: 'OBJECT_INSERT' | 'OBJECT_DELETE',
    place: Place,
    operation: 'mkdir' | 'rmdir' | 'delete',
    kind: 'file' | 'directory',
    bytes: number | null = null,
    freesSpace = true,
  ): Promise<void> {
    const { events, store } = this.#context.services;
    await events.record(
      this.#context.draft<EventDraft<'OBJECT_INSERT' | 'OBJECT_DELETE'>>({
        type,
        object: { schema: 'USER', type: kind },
        info: { operation },
        path: place.path,
        bytes,
      }),
      (): Identified => {
        const { files } = store.tables;
        const identity = files.identify(place.key);
        if (type === 'OBJECT_DELETE') files.remove(place.key);
        if (operation === 'delete' && freesSpace) addUsage(store, place.charge, -(bytes ?? 0), -1);
        return { objectId: identity.id, objectVersion: identity.version };
      },
      { mayWait: true },
    );
  }
}
