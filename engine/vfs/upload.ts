import { AppError } from '../contract/errors.ts';
import type { EventDraft } from '../events/log.ts';
import type { UploadRow } from '../store/uploads-table.ts';
import { type Content, Contents, type Target } from './contents.ts';
import { type Place, requireFile, type SessionContext, toFileStat } from './context.ts';
import { ABORT_WORDS } from './download.ts';
import type { Partials } from './partials.ts';
import { mayIn, NEEDS } from './permissions.ts';
import { type PublishDraft, publish } from './publish.ts';
import { fromErrno } from './sandbox/index.ts';
import type { AbortReason, Attributes, FileStat, OpenWriteOptions, Upload } from './types.ts';

/** The first write of an upload goes straight to the system's cache up to this size: most small files are one write. */
const SMALL_WRITE_BYTES = 64 * 1024;

type UploadOptions = OpenWriteOptions & { readonly operation?: 'copy' };

/** Opens a file for writing by the table of `spec: servers, "Uploads and resume"`. */
export async function openUpload(
  context: SessionContext,
  partials: Partials,
  path: string,
  options: UploadOptions,
): Promise<UploadTransfer> {
  const place = context.locate(path);
  try {
    const found = place.directory.lstat(place.name);
    if (found !== undefined) requireFile(found);
    const target: Target = found === undefined ? undefined : { size: Number(found.size), mode: Number(found.mode) & 0o777 };
    const partial = partials.find(context.identity.account.id, place.key);
    if (target !== undefined && options.exclusive === true) throw new AppError('already_exists');
    context.need(target === undefined ? NEEDS.upload : NEEDS.overwrite, place.path);
    if (!options.create && target === undefined && partial === undefined) throw new AppError('not_found');
    await context.decide('upload', place.path, { size: target?.size ?? 0 });
    const upload = new UploadTransfer(context, partials, place, target, options);
    await upload.begin(partial);
    return upload;
  } catch (error) {
    place.directory.close();
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
  #content: Content | undefined;
  #size = 0;
  #received = 0;
  #mode: number | undefined;
  #times: { atimeMs: number; mtimeMs: number } | undefined;
  /** Why it can no longer succeed. */
  #failure: AppError | undefined;
  /** Nothing of it shall stay. */
  #discarded = false;
  /** A file that begins empty, whose content is made once, soon after the OPEN. */
  #isNew = false;
  #making: Promise<void> | undefined;
  /** It has become a partial, and its storage is the partial's. */
  #isKept = false;
  #finished: Promise<void> | undefined;
  #aborted: Promise<void> | undefined;

  constructor(context: SessionContext, partials: Partials, place: Place, target: Target, options: UploadOptions) {
    this.#context = context;
    this.#partials = partials;
    this.#place = place;
    this.#target = target;
    this.#options = options;
    this.#contents = new Contents(context, partials, place, target);
    this.#mode = options.fileMode;
    this.#startedAt = context.services.clock.now();
  }

  get path(): string {
    return this.#place.path;
  }

  /**
   * Claims the name. The content of a new file is made while the client reads the answer to its OPEN, that of a change when it is known where
   * the first write goes.
   */
  async begin(partial: UploadRow | undefined): Promise<void> {
    const { services, identity } = this.#context;
    services.uploads.claim(this.#place.key, {
      accountId: identity.account.id,
      path: this.path,
      describe: () => this.#describe(),
      retarget: (path) => this.#retarget(path),
      discard: () => this.#discard(),
    });
    try {
      const { mode, startAt } = this.#options;
      if (mode === 'replace') {
        if (partial !== undefined) await this.#partials.discard(partial, this.#place.directory);
        this.#makeSoon();
      } else if (this.#target === undefined) {
        if (partial === undefined) this.#makeSoon();
        else this.#take(await this.#contents.resume(partial));
      } else if (mode === 'append') {
        this.#size = this.#target.size;
      } else if (startAt !== undefined) {
        await this.#open(startAt);
      }
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
      const content = this.#content ?? (await this.#ready(position));
      const at = this.#options.mode === 'append' ? this.#size : position;
      const length = buffers.reduce((sum, buffer) => sum + buffer.length, 0);
      this.#reserveUpTo(at + length);
      const isSmallFile = this.#received === 0 && length <= SMALL_WRITE_BYTES;
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
    const content = this.#content ?? (await this.#ready(0));
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
    const directory = this.path.slice(0, this.path.lastIndexOf('/')) || '/';
    if (attributes.mode !== undefined && mayIn(account, directory, NEEDS.chmod)) this.#mode = attributes.mode & 0o777;
    if (attributes.mtimeMs !== undefined && mayIn(account, directory, NEEDS.chtimes)) {
      this.#times = { atimeMs: attributes.atimeMs ?? attributes.mtimeMs, mtimeMs: attributes.mtimeMs };
    }
    if (attributes.size !== undefined && attributes.size !== this.#describe().size) {
      const content = this.#content ?? (await this.#ready(0));
      this.#reserveUpTo(attributes.size);
      await content.file.truncate(attributes.size);
      this.#size = attributes.size;
    }
  }

  async sync(): Promise<void> {
    await this.#content?.file.sync();
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
    if (this.#isNew) await this.#make();
    if (this.#failure !== undefined) {
      await this.#abort('error');
      throw this.#failure;
    }
    try {
      if (this.#content !== undefined) await this.#publish(this.#content);
      else if (this.#times !== undefined) await this.#place.directory.setTimes(this.#place.name, this.#times.atimeMs, this.#times.mtimeMs);
      this.#letGo();
    } catch (error) {
      this.#failure = fromErrno(error);
      if (this.#failure.code === 'log_unavailable') this.#letGo();
      else await this.#abort('error');
      throw this.#failure;
    }
  }

  async #publish(content: Content): Promise<void> {
    const { file } = content;
    const existing = this.#place.directory.lstat(this.#place.name);
    if (existing !== undefined) requireFile(existing);
    const mode = this.#mode ?? this.#target?.mode ?? 0o644;
    file.chmod(mode);
    if (this.#times !== undefined) file.setTimes(this.#times.atimeMs, this.#times.mtimeMs);
    const replacedBytes = content.kind === 'in-place' ? (this.#target?.size ?? 0) : Number(existing?.size ?? 0n);
    const draft: PublishDraft = {
      event: this.#context.draft<EventDraft<'OBJECT_INSERT' | 'OBJECT_UPDATE'>>({
        type: existing === undefined ? 'OBJECT_INSERT' : 'OBJECT_UPDATE',
        object: { schema: 'USER', type: 'file' },
        info: {
          operation:
            this.#options.operation ?? (existing === undefined ? 'upload' : this.#options.mode === 'replace' ? 'overwrite' : 'append'),
          ...(content.kind === 'in-place' ? { atomic: false } : {}),
          ...(content.resumed ? { resumed: true } : {}),
        },
        path: this.path,
        bytes: this.#size,
        durationMs: this.#context.services.clock.now() - this.#startedAt,
      }),
      accountId: this.#context.identity.account.id,
      key: this.#place.key,
      usage: { bytes: this.#size - replacedBytes, files: existing === undefined ? 1 : 0 },
    };
    await publish(this.#context, { ...content, size: this.#size, place: this.#place, draft, exclusive: this.#options.exclusive === true });
    this.#context.counts.uploads++;
  }

  async #abort(reason: AbortReason): Promise<void> {
    if (this.#isNew) await this.#make();
    const content = this.#content;
    try {
      if (content !== undefined) await this.#putAway(content);
      if (content === undefined && this.#failure === undefined) return;
      const { clock, events } = this.#context.services;
      await events.record(
        this.#context.draft<EventDraft<'TRANSFER_FAILED'>>({
          type: 'TRANSFER_FAILED',
          info: { direction: 'upload', reason: this.#failure?.message ?? ABORT_WORDS[reason], bytes: this.#received },
          path: this.path,
          bytes: this.#size,
          durationMs: clock.now() - this.#startedAt,
          outcome: failureOutcome(this.#failure, reason),
        }),
        () => {
          if (content?.kind === 'in-place') this.#settleInPlace(content);
          return undefined;
        },
        { mayWait: true },
      );
    } finally {
      this.#letGo();
    }
  }

  /** Keeps what can be resumed; drops what was empty, discarded, or could never be completed. */
  async #putAway(content: Content): Promise<void> {
    if (content.kind === 'in-place') return;
    const hopeless =
      this.#failure !== undefined && ['quota_exceeded', 'too_large', 'no_space', 'refused_by_rule'].includes(this.#failure.code);
    if (this.#size === 0 || this.#discarded || hopeless) {
      if (this.#place.directory.lstat(content.temporary) !== undefined) await this.#place.directory.unlink(content.temporary);
      this.#context.services.store.tables.uploads.remove(content.rowId);
    } else {
      this.#partials.keep(content.rowId, this.#size, content.reservation);
      this.#isKept = true;
    }
  }

  #settleInPlace(content: Content): void {
    const { uploads, usage } = this.#context.services.store.tables;
    usage.add(this.#context.identity.account.id, this.#size - (this.#target?.size ?? 0), 0);
    uploads.remove(content.rowId);
  }

  /** Frees name, storage and descriptors. Idempotent. */
  #letGo(): void {
    this.#context.transfers.delete(this);
    this.#context.services.uploads.release(this.#place.key);
    if (!this.#isKept) this.#content?.reservation.release();
    this.#content?.file.close();
    this.#place.directory.close();
  }

  /** After the reply has gone out: two turns of the event loop, since the first one sends it. */
  #makeSoon(): void {
    this.#context.services.quota.check(this.#context.identity.account, 0, this.#target === undefined ? 1 : 0);
    this.#isNew = true;
    setImmediate(() => setImmediate(() => void this.#make()));
  }

  /** Makes the content of a new file, once. What goes wrong is the answer to the next request. */
  #make(): Promise<void> {
    this.#making ??= this.#contents.fresh().then(
      (content) => {
        this.#take(content);
      },
      (error: unknown) => {
        this.#failure ??= fromErrno(error);
      },
    );
    return this.#making;
  }

  async #ready(position: number): Promise<Content> {
    if (!this.#isNew) return this.#open(position);
    await this.#make();
    if (this.#content === undefined) throw this.#failure ?? new AppError('internal');
    return this.#content;
  }

  /** The content for a target that exists, once it is known where the first write goes. */
  async #open(position: number): Promise<Content> {
    return this.#take(await this.#contents.at(position, this.#options.mode));
  }

  #take(content: Content): Content {
    this.#content = content;
    this.#size = content.file.size();
    return content;
  }

  /** Only growth counts: what replaces a file takes its room. */
  #reserveUpTo(end: number): void {
    this.#content?.reservation.resize(Math.max(0, Math.max(end, this.#size) - (this.#target?.size ?? 0)));
  }

  #describe(): FileStat {
    if (this.#content === undefined && this.#isNew) {
      const now = this.#context.services.clock.now();
      return { name: this.#place.name, type: 'file', size: 0, mode: this.#mode ?? 0o644, mtimeMs: now, atimeMs: now, ...this.#times };
    }
    if (this.#content === undefined) {
      const found = this.#place.directory.lstat(this.#place.name);
      if (found === undefined) throw new AppError('not_found');
      return toFileStat(this.#place.name, found);
    }
    const found = toFileStat(this.#place.name, this.#content.file.stat());
    return { ...found, mode: this.#mode ?? this.#target?.mode ?? 0o644, ...this.#times };
  }

  async #retarget(path: string): Promise<void> {
    if (this.#isNew) await this.#make();
    const { services, identity } = this.#context;
    const content = this.#content;
    if (content?.kind !== 'hidden') throw new AppError('busy');
    const next = this.#context.locate(path);
    try {
      services.uploads.claim(next.key, {
        accountId: identity.account.id,
        path: next.path,
        describe: () => this.#describe(),
        retarget: (to) => this.#retarget(to),
        discard: () => this.#discard(),
      });
      this.#place.directory.rename(content.temporary, next.directory, content.temporary);
      services.store.tables.uploads.retarget(content.rowId, { path: next.path, fileKey: next.key, temporary: content.temporary });
    } catch (error) {
      next.directory.close();
      throw error;
    }
    services.uploads.release(this.#place.key);
    this.#place.directory.close();
    this.#place = next;
  }

  async #discard(): Promise<void> {
    if (this.#isNew) await this.#make();
    this.#failure = new AppError('not_found', 'The file was deleted while it was being uploaded. Upload it again.');
    this.#discarded = true;
    const content = this.#content;
    if (content?.kind !== 'hidden') return;
    await this.#place.directory.unlink(content.temporary);
    this.#context.services.store.tables.uploads.remove(content.rowId);
  }
}

function failureOutcome(failure: AppError | undefined, reason: AbortReason): 'failed' | 'denied' | 'aborted' | 'quota' {
  if (failure === undefined) return reason === 'error' ? 'failed' : 'aborted';
  if (failure.code === 'quota_exceeded') return 'quota';
  return failure.code === 'refused_by_rule' ? 'denied' : 'failed';
}
