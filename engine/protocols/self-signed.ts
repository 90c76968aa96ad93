import { createHash, createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIP } from 'node:net';

/**
 * Writing a self-signed certificate. Node can sign but not write X.509, and the packages that can bring a dozen others with them: the few
 * ASN.1 types needed stand here and are checked against OpenSSL's reader in the tests.
 */

/** Who the certificate is for: host names and addresses that clients may connect to; the first one is the common name. */
export type CertificateNames = readonly [string, ...string[]];

const DAY_MS = 86_400_000;
const VALID_DAYS = 3650;

/** PEM of a version 3 certificate (RFC 5280 §4.1) for TLS servers: of ten years, valid from a day ago, for clients whose clocks are late. */
export function selfSign(key: KeyObject, names: CertificateNames, nowMs: number): string {
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
