import { connect, type Socket } from 'node:net';
import type { Logger } from '../../lib/log.ts';
import { plainAddress } from './addresses.ts';
import type { PassiveListener, PassivePorts } from './passive-ports.ts';
import { Refusal } from './replies.ts';

/** Where PORT or EPRT want the server to connect to. */
type ActiveTarget = { readonly address: string; readonly port: number };

/**
 * Where the next data connection of one control connection comes from: a passive port, or a port of the client (PORT, EPRT). At most one
 * listener, one target and one unused socket exist at a time.
 */
export class DataPort {
  readonly #ports: PassivePorts;
  readonly #peer: string;
  readonly #own: string;
  readonly #log: Logger;
  readonly #idleMs: number;
  #listener: PassiveListener | null = null;
  #idle: NodeJS.Timeout | undefined;
  #target: ActiveTarget | null = null;
  #socket: Socket | null = null;
  #waiting: ((socket: Socket) => void) | null = null;
  #closed = false;

  /**
   * `peer` and `own`: plain addresses of the control connection; no other address may connect, or is connected to. `idleMs`: how long a port
   * of the pool is kept for a client that does not use it.
   */
  constructor(ports: PassivePorts, { peer, own }: { readonly peer: string; readonly own: string }, log: Logger, idleMs: number) {
    this.#idleMs = idleMs;
    this.#ports = ports;
    this.#peer = peer;
    this.#own = own;
    this.#log = log;
  }

  /** Whether a data connection was prepared and not used yet. */
  get prepared(): boolean {
    return this.#listener !== null || this.#target !== null || this.#socket !== null;
  }

  /** Which connection has not come yet, with what to do about it; null when none is waited for. */
  get missing(): string | null {
    if (this.#target !== null) {
      return `The server could not connect to port ${this.#target.port} of ${this.#peer}. Active mode needs a way in to the client: use passive mode.`;
    }
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
    this.#idle = setTimeout(() => this.reset(), this.#idleMs);
    return listener.port;
  }

  /** The next data connection goes out to `port` of the client, dropping whatever was prepared before. */
  prepareActive(port: number): void {
    this.reset();
    this.#target = { address: this.#peer, port };
  }

  /** The prepared connection, once: waits up to `timeoutMs` for it to be made, then rejects with 425. */
  async take(timeoutMs: number, signal: AbortSignal): Promise<Socket> {
    clearTimeout(this.#idle);
    if (this.#target !== null) return await this.#connectOut(this.#target, timeoutMs, signal);
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
    clearTimeout(this.#idle);
    this.#listener?.close();
    this.#listener = null;
    this.#target = null;
    this.#socket?.destroy();
    this.#socket = null;
  }

  /** As `reset`, for good. Idempotent. */
  close(): void {
    this.#closed = true;
    this.reset();
  }

  #connectOut({ address, port }: ActiveTarget, timeoutMs: number, signal: AbortSignal): Promise<Socket> {
    // From the address that the client knows. Port 20, which RFC 959 names, would need a privileged process, and firewalls track without it.
    const socket = connect({ host: address, port, localAddress: this.#own, noDelay: true, allowHalfOpen: true });
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', giveUp);
      };
      const giveUp = (): void => {
        const words = this.missing ?? 'No data connection could be made.';
        stop();
        socket.destroy();
        this.reset();
        reject(new Refusal(425, words));
      };
      const timer = setTimeout(giveUp, timeoutMs);
      signal.addEventListener('abort', giveUp);
      socket.on('error', giveUp);
      socket.once('connect', () => {
        stop();
        socket.off('error', giveUp).on('error', () => undefined);
        this.#target = null;
        resolve(socket);
      });
      if (signal.aborted) giveUp();
    });
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
    clearTimeout(this.#idle);
    this.#listener.close();
    this.#listener = null;
    if (this.#waiting === null) this.#socket = socket;
    else this.#waiting(socket);
  }
}
