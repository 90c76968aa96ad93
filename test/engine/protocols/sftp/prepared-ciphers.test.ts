import { type CipherGCM, createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type CreateCipher, preparedAhead } from '../../../../engine/protocols/sftp/prepared-ciphers.ts';

const ALGORITHM = 'aes-128-gcm';
const create = createCipheriv as CreateCipher<unknown> as CreateCipher<CipherGCM>;

function seal(cipher: CipherGCM, text: string): { readonly bytes: Buffer; readonly tag: Buffer } {
  const bytes = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return { bytes, tag: cipher.getAuthTag() };
}

function unseal(key: Buffer, iv: Buffer, { bytes, tag }: ReturnType<typeof seal>): string {
  const decipher = createDecipheriv(ALGORITHM, key, iv).setAuthTag(tag);
  return Buffer.concat([decipher.update(bytes), decipher.final()]).toString();
}

test('every packet has an object of its own, made with its key and IV, whether one was made ahead or not', async () => {
  const made: string[] = [];
  const prepared = preparedAhead<CipherGCM>((algorithm, key, iv, options) => {
    made.push(iv.toString('hex'));
    return create(algorithm, key, iv, options);
  });
  const keys = [randomBytes(16), randomBytes(16)];
  const ivs = [randomBytes(12), randomBytes(12)];
  const given = new Set<CipherGCM>();
  for (let packet = 0; packet < 100; packet++) {
    const [key = Buffer.alloc(16), iv = Buffer.alloc(12)] = [keys[packet % 2], ivs[packet % 2]];
    const cipher = prepared(ALGORITHM, key, iv);
    expect(given.has(cipher)).toBe(false);
    given.add(cipher);
    expect(unseal(key, iv, seal(cipher, `packet ${packet}`))).toBe(`packet ${packet}`);
    // As ssh2 does it: in the same buffer, after the packet; sometimes several packets share a turn, sometimes one is never used.
    iv.writeUInt32BE((iv.readUInt32BE(8) + (packet % 7 === 0 ? 2 : 1)) >>> 0, 8);
    if (packet % 3 !== 0) {
      await turn();
      await turn();
    }
  }
  // Some were made ahead: else all of this tests nothing.
  expect(made.length).toBeGreaterThan(given.size);
});

test('ciphers that live as long as their key are made as ever', async () => {
  let count = 0;
  const prepared = preparedAhead((algorithm, key, iv) => {
    count++;
    return createCipheriv(algorithm, key, iv);
  });
  prepared('aes-128-ctr', randomBytes(16), randomBytes(16));
  await turn();
  await turn();
  await turn();
  expect(count).toBe(1);
});
