import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { parsePublicKey } from '../../../engine/accounts/public-keys.ts';

function blob(...fields: (string | Buffer)[]): Buffer {
  return Buffer.concat(
    fields.flatMap((field) => {
      const bytes = Buffer.from(field as string);
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      return [length, bytes];
    }),
  );
}

function rsaLine(bits: number): string {
  const { n = '', e = '' } = generateKeyPairSync('rsa', { modulusLength: bits }).publicKey.export({ format: 'jwk' });
  const modulus = Buffer.concat([Buffer.from([0]), Buffer.from(n, 'base64url')]);
  return `ssh-rsa ${blob('ssh-rsa', Buffer.from(e, 'base64url'), modulus).toString('base64')}`;
}

// Made by ssh-keygen -t ed25519 and printed by ssh-keygen -l.
const ED25519 = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOff2E/Eco0fz+IG5j6C5ClzvFAZudxQsUv0YHDb2iMr';
const ED25519_FINGERPRINT = 'SHA256:qTDbMffbY9j5lIiMI1iv4vVgSP+cQzEcpCljRgXMbNc';
const ECDSA = `ecdsa-sha2-nistp256 ${blob('ecdsa-sha2-nistp256', 'nistp256', Buffer.concat([Buffer.from([4]), Buffer.alloc(64, 7)])).toString('base64')}`;

describe('accepted', () => {
  test('an Ed25519 line, with OpenSSH’s own fingerprint', () => {
    expect(parsePublicKey(`${ED25519} anna@office pc\n`, 'key')).toEqual({
      type: 'ssh-ed25519',
      key: ED25519,
      fingerprint: ED25519_FINGERPRINT,
      comment: 'anna@office pc',
    });
  });

  test('the block that PuTTYgen saves is the same key', () => {
    const block = `---- BEGIN SSH2 PUBLIC KEY ----\r\nComment: "anna"\r\n${ED25519.slice(12, 50)}\r\n${ED25519.slice(50)}\r\n---- END SSH2 PUBLIC KEY ----\r\n`;
    expect(parsePublicKey(block, 'key')).toEqual({ type: 'ssh-ed25519', key: ED25519, fingerprint: ED25519_FINGERPRINT, comment: 'anna' });
  });

  test.each([
    ['RSA of 2048 bits', rsaLine(2048)],
    ['ECDSA', ECDSA],
  ])('%s', (_, line) => expect(parsePublicKey(line, 'key')).toMatchObject({ key: line }));
});

describe('refused, in words', () => {
  test.each([
    ['nothing', '', /not an OpenSSH public key/],
    ['a word', 'hello', /not an OpenSSH public key/],
    ['broken base64', 'ssh-ed25519 AAAA*', /not an OpenSSH public key/],
    ['a cut-off blob', ED25519.slice(0, -8), /not an OpenSSH public key/],
    ['another type in front', ED25519.replace('ssh-ed25519', 'ssh-rsa'), /not an OpenSSH public key/],
    ['two lines', `${ED25519}\n${ED25519}`, /not an OpenSSH public key/],
    [
      'a wrong curve',
      `ecdsa-sha2-nistp256 ${blob('ecdsa-sha2-nistp256', 'nistp384', Buffer.alloc(65)).toString('base64')}`,
      /not an OpenSSH public key/,
    ],
    ['options', `from="10.0.0.1" ${ED25519}`, /Options in front/],
    ['a private key', '-----BEGIN OPENSSH PRIVATE KEY-----\nabc', /private key/],
    ['a private key without the lines around it', 'b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQ==', /private key.*ask for a new pair/],
    ['a PuTTY private key', 'PuTTY-User-Key-File-3: ssh-ed25519', /private key/],
    ['DSA', `ssh-dss ${blob('ssh-dss', 'p', 'q', 'g', 'y').toString('base64')}`, /DSA/],
    ['RSA of 1024 bits', rsaLine(1024), /1024 bits is too weak/],
    [
      'a certificate',
      `ssh-ed25519-cert-v01@openssh.com ${blob('ssh-ed25519-cert-v01@openssh.com', 'x').toString('base64')}`,
      /certificate/,
    ],
    ['a hardware key', `sk-ssh-ed25519@openssh.com ${blob('sk-ssh-ed25519@openssh.com', 'x').toString('base64')}`, /not supported/],
  ])('%s', (_, line, words) => expect(() => parsePublicKey(line, 'key')).toThrow(words));
});
