import { AppError } from '../../contract/errors.ts';
import type { DirectoryListing, FileStat, Session } from '../../vfs/types.ts';
import { settableAttributes } from './attributes.ts';
import type { Exchange } from './exchange.ts';
import type { Handle, HandleRequest, Loan } from './handle.ts';
import { longname } from './longname.ts';
import { attrsReply, eofReply, type NamedEntry, namesReply, spaceReply } from './replies.ts';
import { SerialQueue } from './serial-queue.ts';

const ENTRIES_AT_ONCE = 100;
/** Every implementation takes packets of 34,000 bytes (draft-ietf-secsh-filexfer-02, section 3); entries take less than this above their names. */
const MOST_NAME_BYTES = 30_000;
const ENTRY_BYTES = 110;

/** A folder opened for reading. */
export class DirectoryHandle implements Handle {
  readonly path: string;
  readonly #listing: DirectoryListing;
  readonly #session: Session;
  readonly #now: () => number;
  readonly #queue = new SerialQueue<Exchange<HandleRequest>>((exchange) => this.#work(exchange));
  /** Entries that did not fit into the last reply. */
  #held: readonly FileStat[] = [];

  constructor(listing: DirectoryListing, session: Session, now: () => number) {
    this.path = listing.path;
    this.#listing = listing;
    this.#session = session;
    this.#now = now;
  }

  submit(exchange: Exchange<HandleRequest>): void {
    this.#queue.push(exchange);
  }

  lend(): Loan {
    throw new AppError('is_a_directory', 'This handle is an open folder, not a file.');
  }

  changed(): null {
    return null;
  }

  settled(): Promise<void> {
    return this.#queue.settled();
  }

  async abandon(): Promise<void> {
    for (const exchange of this.#queue.clear()) exchange.cancel();
    await this.#queue.settled();
    this.#listing.close();
  }

  async #work(exchange: Exchange<HandleRequest>): Promise<void> {
    const { request } = exchange;
    try {
      switch (request.type) {
        case 'READDIR': {
          const entries = await this.#next();
          exchange.reply(entries.length === 0 ? eofReply(request.id) : namesReply(request.id, entries));
          return;
        }
        case 'FSTAT':
          exchange.reply(attrsReply(request.id, await this.#session.stat(this.path)));
          return;
        case 'FSETSTAT':
          await this.#session.setAttributes(this.path, settableAttributes(request.attributes));
          break;
        case 'FSTATVFS':
          exchange.reply(spaceReply(request.id, await this.#session.space(this.path)));
          return;
        case 'CLOSE':
          this.#listing.close();
          break;
        case 'READ':
        case 'WRITE':
        case 'FSYNC':
        case 'COPY':
          throw new AppError('is_a_directory', 'This handle is an open folder, not a file.');
      }
      exchange.ok();
    } catch (thrown) {
      exchange.fail(thrown);
    }
  }

  async #next(): Promise<NamedEntry[]> {
    if (this.#held.length === 0) this.#held = await this.#listing.next(ENTRIES_AT_ONCE);
    const now = this.#now();
    const owner = this.#session.identity.account.username;
    const entries: NamedEntry[] = [];
    let bytes = 0;
    for (const stat of this.#held) {
      const line = longname(stat, owner, now);
      bytes += ENTRY_BYTES + Buffer.byteLength(stat.name) + Buffer.byteLength(line);
      if (bytes > MOST_NAME_BYTES && entries.length > 0) break;
      entries.push({ stat, longname: line });
    }
    this.#held = this.#held.slice(entries.length);
    return entries;
  }
}
