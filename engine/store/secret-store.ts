import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { chmodSync, closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../contract/errors.ts';
import type { SecretRef } from '../contract/fields.ts';
import type { createSecretsTable } from './secrets-table.ts';

/**
 * Secrets at rest (DESIGN 10): one random data key encrypts them all; the key lies in `keys/data.key`, wrapped by a `KeyWrap`.
 * A key or row that cannot be read makes those secrets `secret_unreadable` ("enter it again"), never the start fail.
 */
export type SecretStore = {
  /** Seals the text in a row of its own; call it inside the transaction that stores the reference. */
  put(text: string): SecretRef;
  /** The text again. Throws `secret_unreadable` when the row is gone, damaged or of another key. */
  get(ref: SecretRef): string;
  remove(ref: SecretRef): void;
  /** True when a key file was found that could not be used: it was set aside and a new key made. */
  readonly keyReplaced: boolean;
};

/** How the data key is protected in its file. A desktop's key store and a passphrase become further implementations. */
export type KeyWrap = {
  /** Written into the key file, so that the right implementation opens it. */
  readonly name: string;
  wrap(key: Buffer): Buffer;
  /** Throws when the wrapped key is not its own. */
  unwrap(wrapped: Buffer): Buffer;
};

/** Protection by the file's mode (0600) alone. */
const plainWrap: KeyWrap = { name: 'file', wrap: (key) => key, unwrap: (wrapped) => wrapped };

const KEY_BYTES = 32;
/** Sealed row: format, first bytes of the key's hash, nonce, tag, ciphertext. */
const FORMAT = 1;
const KEY_ID_BYTES = 4;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEADER_BYTES = 1 + KEY_ID_BYTES + NONCE_BYTES + TAG_BYTES;
const CONTEXT = Buffer.from('gatehouse secret 1');

/** Opens the key of the data folder, or makes one. Synchronous: it belongs to the start. */
export function openSecretStore(dataFolder: string, table: ReturnType<typeof createSecretsTable>, wrap: KeyWrap = plainWrap): SecretStore {
  const { key, replaced } = openDataKey(dataFolder, wrap);
  const keyId = createHash('sha256').update(key).digest().subarray(0, KEY_ID_BYTES);
  return {
    keyReplaced: replaced,
    put(text) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(CONTEXT);
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return { secret: table.insert(Buffer.concat([Buffer.from([FORMAT]), keyId, nonce, cipher.getAuthTag(), body])) };
    },
    get(ref) {
      const sealed = table.get(ref.secret);
      if (sealed === undefined || sealed.length < HEADER_BYTES || sealed[0] !== FORMAT) throw new AppError('secret_unreadable');
      const nonceAt = 1 + KEY_ID_BYTES;
      const tagAt = nonceAt + NONCE_BYTES;
      if (!sealed.subarray(1, nonceAt).equals(keyId)) throw new AppError('secret_unreadable');
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(nonceAt, tagAt)).setAAD(CONTEXT);
        decipher.setAuthTag(sealed.subarray(tagAt, HEADER_BYTES));
        return Buffer.concat([decipher.update(sealed.subarray(HEADER_BYTES)), decipher.final()]).toString('utf8');
      } catch (cause) {
        throw new AppError('secret_unreadable', undefined, { cause });
      }
    },
    remove: (ref) => table.remove(ref.secret),
  };
}

function openDataKey(dataFolder: string, wrap: KeyWrap): { key: Buffer; replaced: boolean } {
  const folder = join(dataFolder, 'keys');
  const file = join(folder, 'data.key');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const found = existsSync(file);
  if (found) {
    const key = readKey(file, wrap);
    if (key !== undefined) {
      chmodSync(file, 0o600);
      return { key, replaced: false };
    }
    // Kept: a person may still find the passphrase or machine that opens it.
    renameSync(file, freeName(file));
  }
  const key = randomBytes(KEY_BYTES);
  writeKey(file, key, wrap);
  return { key, replaced: found };
}

function readKey(file: string, wrap: KeyWrap): Buffer | undefined {
  try {
    const stored = JSON.parse(readFileSync(file, 'utf8')) as { wrap?: unknown; key?: unknown };
    if (stored.wrap !== wrap.name || typeof stored.key !== 'string') return undefined;
    const key = wrap.unwrap(Buffer.from(stored.key, 'base64'));
    return key.length === KEY_BYTES ? key : undefined;
  } catch {
    // Not JSON, not readable, not openable: for the caller all of it is "no usable key".
    return undefined;
  }
}

function writeKey(file: string, key: Buffer, wrap: KeyWrap): void {
  const temporary = `${file}.new`;
  const fd = openSync(temporary, 'w', 0o600);
  try {
    writeSync(fd, `${JSON.stringify({ format: 1, wrap: wrap.name, key: wrap.wrap(key).toString('base64') })}\n`);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(temporary, file);
}

function freeName(file: string): string {
  for (let number = 1; ; number++) {
    const name = `${file}.unreadable-${number}`;
    if (!existsSync(name)) return name;
  }
}
