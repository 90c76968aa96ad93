import { AppError } from '../../contract/errors.ts';
import type { AbortReason, Download, Session } from '../../vfs/types.ts';
import { type ClientAttributes, settableAttributes } from './attributes.ts';
import type { Exchange } from './exchange.ts';
import { Fifo } from './fifo.ts';
import type { Handle, HandleRequest, Loan } from './handle.ts';
import { MAX_DATA_LENGTH } from './packet-types.ts';
import type { ReadBudget } from './read-budget.ts';
import { giveBackTransferBuffer, transferBufferBytes, takeTransferBuffer } from './transfer-buffers.ts';
import { attrsReply, DATA_HEADER_LENGTH, eofReply, spaceReply } from './replies.ts';

/** A request in its turn: `answer` is set once its work is done and called when all before it are answered. */
type Turn = { answer: (() => void) | null; start: (() => void) | null };

/** A file opened for reading. Reads run side by side within the channel's budget; answers keep the order of the requests. */
export class DownloadHandle implements Handle {
  readonly path: string;
  readonly #download: Download;
  readonly #session: Session;
  readonly #budget: ReadBudget;
  readonly #turns = new Fifo<Turn>();
  /** Called when the file was closed in order. */
  readonly #finished: () => void;
  #closing = false;
  #abandoned = false;
  #whenSettled: (() => void)[] = [];

  constructor(download: Download, session: Session, budget: ReadBudget, finished: () => void) {
    this.#finished = finished;
    this.path = download.path;
    this.#download = download;
    this.#session = session;
    this.#budget = budget;
  }

  submit(exchange: Exchange<HandleRequest>): void {
    const { request } = exchange;
    const turn = this.#queue();
    switch (request.type) {
      case 'READ':
        this.#read(turn, exchange, request.id, request.offset, Math.min(request.length, MAX_DATA_LENGTH));
        return;
      case 'CLOSE':
        this.#closing = true;
        turn.start = () =>
          this.#settle(turn, exchange, this.#download.finish(), () => {
            this.#finished();
            exchange.ok();
          });
        this.#advance();
        return;
      case 'FSTAT':
        this.#settle(turn, exchange, this.#download.stat(), (stat) => exchange.reply(attrsReply(request.id, stat)));
        return;
      case 'FSTATVFS':
        this.#settle(turn, exchange, this.#session.space(this.path), (space) => exchange.reply(spaceReply(request.id, space)));
        return;
      case 'FSETSTAT':
        this.#settle(turn, exchange, this.#setAttributes(request.attributes), () => exchange.ok());
        return;
      case 'FSYNC':
        this.#done(turn, () => exchange.ok());
        return;
      case 'WRITE':
      case 'COPY':
        this.#done(turn, () => exchange.fail(new AppError('permission_denied', 'The file was opened for reading only.')));
        return;
      case 'READDIR':
        this.#done(turn, () => exchange.fail(new AppError('not_a_directory', 'This handle is an open file, not a folder.')));
        return;
    }
  }

  /** Takes a turn of the queue that ends with the loan: a CLOSE waits for it. */
  lend(): Loan {
    const turn = this.#queue();
    return { download: this.#download, release: () => this.#done(turn, () => undefined) };
  }

  changed(): null {
    return null;
  }

  settled(): Promise<void> {
    return this.#turns.length === 0 ? Promise.resolve() : new Promise((resolve) => this.#whenSettled.push(resolve));
  }

  async abandon(reason: AbortReason): Promise<void> {
    this.#abandoned = true;
    await this.settled();
    if (!this.#closing) await this.#download.abort(reason);
  }

  #queue(): Turn {
    const turn: Turn = { answer: null, start: null };
    this.#turns.push(turn);
    return turn;
  }

  #read(turn: Turn, exchange: Exchange<HandleRequest>, id: number, offset: number, length: number): void {
    const cost = transferBufferBytes(length);
    this.#budget.acquire(cost, () => {
      const release = (): void => this.#budget.release(cost);
      if (this.#abandoned) {
        release();
        this.#done(turn, () => exchange.cancel());
        return;
      }
      const buffer = takeTransferBuffer(length);
      const unused = (): void => {
        giveBackTransferBuffer(buffer);
        release();
      };
      this.#download.read(buffer.subarray(DATA_HEADER_LENGTH, DATA_HEADER_LENGTH + length), offset).then(
        (count) =>
          this.#done(turn, () => {
            if (count > 0) exchange.data(buffer, count, release);
            else {
              unused();
              exchange.reply(eofReply(id));
            }
          }),
        (thrown: unknown) =>
          this.#done(turn, () => {
            unused();
            exchange.fail(thrown);
          }),
      );
    });
  }

  async #setAttributes(wanted: ClientAttributes): Promise<void> {
    await this.#session.setAttributes(this.path, settableAttributes(wanted));
  }

  #settle<Value>(turn: Turn, exchange: Exchange<HandleRequest>, work: Promise<Value>, answer: (value: Value) => void): void {
    work.then(
      (value) => this.#done(turn, () => answer(value)),
      (thrown: unknown) => this.#done(turn, () => exchange.fail(thrown)),
    );
  }

  #done(turn: Turn, answer: () => void): void {
    turn.answer = answer;
    this.#advance();
  }

  /** Answers what is ready at the head of the queue, and starts what had to wait for all before it. */
  #advance(): void {
    for (let turn = this.#turns.peek(); turn !== undefined; turn = this.#turns.peek()) {
      const { answer, start } = turn;
      if (answer === null) {
        turn.start = null;
        start?.();
        return;
      }
      this.#turns.shift();
      answer();
    }
    for (const resolve of this.#whenSettled.splice(0)) resolve();
  }
}
