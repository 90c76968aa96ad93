import { Duplex } from 'node:stream';
import type { Socket } from 'node:net';
import { TLSSocket, type SecureContext } from 'node:tls';
import { reuseReads } from '../reused-reads.ts';
import { BrokenTransfer } from './broken-transfer.ts';
import type { Pace } from './pace.ts';

/** A data connection as transfers use it, with its TLS handshake done; uploads find its stream paused. */
export type DataChannel = {
  readonly stream: Socket | TLSSocket;
  /**
   * TLS uploads only: calls back when the peer's TCP stream has ended and everything before it was decrypted. If the stream's own `end`
   * does not follow, close_notify was missing: the upload may be cut off.
   */
  readonly onTcpEnd: (listener: () => void) => void;
  /** Plain uploads only: whoever reads says which bytes it still needs; the others are read into again. */
  readonly keepBytes: (isKept: (bytes: ArrayBufferLike) => boolean) => void;
};

/** Twice what `receive` holds while as much is being written. */
const SLABS = 10;

/** For channels without something of their own to tell. */
const NOTHING: Pick<DataChannel, 'onTcpEnd' | 'keepBytes'> = { onTcpEnd: () => undefined, keepBytes: () => undefined };

/** The socket itself; its FIN is all the order that plain FTP knows. */
export function outgoingPlain(socket: Socket): DataChannel {
  return { ...NOTHING, stream: socket };
}

/**
 * The same, reading into few pieces of memory: allocating each read anew took half of an upload's processor time. No read is larger than a piece:
 * the system lets a sender have the more on its way the more is read at once.
 */
export function incomingPlain(socket: Socket, { piece }: Pace): DataChannel {
  let isKept = (_bytes: ArrayBufferLike): boolean => true;
  // What the client connected to is paused; what was connected to it may have begun to read.
  const stream =
    socket.bytesRead === 0 && socket.isPaused()
      ? reuseReads(socket, (bytes) => isKept(bytes), { paused: true, slabs: SLABS, mostBytes: piece })
      : socket;
  stream.on('error', () => undefined);
  return { ...NOTHING, stream, keepBytes: (asked) => (isKept = asked) };
}

/** TLS natively on the socket, the faster way; a missing close_notify cannot be told from one that came. */
export function outgoingTls(socket: Socket, secureContext: SecureContext): DataChannel {
  const stream = new TLSSocket(socket, { isServer: true, secureContext });
  // Nothing is expected from the peer, but only a reader learns that it has gone.
  stream.resume();
  return { ...NOTHING, stream };
}

/** TLS that tells close_notify from a bare FIN. */
export function incomingTls(socket: Socket, secureContext: SecureContext, { piece }: Pace): DataChannel {
  const bytes = new EndlessBytes(socket, piece);
  const stream = new TLSSocket(bytes, { isServer: true, secureContext });
  return { ...NOTHING, stream, onTcpEnd: (listener) => bytes.onTcpEnd(listener) };
}

/** Resolves when the TLS handshake is done; rejects with 522 (RFC 4217 §10.2) when it fails or the client goes. */
export function handshake(channel: DataChannel): Promise<void> {
  const { stream } = channel;
  return new Promise((resolve, reject) => {
    let secured = false;
    const fail = (): void => {
      // Small uploads have ended by the time the handshake is reported.
      if (!secured) reject(new BrokenTransfer('connection_lost', 'The TLS handshake on the data connection failed.', 522));
    };
    // The tickets of TLS 1.3 are written after this event; an empty listing would end the connection before them.
    stream.once('secure', () => {
      secured = true;
      setImmediate(resolve);
    });
    stream.on('error', fail);
    stream.once('end', fail);
    stream.once('close', fail);
    channel.onTcpEnd(fail);
    if (stream.destroyed) fail();
  });
}

/**
 * The bytes of a socket without its end. Node's TLSSocket ends alike on close_notify and on a bare FIN (anyone can forge the latter), so
 * the FIN is kept from it and announced as `tcpEnd`: an `end` of the TLSSocket then always means close_notify.
 */
class EndlessBytes extends Duplex {
  readonly #socket: Socket;
  #ended = false;
  #announced = false;

  constructor(socket: Socket, readableHighWaterMark: number) {
    super({ readableHighWaterMark });
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) socket.pause();
    });
    socket.on('end', () => {
      this.#ended = true;
      this.#announceEnd();
    });
    // What goes wrong after the peer's end is our writing only, which nobody waits for any more.
    socket.on('close', () => {
      if (!this.#ended) this.destroy();
    });
  }

  /** Calls back once, also when it has happened already. */
  onTcpEnd(listener: () => void): void {
    if (this.#announced) listener();
    else this.once('tcpEnd', listener);
  }

  override _read(): void {
    if (!this.#ended) this.#socket.resume();
  }

  override _write(chunk: Uint8Array, _encoding: BufferEncoding, done: () => void): void {
    this.#socket.write(chunk, () => done());
  }

  override _final(done: () => void): void {
    this.#socket.end(() => done());
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }

  /** Once what is buffered has reached the TLS layer, which takes a turn. */
  #announceEnd(): void {
    setImmediate(() => {
      if (this.destroyed) return;
      if (this.readableLength > 0) {
        // Held back by a slow disk.
        this.once('resume', () => this.#announceEnd());
        return;
      }
      this.#announced = true;
      this.emit('tcpEnd');
    });
  }
}
