import { AppError } from '../../contract/errors.ts';
import { pieceOf } from '../../vfs/bandwidth.ts';
import type { AbortReason, Session, Upload } from '../../vfs/types.ts';
import { settableAttributes } from './attributes.ts';
import type { Exchange } from './exchange.ts';
import type { Fifo } from './fifo.ts';
import type { Handle, HandleRequest, Loan } from './handle.ts';
import { MAX_DATA_LENGTH } from './packet-types.ts';
import { giveBackTransferBuffer, takeTransferBuffer } from './transfer-buffers.ts';
import { attrsReply, DATA_HEADER_LENGTH, eofReply, spaceReply } from './replies.ts';
import { SerialQueue } from './serial-queue.ts';

/** Contiguous writes that wait for the disk are written together up to this size, less where the account has a speed … */
const MOST_BYTES_AT_ONCE = 1024 * 1024;
/** … and this number of buffers: systems take 1,024 in one call. */
const MOST_BUFFERS_AT_ONCE = 512;
/**
 * Writes of a client that goes on sending are gathered up to this size: each call costs the way to a thread and back, each batch of answers
 * a packet that the client has to read. Clients keep a mebibyte or more on its way, so that none runs dry meanwhile.
 */
const GATHERED_BYTES = 720 * 1024;
/** On slow lines nothing waits longer than this for the rest. */
const GATHERING_MS = 5;

/** A request, or whom to tell that all before it are answered. */
type Item = Exchange<HandleRequest> | (() => void);

/** A file opened for writing, perhaps for reading too. Every request waits for those before it, so CLOSE acknowledges all of them. */
export class UploadHandle implements Handle {
  readonly #upload: Upload;
  readonly #session: Session;
  readonly #readable: boolean;
  readonly #appends: boolean;
  /** Called when the file was closed in order. */
  readonly #finished: () => void;
  readonly #queue = new SerialQueue<Item>((item, waiting) => this.#work(item, waiting));
  /** What came since the queue was given its last, in order. */
  #gathered: Exchange<HandleRequest>[] = [];
  #gatheredBytes = 0;
  #gathering: NodeJS.Timeout | undefined;
  #closing = false;
  /** Ends a copy under way when the client is gone. */
  readonly #abandoned = new AbortController();

  constructor(
    upload: Upload,
    session: Session,
    options: { readonly readable: boolean; readonly appends: boolean; readonly finished: () => void },
  ) {
    this.#upload = upload;
    this.#session = session;
    this.#readable = options.readable;
    this.#appends = options.appends;
    this.#finished = options.finished;
  }

  /** Changes when the file is renamed meanwhile. */
  get path(): string {
    return this.#upload.path;
  }

  submit(exchange: Exchange<HandleRequest>, isFollowed: boolean): void {
    const { request } = exchange;
    if (request.type === 'CLOSE') this.#closing = true;
    this.#gathered.push(exchange);
    if (request.type === 'WRITE' && isFollowed) {
      this.#gatheredBytes += request.payload.length;
      if (this.#gatheredBytes < GATHERED_BYTES) {
        this.#gathering ??= setTimeout(() => this.#start(), GATHERING_MS);
        return;
      }
    }
    this.#start();
  }

  lend(): Loan {
    throw new AppError('unsupported', 'A file is copied from a handle that is opened for reading only.');
  }

  changed(): Promise<void> | null {
    this.#start();
    return this.#queue.isBusy ? new Promise((resolve) => this.#queue.push(resolve)) : null;
  }

  settled(): Promise<void> {
    this.#start();
    return this.#queue.settled();
  }

  async abandon(reason: AbortReason): Promise<void> {
    this.#start();
    if (!this.#closing) {
      this.#abandoned.abort();
      for (const item of this.#queue.clear()) {
        if (typeof item === 'function') item();
        else item.cancel();
      }
    }
    await this.#queue.settled();
    if (!this.#closing) await this.#upload.abort(reason);
  }

  /** Ends the gathering. */
  #start(): void {
    clearTimeout(this.#gathering);
    this.#gathering = undefined;
    const gathered = this.#gathered;
    if (gathered.length === 0) return;
    this.#gathered = [];
    this.#gatheredBytes = 0;
    this.#queue.push(...gathered);
  }

  async #work(exchange: Item, waiting: Fifo<Item>): Promise<void> {
    if (typeof exchange === 'function') {
      exchange();
      return;
    }
    const { request } = exchange;
    if (request.type === 'WRITE') {
      await this.#write(exchange, request, waiting);
      return;
    }
    try {
      await this.#answer(exchange, request);
    } catch (thrown) {
      exchange.fail(thrown);
    }
  }

  async #write(first: Exchange<HandleRequest>, request: Extract<HandleRequest, { type: 'WRITE' }>, waiting: Fifo<Item>): Promise<void> {
    const batch = [first];
    const payloads = [request.payload];
    let bytes = request.payload.length;
    const most = pieceOf(this.#session.identity, 'upload', MOST_BYTES_AT_ONCE);
    for (let next = waiting.peek(); typeof next === 'object' && next.request.type === 'WRITE'; next = waiting.peek()) {
      const { offset, payload } = next.request;
      const follows = this.#appends || offset === request.offset + bytes;
      if (!follows || bytes + payload.length > most || payloads.length === MOST_BUFFERS_AT_ONCE) break;
      waiting.shift();
      batch.push(next);
      payloads.push(payload);
      bytes += payload.length;
    }
    try {
      await this.#upload.write(payloads, request.offset);
      for (const exchange of batch) exchange.ok();
    } catch (thrown) {
      for (const exchange of batch) exchange.fail(thrown);
    } finally {
      for (const payload of payloads) giveBackTransferBuffer(payload);
    }
  }

  async #answer(exchange: Exchange<HandleRequest>, request: Exclude<HandleRequest, { type: 'WRITE' }>): Promise<void> {
    switch (request.type) {
      case 'READ':
        await this.#read(exchange, request);
        return;
      case 'FSTAT':
        exchange.reply(attrsReply(request.id, await this.#upload.stat()));
        return;
      case 'FSETSTAT':
        await this.#upload.setAttributes(settableAttributes(request.attributes));
        break;
      case 'FSYNC':
        await this.#upload.sync();
        break;
      case 'FSTATVFS':
        exchange.reply(spaceReply(request.id, await this.#session.space(this.path)));
        return;
      case 'READDIR':
        throw new AppError('not_a_directory', 'This handle is an open file, not a folder.');
      case 'COPY': {
        const { source, range } = request;
        const copied = await this.#session.copyRange(source, this.#upload, range, this.#abandoned.signal);
        // As OpenSSH: a source that ends before what was asked for is the end of the file.
        if (copied < (range.length ?? 0)) {
          exchange.reply(eofReply(request.id));
          return;
        }
        break;
      }
      case 'CLOSE':
        await this.#finish();
        break;
    }
    exchange.ok();
  }

  async #finish(): Promise<void> {
    try {
      await this.#upload.finish();
      this.#finished();
    } catch (thrown) {
      // The handle is gone for the client whatever CLOSE answers; what was received stays for a resume.
      await this.#upload.abort('error');
      throw thrown;
    }
  }

  async #read(exchange: Exchange<HandleRequest>, request: Extract<HandleRequest, { type: 'READ' }>): Promise<void> {
    if (!this.#readable) throw new AppError('permission_denied', 'The file was opened for writing only.');
    const length = Math.min(request.length, MAX_DATA_LENGTH);
    const buffer = takeTransferBuffer(length);
    try {
      const count = await this.#upload.read(buffer.subarray(DATA_HEADER_LENGTH, DATA_HEADER_LENGTH + length), request.offset);
      if (count > 0) {
        // One read at a time: the next one waits until SSH took this reply.
        await new Promise<void>((sent) => exchange.data(buffer, count, sent));
        return;
      }
    } catch (thrown) {
      giveBackTransferBuffer(buffer);
      throw thrown;
    }
    giveBackTransferBuffer(buffer);
    exchange.reply(eofReply(request.id));
  }
}
