import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/**
 * Protects the data key of the stored secrets on a desktop (DESIGN 10). The system's key store is asynchronous and belongs to main, the
 * engine opens its secrets synchronously in another process: so main keeps a random wrap key in the key store (wrap-key-file.ts) and
 * hands it over at the start.
 */
export type KeyWrap = {
  readonly name: string;
  wrap(key: Buffer): Buffer;
  /** Throws when `wrapped` was not made with this wrap key. */
  unwrap(wrapped: Buffer): Buffer;
};

export const WRAP_KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** AES-256-GCM; the result is nonce, tag, ciphertext. */
export function createKeyWrap(wrapKey: Uint8Array): KeyWrap {
  return {
    name: 'desktop',
    wrap(key) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', wrapKey, nonce);
      const body = Buffer.concat([cipher.update(key), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), body]);
    },
    unwrap(wrapped) {
      const decipher = createDecipheriv('aes-256-gcm', wrapKey, wrapped.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
      decipher.setAuthTag(wrapped.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      return Buffer.concat([decipher.update(wrapped.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
    },
  };
}
