import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { SafeStorage } from 'electron';
import { WRAP_KEY_BYTES } from './key-wrap.ts';
import { writeFileAtomically } from './write-file.ts';

/** `locked`: there is a wrap key, but the key store does not open it now. `none`: this system has no key store worth the name. */
export type WrapKey = { readonly kind: 'key'; readonly key: Buffer } | { readonly kind: 'locked' } | { readonly kind: 'none' };

type KeyStore = Pick<SafeStorage, 'isAsyncEncryptionAvailable' | 'encryptStringAsync' | 'decryptStringAsync' | 'getSelectedStorageBackend'>;

const FILE = 'wrap-key.bin';

/** The wrap key that lies sealed in `folder`; made where there is none. Call it after the application is ready. */
export async function openWrapKey(folder: string, keyStore: KeyStore, platform: NodeJS.Platform): Promise<WrapKey> {
  const file = join(folder, FILE);
  const usable = await isUsable(keyStore, platform);
  if (!existsSync(file)) {
    if (!usable) return { kind: 'none' };
    const key = randomBytes(WRAP_KEY_BYTES);
    writeFileAtomically(file, await keyStore.encryptStringAsync(key.toString('base64')));
    return { kind: 'key', key };
  }
  if (!usable) return { kind: 'locked' };
  try {
    const { result } = await keyStore.decryptStringAsync(readFileSync(file));
    const key = Buffer.from(result, 'base64');
    return key.length === WRAP_KEY_BYTES ? { kind: 'key', key } : { kind: 'locked' };
  } catch {
    // Another user's or machine's key store, or a damaged file: for the caller it is closed either way.
    return { kind: 'locked' };
  }
}

/** Sets a wrap key aside that cannot be opened; it is kept, since its key store may come back. */
export function setWrapKeyAside(folder: string): void {
  const file = join(folder, FILE);
  for (let number = 1; existsSync(file); number++) {
    const aside = `${file}.unreadable-${number}`;
    if (!existsSync(aside)) renameSync(file, aside);
  }
}

/** On Linux without a secret service Electron falls back to a password that stands in its source. */
async function isUsable(keyStore: KeyStore, platform: NodeJS.Platform): Promise<boolean> {
  if (!(await keyStore.isAsyncEncryptionAvailable())) return false;
  if (platform !== 'linux') return true;
  const backend = keyStore.getSelectedStorageBackend();
  return backend !== 'basic_text' && backend !== 'unknown';
}
