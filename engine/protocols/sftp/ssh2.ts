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

type ConnectionInternals = {
  readonly _sock: Socket;
  readonly _protocol: { readonly _kexinit: unknown; readonly _decipher: { readonly _packet: Uint8Array | null } };
};
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
