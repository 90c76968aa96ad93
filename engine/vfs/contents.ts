import { AppError } from '../contract/errors.ts';
import type { UploadRow } from '../store/uploads-table.ts';
import type { Place, SessionContext } from './context.ts';
import { JournalRow } from './journal-row.ts';
import { parentOf } from './names.ts';
import type { Partials } from './partials.ts';
import { type Reservation, rowCharge } from './quota.ts';
import { fromErrno, type OpenFile } from './sandbox/index.ts';
import { type UploadOptions, uploadDraft, uploadMark } from './upload-draft.ts';

/** The final file as it was when the upload was opened; undefined where there was none. */
export type Target = { readonly size: number; readonly mode: number } | undefined;

/**
 * Where the bytes of an upload go:
 * `hidden`: into a temporary beside the target, published by rename; `in-place`: into the target itself, for appends to files too large to copy.
 */
export type Content = {
  readonly kind: 'hidden' | 'in-place';
  readonly file: OpenFile;
  /** Bytes that it began with. */
  readonly initialSize: number;
  readonly row: JournalRow;
  readonly temporary: string;
  /** Continues an interrupted upload. */
  readonly resumed: boolean;
  readonly reservation: Reservation;
};

/**
 * How one upload comes by its content. It has its row in the journal before anything is written that a client could miss after a kill: that is
 * all but the first few KiB of a new file, see UploadTransfer.
 */
export class Contents {
  readonly #context: SessionContext;
  readonly #partials: Partials;
  readonly #place: Place;
  readonly #target: Target;
  readonly #options: UploadOptions;
  #current: Content | undefined;
  #failure: AppError | undefined;
  /** The content of a new file is made once, soon after the OPEN. */
  #isNew = false;

  constructor(context: SessionContext, partials: Partials, place: Place, target: Target, options: UploadOptions) {
    this.#context = context;
    this.#partials = partials;
    this.#place = place;
    this.#target = target;
    this.#options = options;
  }

  /** Undefined as long as nobody needed it. */
  get current(): Content | undefined {
    return this.#current;
  }

  /** Why the content of a new file could not be made. */
  get failure(): AppError | undefined {
    return this.#failure;
  }

  /** Nothing is on disk yet; its content begins empty. */
  get isAwaited(): boolean {
    return this.#isNew && this.#current === undefined;
  }

  /**
   * Takes what can be had when the upload is opened. The content of a new file is made while the client reads the answer to its OPEN, that of
   * a change when it is known where the first write goes. `partial` is what an interrupted upload of this file left.
   */
  async begin(partial: UploadRow | undefined): Promise<void> {
    const { mode, startAt } = this.#options;
    if (startAt !== undefined) this.#refuseGap(startAt, partial);
    if (mode === 'replace') {
      if (partial !== undefined) await this.#partials.discard(partial, this.#place.directory);
      this.#makeSoon();
    } else if (this.#target === undefined) {
      if (partial === undefined) this.#makeSoon();
      else this.#current = await this.#resume(partial);
    } else if (mode === 'modify' && startAt !== undefined) {
      await this.ready(startAt);
    }
  }

  /** Makes the content of a new file now, where that has not been done. Never throws; see `failure`. */
  settle(): void {
    if (!this.isAwaited || this.#failure !== undefined) return;
    try {
      this.#current = this.#fresh();
    } catch (error) {
      this.#failure = fromErrno(error);
    }
  }

  /** The content for a first write at this position. Rejects when it cannot be had. */
  async ready(position: number): Promise<Content> {
    this.settle();
    if (this.#failure !== undefined) throw this.#failure;
    this.#current ??= await this.#for(position);
    return this.#current;
  }

  /** Throws `invalid_input` where nothing that is there reaches up to `startAt`: what is between would be filled with zeros. */
  #refuseGap(startAt: number, partial: UploadRow | undefined): void {
    const left = partial === undefined ? 0 : Number(this.#place.directory.lstat(partial.temporary)?.size ?? 0n);
    const there = this.#target?.size ?? left;
    const continues = startAt === left && startAt === partial?.size;
    if (startAt > there && !continues)
      throw new AppError(
        'invalid_input',
        `Only ${there} bytes are there, and ${startAt} lies behind them. Ask for the size and go on from it.`,
      );
  }

  /** Once the reply to the OPEN has gone out: that happens before this turn of the event loop ends. */
  #makeSoon(): void {
    this.#context.services.quota.check(this.#place.charge, 0, this.#target === undefined ? 1 : 0);
    this.#isNew = true;
    setImmediate(() => this.settle());
  }

  /** For a target that exists: the partial when the first write continues exactly that, else the target. */
  async #for(position: number): Promise<Content> {
    if (this.#target === undefined) throw new AppError('internal', 'An upload without a target must have its content already.');
    const partial = this.#partials.find(this.#context.identity.account.id, this.#place.key);
    const continues =
      this.#options.mode === 'modify' && partial !== undefined && position === partial.size && position !== this.#target.size;
    return continues ? this.#resume(partial) : this.#change(this.#target);
  }

  /** Empty. The file comes first, since its row holds its inode; see HiddenFiles for a kill between the two. */
  #fresh(): Content {
    const { hiddenFiles } = this.#context.services;
    const { directory, key } = this.#place;
    const reservation = this.#reserve();
    const temporary = hiddenFiles.newName();
    try {
      hiddenFiles.expectIn(parentOf(key));
      const file = directory.openFile(temporary, 'create');
      const row = this.#row(() => this.#addRow(temporary, file));
      return { kind: 'hidden', file, initialSize: 0, row, temporary, resumed: false, reservation };
    } catch (error) {
      reservation.release();
      throw error;
    }
  }

  /** What an interrupted upload left. */
  async #resume(row: UploadRow): Promise<Content> {
    const { directory } = this.#place;
    if (directory.lstat(row.temporary) === undefined) {
      await this.#partials.discard(row, directory);
      return this.#target === undefined ? this.#fresh() : this.#change(this.#target);
    }
    const file = directory.openFile(row.temporary, 'readwrite');
    const mark = this.#mark(file, true);
    const reservation = this.#partials.adopt(row, this.#place.charge, mark);
    const known = this.#row(() => row.id);
    known.write();
    return { kind: 'hidden', file, initialSize: file.size(), row: known, temporary: row.temporary, resumed: true, reservation };
  }

  /** A copy of the target, which takes its time and so has its row first; the target itself above the limit. */
  async #change(target: { readonly size: number }): Promise<Content> {
    const { services } = this.#context;
    const { uploads } = services.store.tables;
    const { directory, name } = this.#place;
    // What rules have to see first cannot be in the final file already.
    const kind = target.size > services.settings().copyLimitBytes && !services.holdsUploads() ? 'in-place' : 'hidden';
    const temporary = kind === 'in-place' ? name : services.hiddenFiles.newName();
    const reservation = this.#reserve();
    const row = this.#row(() => this.#addRow(temporary, null));
    try {
      row.write();
      if (kind === 'hidden') await directory.copyFile(name, directory, temporary);
      const file = directory.openFile(temporary, 'readwrite');
      if (kind === 'hidden') uploads.reopen(row.id(), this.#mark(file, false), services.clock.now());
      return { kind, file, initialSize: file.size(), row, temporary, resumed: false, reservation };
    } catch (error) {
      // A copy that the disk had no room for has left its beginning.
      if (kind === 'hidden' && directory.lstat(temporary) !== undefined) await directory.unlink(temporary);
      row.remove();
      reservation.release();
      throw error;
    }
  }

  #row(insert: () => number): JournalRow {
    const { store, hiddenFiles } = this.#context.services;
    return new JournalRow(store, hiddenFiles.unwritten, insert);
  }

  #reserve(): Reservation {
    return this.#context.services.quota.reserve(this.#place.charge, 0, this.#target === undefined ? 1 : 0);
  }

  #addRow(temporary: string, file: OpenFile | null): number {
    const { services, identity } = this.#context;
    return services.store.tables.uploads.open({
      accountId: identity.account.id,
      path: this.#place.path,
      fileKey: this.#place.key,
      temporary,
      ...rowCharge(this.#place.charge),
      mark: file === null ? null : this.#mark(file, false),
      at: services.clock.now(),
    });
  }

  #mark(file: OpenFile, resumed: boolean): ReturnType<typeof uploadMark> {
    return uploadMark(file.stat(), uploadDraft(this.#context, this.#options, { kind: 'hidden', resumed }, this.#target?.size ?? null));
  }
}
