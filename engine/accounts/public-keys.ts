import { createHash } from 'node:crypto';
import { AppError } from '../contract/errors.ts';

/** A public key that may be used to sign in. */
export type PublicKey = {
  /** The algorithm's name, such as `ssh-ed25519`. */
  readonly type: string;
  /** `type base64`, without comment. */
  readonly key: string;
  /** `SHA256:…` as OpenSSH prints it; two keys are the same when their fingerprints are. */
  readonly fingerprint: string;
  readonly comment: string;
};

const SMALLEST_RSA_BITS = 2048;
const ED25519_BYTES = 32;

/** Bytes of an uncompressed point, by curve name (RFC 5656, 3.1). */
const CURVES = new Map([
  ['nistp256', 65],
  ['nistp384', 97],
  ['nistp521', 133],
]);

/** How the base64 of OpenSSH's own format begins (`openssh-key-v1`), when the lines around it were left out. */
const BARE_PRIVATE_KEY = 'b3BlbnNzaC1rZXktdjE';

const NOT_A_KEY = 'This is not an OpenSSH public key. Paste the one line of a .pub file, such as "ssh-ed25519 AAAA… name".';

/**
 * Reads one line of a `.pub` file, or the block that PuTTYgen saves (RFC 4716). Throws `invalid_input` at `field` that says why a key is
 * refused: private, DSA, RSA below 2048 bits, certificates, hardware-backed types, options in front.
 */
export function parsePublicKey(text: string, field: string): PublicKey {
  try {
    return parse(text);
  } catch (error) {
    throw error instanceof AppError ? new AppError(error.code, error.message, { field }) : error;
  }
}

function parse(text: string): PublicKey {
  if (/PRIVATE KEY|PuTTY-User-Key-File/.test(text) || text.trimStart().startsWith(BARE_PRIVATE_KEY)) {
    throw refused(
      'This is a private key, which only its owner may have. Paste the public one, which ends in .pub; if a partner sent you this one, ask for a new pair.',
    );
  }
  const { type, base64, comment } = text.includes('BEGIN SSH2 PUBLIC KEY') ? splitBlock(text) : splitLine(text);
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) throw refused(NOT_A_KEY);
  const blob = Buffer.from(base64, 'base64');
  const [typeField, ...fields] = readFields(blob);
  const blobType = typeField?.toString('latin1');
  if (blobType === undefined || (type !== null && type !== blobType)) throw refused(NOT_A_KEY);
  check(blobType, fields);
  return { type: blobType, key: `${blobType} ${blob.toString('base64')}`, fingerprint: fingerprint(blob), comment };
}

/** OpenSSH's SHA-256 fingerprint of a key blob (RFC 4253, 6.6). */
export function fingerprint(blob: Uint8Array): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}

function splitLine(text: string): { type: string; base64: string; comment: string } {
  const [type, base64, ...comment] = text.trim().split(/\s+/);
  if (type === undefined || base64 === undefined || text.trim().includes('\n')) throw refused(NOT_A_KEY);
  if (!/^[a-z0-9@.-]+$/.test(type))
    throw refused('Options in front of a key are not supported. Paste the line from its type on, such as "ssh-ed25519 AAAA…".');
  return { type, base64, comment: comment.join(' ') };
}

function splitBlock(text: string): { type: null; base64: string; comment: string } {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const inside = lines.slice(lines.findIndex((line) => line.startsWith('---- BEGIN')) + 1).filter((line) => !line.startsWith('---- END'));
  const comment = inside.find((line) => /^comment:/i.test(line));
  return {
    type: null,
    base64: inside.filter((line) => !line.includes(':')).join(''),
    comment: (comment ?? '').replace(/^comment:\s*/i, '').replaceAll('"', ''),
  };
}

function check(type: string, fields: readonly Buffer[]): void {
  if (type === 'ssh-ed25519') {
    if (fields.length !== 1 || fields[0]?.length !== ED25519_BYTES) throw refused(NOT_A_KEY);
  } else if (type === 'ssh-rsa') {
    const [exponent, modulus] = fields;
    if (fields.length !== 2 || exponent === undefined || modulus === undefined) throw refused(NOT_A_KEY);
    const bits = bitLength(modulus);
    if (bits < SMALLEST_RSA_BITS)
      throw refused(`An RSA key of ${bits} bits is too weak. Make one of at least ${SMALLEST_RSA_BITS} bits, or better an Ed25519 key.`);
  } else if (type.startsWith('ecdsa-sha2-')) {
    const curve = type.slice('ecdsa-sha2-'.length);
    if (fields.length !== 2 || fields[0]?.toString('latin1') !== curve || fields[1]?.length !== CURVES.get(curve)) throw refused(NOT_A_KEY);
  } else if (type === 'ssh-dss') {
    throw refused('DSA keys are too weak and no longer accepted. Make an Ed25519 key: ssh-keygen -t ed25519');
  } else if (type.includes('-cert-')) {
    throw refused('This is a certificate. Paste the public key itself.');
  } else {
    throw refused(`Keys of the type ${type.slice(0, 64)} are not supported. Use Ed25519, ECDSA or RSA.`);
  }
}

/** The length-prefixed strings that a blob consists of; refuses what does not add up. */
function readFields(blob: Buffer): Buffer[] {
  const fields: Buffer[] = [];
  for (let at = 0; at < blob.length; ) {
    if (at + 4 > blob.length) throw refused(NOT_A_KEY);
    const end = at + 4 + blob.readUInt32BE(at);
    if (end > blob.length) throw refused(NOT_A_KEY);
    fields.push(blob.subarray(at + 4, end));
    at = end;
  }
  return fields;
}

function bitLength(integer: Buffer): number {
  const first = integer.findIndex((byte) => byte !== 0);
  return first === -1 ? 0 : (integer.length - first) * 8 - Math.clz32(integer[first] ?? 0) + 24;
}

function refused(words: string): AppError {
  return new AppError('invalid_input', words);
}
