import type { Algorithms, CipherAlgorithm, KexAlgorithm, MacAlgorithm, ServerHostKeyAlgorithm } from 'ssh2';
import { supportedAlgorithms } from './ssh2.ts';

/** What ssh-audit passes without a complaint. The client's order decides (RFC 4253, 7.1). */
const KEX: readonly KexAlgorithm[] = [
  'curve25519-sha256',
  'curve25519-sha256@libssh.org',
  'diffie-hellman-group16-sha512',
  'diffie-hellman-group18-sha512',
];
const CIPHERS: readonly CipherAlgorithm[] = [
  'aes128-gcm@openssh.com',
  'aes256-gcm@openssh.com',
  'chacha20-poly1305@openssh.com',
  'aes128-ctr',
  'aes192-ctr',
  'aes256-ctr',
];
const MACS: readonly MacAlgorithm[] = ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com'];

/** For clients from before about 2014 and those built with libssh2 before 1.11 (2023), which has no ETM. No SHA-1 is among them, though ssh2 offers ssh-rsa by itself once there is an RSA host key. */
const COMPATIBLE_KEX: readonly KexAlgorithm[] = ['ecdh-sha2-nistp256', 'diffie-hellman-group14-sha256'];
const COMPATIBLE_MACS: readonly MacAlgorithm[] = ['hmac-sha2-256', 'hmac-sha2-512'];

/**
 * The algorithms to offer, out of those that the runtime's crypto library has: Electron's knows no chacha20.
 * Group exchange is missing on purpose: ssh2 1.17.0 would offer it and then disconnect each client that chooses it. Compression is off:
 * it costs time and lets a small packet grow to a large one.
 */
export function offeredAlgorithms(compatibility: boolean): Algorithms {
  const supported = supportedAlgorithms();
  const hostKeys: ServerHostKeyAlgorithm[] = compatibility ? ['ssh-ed25519', 'rsa-sha2-512', 'rsa-sha2-256'] : ['ssh-ed25519'];
  return {
    kex: [...KEX, ...(compatibility ? COMPATIBLE_KEX : [])].filter((name) => supported.kex.includes(name)),
    cipher: CIPHERS.filter((name) => supported.cipher.includes(name)),
    hmac: [...MACS, ...(compatibility ? COMPATIBLE_MACS : [])].filter((name) => supported.mac.includes(name)),
    serverHostKey: hostKeys,
    compress: ['none'],
  };
}
