import type { Socket } from 'node:net';
import type { Logger } from '../../lib/log.ts';
import { plainAddress } from './addresses.ts';
import type { PassiveListener, PassivePorts } from './passive-ports.ts';
import { Refusal } from './replies.ts';

/**
 * Where the next data connection of one control connection comes from: a passive port today; an active connection (PORT, EPRT) would be
 * a second way to fill it. At most one listener and one unused socket exist at a time.
 */
export class DataPort {
  readonly #ports: PassivePorts;
  readonly #peer: string;
  readonly #log: Logger;
  #listener: PassiveListener | null = null;
  #socket: Socket | null = null;
  #waiting: ((socket: Socket) => void) | null = null;
  #closed = false;

  /** `peer`: the control connection's plain address, the only one that may connect. */
  constructor(ports: PassivePorts, peer: string, log: Logger) {
    this.#ports = ports;
    this.#peer = peer;
    this.#log = log;
  }

  /** Whether a data connection was prepared and not used yet. */
  get prepared(): boolean {
    return this.#listener !== null || this.#socket !== null;
  }

  /** Which connection has not come yet, with what to do about it; null when none is waited for. */
  get missing(): string | null {
    if (this.#listener === null) return null;
    const { port } = this.#listener;
    return `No data connection came to port ${port}. The firewall has to let the ports ${this.#ports.range} through to the server.`;
  }

  /** Listens anew at `address`, dropping whatever was prepared before. Resolves with the port; rejects with 425. */
  async openPassive(address: string): Promise<number> {
    this.reset();
    const listener = await this.#ports.listen(address, (socket) => this.#accept(socket));
    if (this.#closed) {
      listener.close();
      throw new Refusal(425, 'The connection is closing.');
    }
    this.#listener = listener;
    return listener.port;
  }

  /** The prepared connection, once: waits up to `timeoutMs` for the client to connect, then rejects with 425. */
  async take(timeoutMs: number, signal: AbortSignal): Promise<Socket> {
    if (this.#socket !== null) {
      const socket = this.#socket;
      this.#socket = null;
      return socket;
    }
    return await new Promise<Socket>((resolve, reject) => {
      const stop = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', giveUp);
        this.#waiting = null;
      };
      const giveUp = (): void => {
        const words = this.missing ?? 'No data connection came.';
        stop();
        this.reset();
        reject(new Refusal(425, words));
      };
      const timer = setTimeout(giveUp, timeoutMs);
      signal.addEventListener('abort', giveUp);
      this.#waiting = (socket) => {
        stop();
        resolve(socket);
      };
      if (signal.aborted) giveUp();
    });
  }

  /** Gives the port back and drops an unused connection. */
  reset(): void {
    this.#listener?.close();
    this.#listener = null;
    this.#socket?.destroy();
    this.#socket = null;
  }

  /** As `reset`, for good. Idempotent. */
  close(): void {
    this.#closed = true;
    this.reset();
  }

  #accept(socket: Socket): void {
    socket.on('error', () => undefined);
    const from = plainAddress(socket.remoteAddress ?? '');
    if (from !== this.#peer) {
      this.#log.warn(`dropped a data connection from ${from === '' ? 'a vanished peer' : from}; it belongs to ${this.#peer}`);
      socket.destroy();
      return;
    }
    if (this.#listener === null) {
      socket.destroy();
      return;
    }
    this.#listener.close();
    this.#listener = null;
    if (this.#waiting === null) this.#socket = socket;
    else this.#waiting(socket);
  }
}
