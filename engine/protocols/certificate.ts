import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  X509Certificate,
} from 'node:crypto';
import { chmod, mkdir, open, readFile, rename } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { AppError } from '../contract/errors.ts';
import { type Clock, systemClock } from '../lib/clock.ts';

/**
 * The server's own TLS certificate: ECDSA P-256, self-signed, made on first use. Partners check it once by its fingerprint, so it is made
 * to last; nothing here ever replaces one that exists. Node can sign but not write X.509, and the packages that can bring a dozen others
 * with them: the few ASN.1 types needed stand below and are checked against OpenSSL's reader in the tests.
 */
export type ServerCertificate = {
  /** PEM. */
  readonly cert: string;
  /** PEM, PKCS #8. Secret. */
  readonly key: string;
  /** SHA-256 of the certificate, as clients show it: `AB:CD:…`. */
  readonly fingerprint: string;
  /** Milliseconds since the epoch. */
  readonly validUntilMs: number;
};

/** Who the certificate is for: host names and addresses that clients may connect to; the first one is the common name. */
export type CertificateNames = readonly [string, ...string[]];

const CERTIFICATE_FILE = 'tls-certificate.pem';
const KEY_FILE = 'tls-key.pem';
const DAY_MS = 86_400_000;
const VALID_DAYS = 3650;

/**
 * The certificate and key kept in `folder`, made if there is none; the key file has mode 0600, whatever it had. Rejects with
 * `secret_unreadable` when what is there cannot be used: a new certificate would surprise every partner, so that is a person's decision.
 */
export async function loadOrCreateCertificate(
  folder: string,
  names: CertificateNames,
  clock: Clock = systemClock,
): Promise<ServerCertificate> {
  await mkdir(folder, { recursive: true });
  const cert = await readIfPresent(join(folder, CERTIFICATE_FILE));
  const key = await readIfPresent(join(folder, KEY_FILE));
  if (key === null && cert !== null) {
    throw new AppError(
      'secret_unreadable',
      `The key ${KEY_FILE} is missing. Restore it from a backup, or delete ${CERTIFICATE_FILE} to make a new certificate.`,
    );
  }
  if (key === null || cert === null) {
    // The key is written first: a key alone is left by a crash in between and is used.
    const keyText = key ?? generateKey();
    if (key === null) await writeDurably(folder, KEY_FILE, keyText, 0o600);
    const certText = selfSign(readKey(keyText), names, clock.now());
    await writeDurably(folder, CERTIFICATE_FILE, certText, 0o644);
    return describe(certText, keyText);
  }
  await chmod(join(folder, KEY_FILE), 0o600);
  return describe(cert, key);
}

async function readIfPresent(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new AppError('secret_unreadable', 'The TLS certificate or its key cannot be read. Check the permissions in the data folder.', {
      cause: error,
    });
  }
}

async function writeDurably(folder: string, name: string, text: string, mode: number): Promise<void> {
  const temporary = join(folder, `${name}.${randomBytes(6).toString('hex')}.tmp`);
  const file = await open(temporary, 'wx', mode);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, join(folder, name));
}

function describe(cert: string, key: string): ServerCertificate {
  const privateKey = readKey(key);
  try {
    const parsed = new X509Certificate(cert);
    if (parsed.checkPrivateKey(privateKey)) {
      return { cert, key, fingerprint: parsed.fingerprint256, validUntilMs: Date.parse(parsed.validTo) };
    }
  } catch (error) {
    throw unusable(error);
  }
  throw unusable();
}

function readKey(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (error) {
    throw unusable(error);
  }
}

function unusable(cause?: unknown): AppError {
  return new AppError(
    'secret_unreadable',
    `${CERTIFICATE_FILE} and ${KEY_FILE} are damaged or do not belong together. Restore both from a backup, or delete both to make new ones.`,
    { cause },
  );
}

function generateKey(): string {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** A version 3 certificate (RFC 5280 §4.1) for TLS servers, valid from a day ago, for clients whose clocks are late. */
function selfSign(key: KeyObject, names: CertificateNames, nowMs: number): string {
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'der' });
  const algorithm = sequence(objectId(OID.ecdsaWithSha256));
  // 63 bits, positive, never zero.
  const serial = Buffer.concat([Buffer.of(0x01), randomBytes(8)]);
  const subject = sequence(tag(0x31, sequence(objectId(OID.commonName), tag(0x0c, Buffer.from(names[0].slice(0, 64))))));
  const keyId = createHash('sha1').update(publicKey).digest();
  const body = sequence(
    tag(0xa0, tag(0x02, Buffer.of(2))),
    tag(0x02, serial),
    algorithm,
    subject,
    sequence(time(nowMs - DAY_MS), time(nowMs + VALID_DAYS * DAY_MS)),
    subject,
    publicKey,
    tag(
      0xa3,
      sequence(
        // No keyUsage: with one that lacks keyCertSign, OpenSSL would not take the certificate as its own issuer when a client pins it.
        extension(OID.basicConstraints, true, sequence()),
        extension(OID.extKeyUsage, false, sequence(objectId(OID.serverAuth))),
        extension(OID.subjectKeyIdentifier, false, tag(0x04, keyId)),
        extension(OID.subjectAltName, false, sequence(...names.map(generalName))),
      ),
    ),
  );
  const signature = sign('sha256', body, key);
  const der = sequence(body, algorithm, tag(0x03, Buffer.concat([Buffer.of(0), signature])));
  const base64 = der.toString('base64').replace(/.{1,64}/g, '$&\n');
  return `-----BEGIN CERTIFICATE-----\n${base64}-----END CERTIFICATE-----\n`;
}

/** Object identifiers, already in DER's base-128 form. */
const OID = {
  ecdsaWithSha256: '2a8648ce3d040302',
  commonName: '550403',
  basicConstraints: '551d13',
  extKeyUsage: '551d25',
  subjectKeyIdentifier: '551d0e',
  subjectAltName: '551d11',
  serverAuth: '2b06010505070301',
} as const;

/** One DER value: tag, length, content (X.690 §8.1). */
function tag(number: number, content: Uint8Array): Buffer {
  const length = content.length;
  const header = length < 0x80 ? [number, length] : length < 0x100 ? [number, 0x81, length] : [number, 0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(header), content]);
}

function sequence(...parts: readonly Uint8Array[]): Buffer {
  return tag(0x30, Buffer.concat(parts));
}

function objectId(hex: string): Buffer {
  return tag(0x06, Buffer.from(hex, 'hex'));
}

/** UTCTime until 2049, GeneralizedTime after (RFC 5280 §4.1.2.5). */
function time(epochMs: number): Buffer {
  const digits = new Date(epochMs).toISOString().slice(0, 19).replace(/[-:T]/g, '');
  return digits < '2050' ? tag(0x17, Buffer.from(`${digits.slice(2)}Z`)) : tag(0x18, Buffer.from(`${digits}Z`));
}

function extension(oid: string, critical: boolean, value: Uint8Array): Buffer {
  return sequence(objectId(oid), ...(critical ? [tag(0x01, Buffer.of(0xff))] : []), tag(0x04, value));
}

function generalName(name: string): Buffer {
  return isIP(name) === 0 ? tag(0x82, Buffer.from(name)) : tag(0x87, addressBytes(name));
}

/** The 4 or 16 bytes of an IP address. */
function addressBytes(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split('.').map(Number));
  const [head = '', tail] = address.split('::');
  const groups = (text: string): number[] =>
    text
      .split(':')
      .filter((group) => group !== '')
      .map((group) => Number.parseInt(group, 16));
  const before = groups(head);
  const after = tail === undefined ? [] : groups(tail);
  const all = [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after];
  return Buffer.from(all.flatMap((group) => [group >> 8, group & 0xff]));
}
