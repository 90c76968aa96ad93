import { AppError } from '../../contract/errors.ts';
import type { AbortReason, Session, Upload } from '../../vfs/types.ts';
import { settableAttributes } from './attributes.ts';
import type { Exchange } from './exchange.ts';
import type { Fifo } from './fifo.ts';
import type { Handle, HandleRequest } from './handle.ts';
import { MAX_DATA_LENGTH } from './packet-types.ts';
import { giveBackReplyBuffer, takeReplyBuffer } from './reply-buffers.ts';
import { attrsReply, DATA_HEADER_LENGTH, eofReply, spaceReply } from './replies.ts';
import { SerialQueue } from './serial-queue.ts';

/** Contiguous writes that wait for the disk are written together up to this size … */
const MOST_BYTES_AT_ONCE = 1024 * 1024;
/** … and this number of buffers: systems take 1,024 in one call. */
const MOST_BUFFERS_AT_ONCE = 512;

/** A file opened for writing, perhaps for reading too. Every request waits for those before it, so CLOSE acknowledges all of them. */
export class UploadHandle implements Handle {
  readonly path: string;
  readonly #upload: Upload;
  readonly #session: Session;
  readonly #readable: boolean;
  readonly #appends: boolean;
  /** Called when the file was closed in order. */
  readonly #finished: () => void;
  readonly #queue = new SerialQueue<Exchange<HandleRequest>>((exchange, waiting) => this.#work(exchange, waiting));
  #closing = false;

  constructor(
    upload: Upload,
    session: Session,
    options: { readonly readable: boolean; readonly appends: boolean; readonly finished: () => void },
  ) {
    this.path = upload.path;
    this.#upload = upload;
    this.#session = session;
    this.#readable = options.readable;
    this.#appends = options.appends;
    this.#finished = options.finished;
  }

  submit(exchange: Exchange<HandleRequest>): void {
    if (exchange.request.type === 'CLOSE') this.#closing = true;
    this.#queue.push(exchange);
  }

  settled(): Promise<void> {
    return this.#queue.settled();
  }

  async abandon(reason: AbortReason): Promise<void> {
    if (!this.#closing) for (const exchange of this.#queue.clear()) exchange.cancel();
    await this.#queue.settled();
    if (!this.#closing) await this.#upload.abort(reason);
  }

  async #work(exchange: Exchange<HandleRequest>, waiting: Fifo<Exchange<HandleRequest>>): Promise<void> {
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

  async #write(
    first: Exchange<HandleRequest>,
    request: Extract<HandleRequest, { type: 'WRITE' }>,
    waiting: Fifo<Exchange<HandleRequest>>,
  ): Promise<void> {
    const batch = [first];
    const buffers = [...request.data];
    let bytes = request.length;
    for (let next = waiting.peek(); next?.request.type === 'WRITE'; next = waiting.peek()) {
      const { offset, length, data } = next.request;
      const follows = this.#appends || offset === request.offset + bytes;
      if (!follows || bytes + length > MOST_BYTES_AT_ONCE || buffers.length + data.length > MOST_BUFFERS_AT_ONCE) break;
      waiting.shift();
      batch.push(next);
      buffers.push(...data);
      bytes += length;
    }
    try {
      await this.#upload.write(buffers, request.offset);
      for (const exchange of batch) exchange.ok();
    } catch (thrown) {
      for (const exchange of batch) exchange.fail(thrown);
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
    const buffer = takeReplyBuffer(length);
    try {
      const count = await this.#upload.read(buffer.subarray(DATA_HEADER_LENGTH, DATA_HEADER_LENGTH + length), request.offset);
      if (count > 0) {
        // One read at a time: the next one waits until SSH took this reply.
        await new Promise<void>((sent) => exchange.data(buffer, count, sent));
        return;
      }
    } catch (thrown) {
      giveBackReplyBuffer(buffer);
      throw thrown;
    }
    giveBackReplyBuffer(buffer);
    exchange.reply(eofReply(request.id));
  }
}
