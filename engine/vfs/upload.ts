import { AppError } from '../contract/errors.ts';
import type { UploadRow } from '../store/uploads-table.ts';
import { type Content, Contents, type Target } from './contents.ts';
import { type Place, requireFile, type SessionContext, toFileStat } from './context.ts';
import { changeEntry } from './entry-attributes.ts';
import { parentOf } from './names.ts';
import type { JournalRow } from './journal-row.ts';
import type { Partials } from './partials.ts';
import { mayIn, NEEDS } from './permissions.ts';
import { publish } from './publish.ts';
import { fromErrno } from './sandbox/index.ts';
import type { AbortReason, Attributes, FileStat, Upload } from './types.ts';
import { uploadDraft, type UploadOptions } from './upload-draft.ts';
import { putAway, recordFailure } from './upload-failure.ts';

/** The first write of an upload goes straight to the system's cache up to this size: most small files are one write. */
const SMALL_WRITE_BYTES = 64 * 1024;

/** Opens a file for writing by the table of `spec: servers, "Uploads and resume"`. */
export async function openUpload(
  context: SessionContext,
  partials: Partials,
  path: string,
  options: UploadOptions,
): Promise<UploadTransfer> {
  if (context.isMounted(context.resolve(path))) throw new AppError('is_a_directory');
  const place = context.locate(path);
  try {
    const found = place.directory.lstat(place.name);
    if (found !== undefined) requireFile(found);
    const target: Target = found === undefined ? undefined : { size: Number(found.size), mode: Number(found.mode) & 0o777 };
    const partial = partials.find(context.identity.account.id, place.key);
    if (target !== undefined && options.exclusive === true) throw new AppError('already_exists');
    context.need(target === undefined ? NEEDS.upload : NEEDS.overwrite, place.path);
    context.needAllowedName(place.path, 'permission_denied');
    context.needTransfer('upload');
    if (!options.create && target === undefined && partial === undefined) throw new AppError('not_found');
    await context.decideTransfer('upload', place.path, { size: target?.size ?? 0, replaces: target !== undefined });
    const upload = new UploadTransfer(context, partials, place, target, options);
    await upload.begin(partial);
    return upload;
  } catch (error) {
    place.directory.close();
    await context.refused('upload', place.path, error);
    throw error;
  }
}

export class UploadTransfer implements Upload {
  readonly #context: SessionContext;
  readonly #partials: Partials;
  readonly #options: UploadOptions;
  readonly #contents: Contents;
  readonly #startedAt: number;
  #place: Place;
  readonly #target: Target;
  #size = 0;
  #received = 0;
  /** Bytes that count against the transfer limit. */
  #counted = 0;
  /** As the client set it; see #modeNow for the file's. */
  #mode: number | undefined;
  #times: { atimeMs: number; mtimeMs: number } | undefined;
  /** Why it can no longer succeed. */
  #failure: AppError | undefined;
  /** Nothing of it shall stay. */
  #discarded = false;
  #finished: Promise<void> | undefined;
  #aborted: Promise<void> | undefined;

  constructor(context: SessionContext, partials: Partials, place: Place, target: Target, options: UploadOptions) {
    this.#context = context;
    this.#partials = partials;
    this.#place = place;
    this.#target = target;
    this.#options = options;
    this.#contents = new Contents(context, partials, place, target, options);
    this.#startedAt = context.services.clock.now();
  }

  get path(): string {
    return this.#place.path;
  }

  /** Claims the name and takes what can be had of the content. */
  async begin(partial: UploadRow | undefined): Promise<void> {
    this.#claim(this.#place);
    try {
      await this.#contents.begin(partial);
      this.#size = this.#contents.current?.initialSize ?? (this.#options.mode === 'append' ? (this.#target?.size ?? 0) : 0);
      this.#context.begin(this);
    } catch (error) {
      this.#letGo();
      throw error;
    }
  }

  progress() {
    return { direction: 'upload' as const, path: this.path, bytes: this.#size, total: null, startedAtMs: this.#startedAt };
  }

  async write(buffers: readonly Uint8Array[], position: number): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    try {
      this.#context.touch();
      const content = this.#contents.current ?? (await this.#take(position));
      const at = this.#options.mode === 'append' ? this.#size : position;
      const length = buffers.reduce((sum, buffer) => sum + buffer.length, 0);
      this.#reserveUpTo(at + length);
      if (this.#context.isMetered('upload')) this.#counted += await this.#context.admit('upload', length);
      const isSmallFile = this.#received === 0 && length <= SMALL_WRITE_BYTES;
      // Written while the client reads the answer: one that is killed before has few bytes to send again.
      if (isSmallFile) setImmediate(() => this.#enter(content.row));
      else content.row.write();
      if (!isSmallFile || content.file.writeNow(buffers, at) < length) await content.file.write(buffers, at);
      this.#size = Math.max(this.#size, at + length);
      this.#received += length;
      this.#context.counts.bytesIn += length;
    } catch (error) {
      this.#failure = fromErrno(error);
      throw this.#failure;
    }
  }

  async read(buffer: Uint8Array, position: number): Promise<number> {
    const content = this.#contents.current ?? (await this.#take(0));
    return content.file.read(buffer, position);
  }

  stat(): Promise<FileStat> {
    try {
      return Promise.resolve(this.#describe());
    } catch (error) {
      return Promise.reject(fromErrno(error));
    }
  }

  /**
   * Mode and times are kept until the end, since every write would change them again. An account without `chmod` or `chtimes` uploads all the
   * same: clients send these attributes unasked.
   */
  async setAttributes(attributes: Attributes): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    const { account } = this.#context.identity;
    const directory = parentOf(this.path);
    if (attributes.mode !== undefined && mayIn(account, directory, NEEDS.chmod)) this.#mode = attributes.mode & 0o777;
    if (attributes.mtimeMs !== undefined && mayIn(account, directory, NEEDS.chtimes)) {
      this.#times = { atimeMs: attributes.atimeMs ?? attributes.mtimeMs, mtimeMs: attributes.mtimeMs };
    }
    if (attributes.size !== undefined && attributes.size !== this.#describe().size) {
      const content = this.#contents.current ?? (await this.#take(0));
      this.#reserveUpTo(attributes.size);
      try {
        await content.file.truncate(attributes.size);
      } catch (error) {
        this.#reserveUpTo(this.#size);
        throw error;
      }
      this.#size = attributes.size;
    }
  }

  /** It cannot be completed for this reason. Never rejects. */
  fail(error: unknown): Promise<void> {
    this.#failure ??= fromErrno(error);
    return this.abort('error');
  }

  async sync(): Promise<void> {
    await this.#contents.current?.file.sync();
  }

  finish(): Promise<void> {
    this.#finished ??= this.#aborted === undefined ? this.#finish() : Promise.reject(new AppError('connection_lost'));
    return this.#finished;
  }

  abort(reason: AbortReason): Promise<void> {
    this.#aborted ??= (this.#finished ?? this.#abort(reason)).catch((error: unknown) => {
      if (this.#finished === undefined) this.#context.services.log.error('an aborted upload could not be put away', error);
    });
    return this.#aborted;
  }

  async #finish(): Promise<void> {
    this.#contents.settle();
    this.#failure ??= this.#contents.failure;
    if (this.#failure !== undefined) {
      await this.#abort('error');
      throw this.#failure;
    }
    try {
      if (this.#contents.current !== undefined) await this.#publish(this.#contents.current);
      else if (this.#mode !== undefined || this.#times !== undefined) await changeEntry(this.#context, this.#place, this.#asSet);
      this.#letGo();
    } catch (error) {
      this.#failure = fromErrno(error);
      if (this.#failure.code === 'log_unavailable') this.#letGo();
      else await this.#abort('error');
      throw this.#failure;
    }
  }

  async #publish(content: Content): Promise<void> {
    const { path, key, name, directory } = this.#place;
    const existing = directory.lstat(name);
    if (existing !== undefined) requireFile(existing);
    content.file.chmod(this.#modeNow);
    if (this.#times !== undefined) content.file.setTimes(this.#times.atimeMs, this.#times.mtimeMs);
    // What a change in place replaces is already gone.
    const before = content.kind === 'in-place' ? this.#target : existing;
    const draft = uploadDraft(this.#context, this.#options, content, before === undefined ? null : Number(before.size));
    const upload = {
      ...draft,
      accountId: this.#context.identity.account.id,
      charge: this.#place.charge,
      path,
      key,
      size: this.#size,
      durationMs: this.#durationMs(),
    };
    await publish(this.#context, this.#place, content, upload, this.#options.exclusive === true);
    this.#context.counts.uploads++;
  }

  async #abort(reason: AbortReason): Promise<void> {
    this.#contents.settle();
    const upload = {
      place: this.#place,
      target: this.#target,
      content: this.#contents.current,
      size: this.#size,
      received: this.#received,
      durationMs: this.#durationMs(),
      reason,
      failure: this.#failure ?? this.#contents.failure,
      discarded: this.#discarded,
    };
    try {
      await putAway(this.#context, this.#partials, upload);
      if (upload.content !== undefined || upload.failure !== undefined) await recordFailure(this.#context, upload);
    } finally {
      this.#letGo();
    }
  }

  #durationMs(): number {
    return this.#context.services.clock.now() - this.#startedAt;
  }

  /** Frees name, storage and descriptors. Idempotent. */
  #letGo(): void {
    this.#context.transfers.delete(this);
    this.#context.services.transferLimits.settle(this.#context.identity.account.id, 'upload', this.#counted);
    this.#counted = 0;
    this.#context.services.uploads.release(this.#place.key);
    this.#contents.current?.reservation.release();
    this.#contents.current?.row.close();
    this.#contents.current?.file.close();
    this.#place.directory.close();
  }

  /** Another account's upload of the same file throws `busy`. */
  #claim(place: Place): void {
    this.#context.services.uploads.claim(place.key, {
      accountId: this.#context.identity.account.id,
      path: place.path,
      describe: () => this.#describe(),
      setAttributes: (attributes) => this.#setByPath(attributes),
      hiddenName: () => this.#hiddenName(),
      retarget: (path) => this.#retarget(path),
      discard: () => this.#discard(),
    });
  }

  #enter(row: JournalRow): void {
    try {
      row.write();
    } catch (error) {
      this.#failure ??= fromErrno(error);
      // Nobody would find it again.
      this.#discarded = true;
    }
  }

  async #take(position: number): Promise<Content> {
    const content = await this.#contents.ready(position);
    this.#size = content.initialSize;
    return content;
  }

  /** Only growth counts: what replaces a file takes its room. */
  #reserveUpTo(end: number): void {
    const { account, origin } = this.#context.identity;
    const { largestUploadBytes } = account.limits;
    if (origin === 'client' && largestUploadBytes > 0 && end > largestUploadBytes)
      throw new AppError(
        'too_large',
        `Files may have ${largestUploadBytes} bytes at most. Split it or ask the administrator for a higher limit.`,
      );
    this.#contents.current?.reservation.resize(Math.max(0, Math.max(end, this.#size) - (this.#target?.size ?? 0)));
  }

  #describe(): FileStat {
    const content = this.#contents.current;
    if (this.#contents.isAwaited) {
      const now = this.#context.services.clock.now();
      return { name: this.#place.name, type: 'file', size: 0, mode: this.#modeNow, mtimeMs: now, atimeMs: now, ...this.#times };
    }
    if (content === undefined) {
      const found = this.#place.directory.lstat(this.#place.name);
      if (found === undefined) throw new AppError('not_found');
      return { ...toFileStat(this.#place.name, found), ...this.#asSet };
    }
    const found = toFileStat(this.#place.name, content.file.stat());
    return { ...found, mode: this.#modeNow, ...this.#times };
  }

  get #modeNow(): number {
    return this.#mode ?? this.#options.fileMode ?? this.#target?.mode ?? 0o644;
  }

  /** Mode and times that the client has set. */
  get #asSet(): Pick<Attributes, 'mode' | 'atimeMs' | 'mtimeMs'> {
    return { ...(this.#mode === undefined ? {} : { mode: this.#mode }), ...this.#times };
  }

  #setByPath(attributes: Attributes): Promise<void> {
    // On its way to its name already.
    return this.#finished === undefined ? this.setAttributes(attributes) : Promise.reject(new AppError('busy'));
  }

  #hiddenName(): string | undefined {
    this.#contents.settle();
    const content = this.#contents.current;
    return content?.kind === 'hidden' ? content.temporary : undefined;
  }

  #retarget(path: string): void {
    if (this.#finished !== undefined) throw new AppError('busy');
    this.#contents.settle();
    const { services } = this.#context;
    const content = this.#contents.current;
    if (content?.kind !== 'hidden') throw new AppError('busy');
    const rowId = content.row.id();
    const next = this.#context.locate(path);
    try {
      // What it takes is counted where it began.
      if (next.tree !== this.#place.tree) throw new AppError('busy');
      this.#claim(next);
      services.hiddenFiles.expectIn(parentOf(next.key));
      this.#place.directory.rename(content.temporary, next.directory, content.temporary);
      services.store.tables.uploads.retarget(rowId, { path: next.path, fileKey: next.key, temporary: content.temporary });
    } catch (error) {
      next.directory.close();
      throw error;
    }
    services.uploads.release(this.#place.key);
    this.#place.directory.close();
    this.#place = next;
  }

  async #discard(): Promise<void> {
    this.#contents.settle();
    this.#failure = new AppError('not_found', 'The file was deleted while it was being uploaded. Upload it again.');
    this.#discarded = true;
    const content = this.#contents.current;
    if (content?.kind !== 'hidden') return;
    await this.#place.directory.unlink(content.temporary);
    content.row.remove();
  }
}
