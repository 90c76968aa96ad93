import crypto from 'node:crypto';
import { createRequire } from 'node:module';
import type { Socket } from 'node:net';
import type * as Ssh2 from 'ssh2';
import { type CreateCipher, preparedAhead } from './prepared-ciphers.ts';

/**
 * The one place that loads ssh2 and knows what lies inside it. Version 1.17.0 is pinned; each use of an internal says why.
 */

const POOL_BYTES = 64 * 1024;

/**
 * crypto.randomFillSync out of a pool of random bytes, each used once. ssh2 fills the padding of every packet it sends with an own
 * call of the system's generator, 6 to 11 % of a transfer's time; it takes the function from node:crypto while it loads.
 */
export function createPooledFill(): typeof crypto.randomFillSync {
  const fill = crypto.randomFillSync.bind(crypto);
  const pool = Buffer.allocUnsafeSlow(POOL_BYTES);
  let used = POOL_BYTES;
  return function randomFillSync<Target extends NodeJS.ArrayBufferView>(target: Target, offset = 0, size?: number): Target {
    if (!(target instanceof Uint8Array) || size === undefined || size > 255)
      return size === undefined ? fill(target, offset) : fill(target, offset, size);
    if (used + size > POOL_BYTES) {
      fill(pool);
      used = 0;
    }
    for (let index = 0; index < size; index++) {
      target[offset + index] = pool[used] as number;
      // A byte that was sent is not kept.
      pool[used++] = 0;
    }
    return target;
  };
}

const require = createRequire(import.meta.url);

const fillRandom = createPooledFill();

/** ssh2 takes these functions from node:crypto while it loads. */
function load(): typeof Ssh2 {
  const { randomFillSync, createCipheriv, createDecipheriv } = crypto;
  Object.assign(crypto, {
    randomFillSync: fillRandom,
    createCipheriv: preparedAhead(createCipheriv as CreateCipher<unknown>),
    createDecipheriv: preparedAhead(createDecipheriv as CreateCipher<unknown>),
  });
  try {
    return require('ssh2') as typeof Ssh2;
  } finally {
    Object.assign(crypto, { randomFillSync, createCipheriv, createDecipheriv });
  }
}

const ssh2 = load();
export const { Client: SshClient, Server: SshServer, utils: sshUtils } = ssh2;

/** Whether ssh2's compiled ciphers run. Without them it encrypts in JavaScript over node:crypto, at 1.0 to 1.9 times the cost, without a word. */
export function sshAccelerated(): boolean {
  const internal = require('ssh2/lib/protocol/crypto.js') as { readonly bindingAvailable: boolean };
  return internal.bindingAvailable;
}

/** Algorithms that ssh2 can run on this machine's crypto library, by the names of its own lists. */
export function supportedAlgorithms(): {
  readonly kex: readonly string[];
  readonly cipher: readonly string[];
  readonly mac: readonly string[];
} {
  const internal = require('ssh2/lib/protocol/constants.js') as Record<
    'SUPPORTED_KEX' | 'SUPPORTED_CIPHER' | 'SUPPORTED_MAC',
    readonly string[]
  >;
  return { kex: internal.SUPPORTED_KEX, cipher: internal.SUPPORTED_CIPHER, mac: internal.SUPPORTED_MAC };
}

/** Encrypts what is sent; another one after each key exchange. */
type Cipher = { allocPacket(payloadLength: number): Buffer; _onWrite(bytes: Buffer): void };

type ProtocolInternals = {
  readonly _kexinit: unknown;
  readonly _cipher: Cipher;
  readonly _kex: { remoteExtInfoEnabled: boolean };
  readonly _decipher: { readonly _packet: Uint8Array | null };
  readonly _packetRW: { readonly write: { readonly allocStart: number; alloc(bytes: number): Buffer; finalize(packet: Buffer): Buffer } };
  readonly _handlers: { SERVICE_REQUEST: (protocol: ProtocolInternals, service: string) => void };
  _onHandshakeComplete: (...negotiated: unknown[]) => void;
  serviceAccept(service: string): void;
};

type ConnectionInternals = { readonly _sock: Socket; readonly _protocol: ProtocolInternals };
const internals = (connection: Ssh2.Connection): ConnectionInternals => connection as unknown as ConnectionInternals;

/** The socket below a connection: ssh2 announces a connection without saying which of the sockets it was given. */
export const socketOf = (connection: Ssh2.Connection): Socket => internals(connection)._sock;

/**
 * Whether keys are being exchanged. ssh2 then keeps all that is sent to it in memory, without a limit: a client that begins an exchange,
 * asks for data and never ends the exchange would fill the machine.
 */
export const isExchangingKeys = (connection: Ssh2.Connection): boolean => internals(connection)._protocol._kexinit !== undefined;

/**
 * Whether ssh2 may look again at what it was given in these bytes: it keeps views of what belongs to a sign-in or a key exchange, and of a
 * packet whose end has not come.
 */
export const keepsBytes = (connection: Ssh2.Connection, bytes: ArrayBufferLike): boolean =>
  !connection.authenticated || isExchangingKeys(connection) || internals(connection)._protocol._decipher._packet?.buffer === bytes;

/** Requests for one service on one connection before it is cut off: a client makes one for each attempt to sign in. */
const MOST_SERVICE_REQUESTS = 60;

/**
 * Accepts the service of sign-in as often as it is asked for until somebody is in, as OpenSSH's server does: paramiko asks again before every
 * attempt, and ssh2 ends the connection at the second. Called before the client has asked for anything.
 */
export function acceptRepeatedServiceRequests(connection: Ssh2.Connection): void {
  const handlers = internals(connection)._protocol._handlers;
  const first = handlers.SERVICE_REQUEST;
  let accepted = 0;
  handlers.SERVICE_REQUEST = (protocol, service) => {
    if (service !== 'ssh-userauth' || accepted++ === 0 || accepted > MOST_SERVICE_REQUESTS || connection.authenticated)
      first(protocol, service);
    else protocol.serviceAccept(service);
  };
}

const EXT_INFO = 7;

/**
 * Tells clients that ask for it which signatures of theirs are taken (RFC 8308, 3.1), in place of ssh2's own list: a comma is missing in that,
 * so that two algorithms are hidden, and it names some that are refused. Called before keys are exchanged.
 */
export function announceSignatures(connection: Ssh2.Connection, algorithms: readonly string[]): void {
  const protocol = internals(connection)._protocol;
  const complete = protocol._onHandshakeComplete;
  protocol._onHandshakeComplete = (...negotiated) => {
    protocol._onHandshakeComplete = complete;
    const isWanted = protocol._kex.remoteExtInfoEnabled;
    protocol._kex.remoteExtInfoEnabled = false;
    complete(...negotiated);
    if (isWanted) sendExtInfo(protocol, 'server-sig-algs', algorithms.join(','));
  };
}

function sendExtInfo(protocol: ProtocolInternals, name: string, value: string): void {
  const { sendPacket } = require('ssh2/lib/protocol/utils.js') as {
    sendPacket: (protocol: ProtocolInternals, packet: Buffer) => boolean;
  };
  const { write } = protocol._packetRW;
  const text = (content: string): Buffer => {
    const bytes = Buffer.from(content);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
  };
  const payload = Buffer.concat([Buffer.from([EXT_INFO, 0, 0, 0, 1]), text(name), text(value)]);
  const packet = write.alloc(payload.length);
  packet.set(payload, write.allocStart);
  sendPacket(protocol, write.finalize(packet));
}

/** Holds the largest packet that ssh2 makes: 32 KiB of a channel's data with its header, padding and MAC. */
const PACKET_BYTES = 33 * 1024;
/** Payloads below this are cheaper to allocate than to keep. */
const WORTH_KEEPING = 8 * 1024;
/** Packets that lie idle, of all connections: what one client may have on its way. */
const idlePackets: Buffer[] = [];
const MOST_IDLE_PACKETS = 192;
/** RFC 4253, section 6: the packet's length and the padding's stand before the payload, four bytes of padding at least behind it. */
const HEAD_BYTES = 5;
const LEAST_PADDING = 4;
/** What the length of a packet is a multiple of; of 8 would do for ChaCha20. */
const BLOCK_BYTES = 16;

/**
 * Has the connection's present cipher encrypt large packets in memory that is used again once the system has taken them. ssh2 allocates each
 * anew: a client that reads leaves 100 to 250 MiB of them, which V8 collects late and then with the whole heap, for half of a download's
 * processor time. Called after each key exchange. Only the compiled ciphers encrypt in place; the others are left alone.
 */
export function reusePackets(connection: Ssh2.Connection): void {
  if (!sshAccelerated()) return;
  const { _sock: socket, _protocol } = internals(connection);
  const cipher = _protocol._cipher;
  const allocate = cipher.allocPacket.bind(cipher);
  const write = cipher._onWrite.bind(cipher);
  // Where the length is encrypted with the rest, it counts towards the blocks; what follows is the place for the MAC.
  const sample = allocate(0);
  const sampleLength = sample.readUInt32BE(0);
  const uncounted = sampleLength % 8 === 0 ? 4 : 0;
  const macBytes = sample.length - 4 - sampleLength;

  cipher.allocPacket = (payloadLength) => {
    const unpadded = HEAD_BYTES + payloadLength;
    const padding = LEAST_PADDING + ((BLOCK_BYTES - ((unpadded - uncounted + LEAST_PADDING) % BLOCK_BYTES)) % BLOCK_BYTES);
    const length = unpadded + padding + macBytes;
    if (payloadLength < WORTH_KEEPING || length > PACKET_BYTES) return allocate(payloadLength);
    const packet = (idlePackets.pop() ?? Buffer.allocUnsafeSlow(PACKET_BYTES)).subarray(0, length);
    packet.writeUInt32BE(unpadded + padding - 4, 0);
    packet[4] = padding;
    return fillRandom(packet, unpadded, padding);
  };
  cipher._onWrite = (packet) => {
    if (packet.buffer.byteLength !== PACKET_BYTES) write(packet);
    else if (socket.writable)
      socket.write(packet, (error) => {
        // After an error nobody says what became of it.
        if (!error && idlePackets.length < MOST_IDLE_PACKETS) idlePackets.push(Buffer.from(packet.buffer));
      });
  };
}
