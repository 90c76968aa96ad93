import type { Logger } from '../../lib/log.ts';
import { giveBackTransferBuffer } from './transfer-buffers.ts';
import type { ReplyStream } from './reply-stream.ts';
import { dataReply, okReply, statusReply } from './replies.ts';
import type { Request } from './requests.ts';
import { statusOf } from './status.ts';

/** What an exchange needs of its channel. */
export type ExchangeHost = {
  readonly replies: ReplyStream;
  readonly log: Logger;
  /** Tells that a request that cost `cost` bytes of memory was answered. */
  answered(cost: number): void;
};

/** One request and its one answer. Whoever holds it answers it exactly once, or cancels it when nobody listens any more. */
export class Exchange<Kind extends { readonly id: number } = Request> {
  readonly request: Kind;
  readonly #host: ExchangeHost;
  readonly #cost: number;

  constructor(request: Kind, cost: number, host: ExchangeHost) {
    this.request = request;
    this.#host = host;
    this.#cost = cost;
  }

  reply(packet: Buffer): void {
    this.#host.replies.send(packet);
    this.#host.answered(this.#cost);
  }

  ok(): void {
    this.reply(okReply(this.request.id));
  }

  /** Answers with the status of a thrown value; a defect of ours is logged with its cause. */
  fail(thrown: unknown): void {
    const { code, message, error } = statusOf(thrown);
    if (error.kind === 'ours') this.#host.log.error('An SFTP request failed unexpectedly.', error);
    this.reply(statusReply(this.request.id, code, message));
  }

  /** Answers READ with the `length` bytes that lie in `buffer` behind the header's place. `sent` is called when the buffer is free again. */
  data(buffer: Buffer, length: number, sent: () => void): void {
    this.#host.replies.sendBorrowed(dataReply(this.request.id, buffer, length), (copied) => {
      if (copied) giveBackTransferBuffer(buffer);
      sent();
    });
    this.#host.answered(this.#cost);
  }

  cancel(): void {
    this.#host.answered(this.#cost);
  }
}
