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

/** ssh2 takes these functions from node:crypto while it loads. */
function load(): typeof Ssh2 {
  const { randomFillSync, createCipheriv, createDecipheriv } = crypto;
  Object.assign(crypto, {
    randomFillSync: createPooledFill(),
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

type ProtocolInternals = {
  readonly _kexinit: unknown;
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
  const { sendPacket } = require('ssh2/lib/protocol/utils.js') as { sendPacket(protocol: ProtocolInternals, packet: Buffer): boolean };
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
