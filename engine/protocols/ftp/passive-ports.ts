import { randomInt } from 'node:crypto';
import { createServer, type Socket } from 'node:net';
import { Refusal } from './replies.ts';

/** A listening data port, taken from the pool until `close`. */
export type PassiveListener = {
  readonly port: number;
  /** Stops listening and gives the port back. Idempotent; accepted connections live on. */
  close(): void;
};

/**
 * The fixed range of passive ports that all connections share (the range a firewall is opened for). Every port taken is given back by
 * `close`, whatever became of its connections.
 */
export class PassivePorts {
  readonly #from: number;
  readonly #count: number;
  readonly #taken = new Set<number>();

  /** Both ends belong to the range. */
  constructor(from: number, to: number) {
    this.#from = from;
    this.#count = to - from + 1;
  }

  /** As people write it, such as `50000-50099`. */
  get range(): string {
    return `${this.#from}-${this.#from + this.#count - 1}`;
  }

  /** Ports taken now. */
  get taken(): number {
    return this.#taken.size;
  }

  /**
   * Listens on a free port of the range at `address`. Accepted sockets are paused, unread and may be half-open. The first port tried
   * is random: a predictable one would let a neighbour behind the same NAT wait for it. Rejects with 425 when none is free.
   */
  async listen(address: string, onConnection: (socket: Socket) => void): Promise<PassiveListener> {
    const start = randomInt(this.#count);
    for (let step = 0; step < this.#count; step++) {
      const port = this.#from + ((start + step) % this.#count);
      if (this.#taken.has(port)) continue;
      this.#taken.add(port);
      try {
        const close = await listenOn(address, port, onConnection);
        return {
          port,
          close: () => {
            if (close()) this.#taken.delete(port);
          },
        };
      } catch (error) {
        this.#taken.delete(port);
        // Another program may sit on single ports of the range.
        if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
      }
    }
    throw new Refusal(425, 'All passive ports are in use. Try again in a moment.');
  }
}

/** Resolves with a function that stops listening; it answers true the first time. */
function listenOn(address: string, port: number, onConnection: (socket: Socket) => void): Promise<() => boolean> {
  // A link-local address can only be bound together with its interface.
  const host = address.toLowerCase().startsWith('fe80:') ? '::' : address;
  const server = createServer({ pauseOnConnect: true, allowHalfOpen: true, noDelay: true }, onConnection);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, backlog: 16 }, () => {
      server.off('error', reject);
      // accept() may fail for want of descriptors; the client then meets the connection timeout.
      server.on('error', () => undefined);
      let open = true;
      resolve(() => {
        const first = open;
        open = false;
        // Closes the descriptor at once; the callback would wait for accepted connections.
        if (first) server.close();
        return first;
      });
    });
  });
}
