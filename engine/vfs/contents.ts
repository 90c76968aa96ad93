import { randomBytes } from 'node:crypto';
import { AppError } from '../contract/errors.ts';
import type { UploadRow } from '../store/uploads-table.ts';
import type { Place, SessionContext } from './context.ts';
import { temporaryName } from './names.ts';
import type { Partials } from './partials.ts';
import type { Reservation } from './quota.ts';
import type { OpenFile } from './sandbox/index.ts';
import type { OpenWriteOptions } from './types.ts';

/** The final file as it was when the upload was opened; undefined where there was none. */
export type Target = { readonly size: number; readonly mode: number } | undefined;

/**
 * Where the bytes of an upload go:
 * `hidden`: into a temporary beside the target, published by rename; `in-place`: into the target itself, for appends to files too large to copy.
 */
export type Content = {
  readonly kind: 'hidden' | 'in-place';
  readonly file: OpenFile;
  /** Its row of the upload journal. */
  readonly rowId: number;
  readonly temporary: string;
  /** Continues an interrupted upload. */
  readonly resumed: boolean;
  readonly reservation: Reservation;
};

const PROCESS_PREFIX = randomBytes(4).toString('hex');
let counter = 0;

/** The ways in which an upload gets its content; each writes the journal row before the hidden file exists. */
export class Contents {
  readonly #context: SessionContext;
  readonly #partials: Partials;
  readonly #place: Place;
  readonly #target: Target;

  constructor(context: SessionContext, partials: Partials, place: Place, target: Target) {
    this.#context = context;
    this.#partials = partials;
    this.#place = place;
    this.#target = target;
  }

  /** Empty. */
  fresh(): Promise<Content> {
    return this.#start('hidden', newTemporary(), (name) => this.#place.directory.openFile(name, 'create'));
  }

  /** What an interrupted upload left. */
  async resume(row: UploadRow): Promise<Content> {
    const { directory } = this.#place;
    if (directory.lstat(row.temporary) === undefined) {
      await this.#partials.discard(row, directory);
      return this.#target === undefined ? this.fresh() : this.#change(this.#target);
    }
    const file = directory.openFile(row.temporary, 'readwrite');
    const reservation = this.#partials.adopt(row, this.#context.identity.account);
    return { kind: 'hidden', file, rowId: row.id, temporary: row.temporary, resumed: true, reservation };
  }

  /** For a target that exists: the partial when the first write continues exactly that, else the target. */
  async at(position: number, mode: OpenWriteOptions['mode']): Promise<Content> {
    if (this.#target === undefined) throw new AppError('internal', 'An upload without a target must have its content already.');
    const partial = this.#partials.find(this.#context.identity.account.id, this.#place.key);
    const continues = mode === 'modify' && partial !== undefined && position === partial.size && position !== this.#target.size;
    return continues ? this.resume(partial) : this.#change(this.#target);
  }

  /** A copy of the target; the target itself above the limit. */
  async #change(target: { readonly size: number }): Promise<Content> {
    const { directory, name } = this.#place;
    if (target.size > this.#context.services.settings().copyLimitBytes)
      return this.#start('in-place', name, () => directory.openFile(name, 'readwrite'));
    return this.#start('hidden', newTemporary(), async (temporary) => {
      await directory.copyFile(name, directory, temporary);
      return directory.openFile(temporary, 'readwrite');
    });
  }

  async #start(kind: Content['kind'], temporary: string, open: (temporary: string) => OpenFile | Promise<OpenFile>): Promise<Content> {
    const { services, identity } = this.#context;
    const { uploads } = services.store.tables;
    const { key: fileKey, path, directory } = this.#place;
    const reservation = services.quota.reserve(identity.account, 0, this.#target === undefined ? 1 : 0);
    const rowId = uploads.open({ accountId: identity.account.id, path, fileKey, temporary, at: services.clock.now() });
    try {
      return { kind, file: await open(temporary), rowId, temporary, resumed: false, reservation };
    } catch (error) {
      // A copy that the disk had no room for has left its beginning.
      if (kind === 'hidden' && directory.lstat(temporary) !== undefined) await directory.unlink(temporary);
      uploads.remove(rowId);
      reservation.release();
      throw error;
    }
  }
}

/** Unique among all processes that ever wrote here, for the price of a counter. */
function newTemporary(): string {
  return temporaryName(PROCESS_PREFIX + (counter++ % 2 ** 32).toString(16).padStart(8, '0'));
}
