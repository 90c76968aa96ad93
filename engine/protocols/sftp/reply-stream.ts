/** Where replies go: the SSH channel and the socket below it, reduced to what the codec needs (tests give a fake). */
export type Wire = {
  /** Hands bytes to SSH in order; `sent` is called once they were copied into SSH packets and may be reused. */
  write(bytes: Buffer, sent?: () => void): void;
  /** Holds the socket's writes back until `uncork` was called as often, so that one system call carries several packets. */
  cork(): void;
  uncork(): void;
  /** The peer does not keep up, or SSH exchanges keys: nothing more should be produced until the owner says so. */
  isCongested(): boolean;
};

/** Replies above this are written alone instead of being copied together with others. */
const SMALL_REPLY = 4096;

/**
 * Sends replies in the order in which they are given. Small ones that come of one event (a chunk that arrived, a write that is done, a
 * commit) share an SSH packet and go out as soon as all that it set off has run: a client that works file by file waits for nothing else.
 * Large ones share a system call per turn of the event loop. With one write per 21 byte STATUS, an upload spent 41 % of its time in writes.
 */
export class ReplyStream {
  readonly #wire: Wire;
  /** Callbacks of borrowed replies on their way. */
  readonly #borrowed = new Set<(copied: boolean) => void>();
  #small: Buffer[] = [];
  #turnOpen = false;
  #closed = false;

  constructor(wire: Wire) {
    this.#wire = wire;
  }

  send(reply: Buffer): void {
    if (this.#closed) return;
    if (reply.length > SMALL_REPLY) {
      this.#openTurn();
      this.#flushSmall();
      this.#wire.write(reply);
      return;
    }
    this.#small.push(reply);
    if (this.#small.length > 1) return;
    process.nextTick(() => {
      this.#wire.cork();
      this.#flushSmall();
      this.#wire.uncork();
    });
  }

  /** Sends a reply whose memory may be used again after `sent(true)`; `sent(false)` comes when the peer went before that. */
  sendBorrowed(reply: Buffer, sent: (copied: boolean) => void): void {
    if (this.#closed) {
      sent(false);
      return;
    }
    this.#openTurn();
    this.#flushSmall();
    this.#borrowed.add(sent);
    this.#wire.write(reply, () => {
      if (this.#borrowed.delete(sent)) sent(true);
    });
  }

  /** Calls `done` once everything given so far was handed to SSH. Never, if the peer takes nothing more. */
  whenSent(done: () => void): void {
    this.#flushSmall();
    this.#wire.write(Buffer.alloc(0), done);
  }

  /** Drops what comes from now on: nobody listens any more. */
  close(): void {
    this.#closed = true;
    this.#small = [];
    const borrowed = [...this.#borrowed];
    this.#borrowed.clear();
    for (const sent of borrowed) sent(false);
  }

  #openTurn(): void {
    if (this.#turnOpen) return;
    this.#turnOpen = true;
    this.#wire.cork();
    setImmediate(() => {
      this.#turnOpen = false;
      this.#wire.uncork();
    });
  }

  #flushSmall(): void {
    if (this.#small.length === 0 || this.#closed) return;
    const replies = this.#small;
    this.#small = [];
    this.#wire.write(replies.length === 1 ? (replies[0] as Buffer) : Buffer.concat(replies));
  }
}
