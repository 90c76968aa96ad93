import type { Store } from '../store/index.ts';

/**
 * The row of one upload in the journal (store/uploads-table.ts). That of a new file is written when it is first asked for: a commit of its own
 * between the client's OPEN and its first write would keep every small file waiting.
 */
export class JournalRow {
  readonly #store: Store;
  readonly #insert: () => number;
  readonly #unwritten: Set<JournalRow>;
  #id: number | undefined;
  #isClosed = false;

  /** `insert` writes the row and returns its id; `unwritten` holds this one until that has happened, or is not needed any more. */
  constructor(store: Store, unwritten: Set<JournalRow>, insert: () => number) {
    this.#store = store;
    this.#insert = insert;
    this.#unwritten = unwritten;
    unwritten.add(this);
  }

  /** Writes the row if that has not been done. */
  write(): void {
    if (!this.#isClosed) this.id();
  }

  /** Its id; writes the row if that has not been done. Throws what SQLite throws. */
  id(): number {
    this.#id ??= this.#insert();
    this.#unwritten.delete(this);
    return this.#id;
  }

  /** Its upload has ended: from now on a row that was not written stays so. */
  close(): void {
    this.#isClosed = true;
    this.#unwritten.delete(this);
  }

  /** Nothing is left that a start after a kill would have to look at. */
  remove(): void {
    this.close();
    if (this.#id !== undefined) this.#store.tables.uploads.remove(this.#id);
  }
}
