import type { CipherKey } from 'node:crypto';

/** crypto.createCipheriv or crypto.createDecipheriv, as ssh2 calls them. */
export type CreateCipher<Cipher> = (algorithm: string, key: CipherKey, iv: Buffer, options?: object) => Cipher;

type Prepared<Cipher> = { readonly iv: Buffer; readonly cipher: Cipher };

/**
 * `create` for ssh2, which without its addon makes a new object for each packet over AES-GCM. To make one takes a third of what a small packet
 * costs, and a client that sends small files waits for it three times a file in each direction: so the next one is made a turn of the
 * event loop later, while the client reads. It is handed out once, for exactly the key and the IV that it was made with; anything else is
 * made as ever. ssh2 counts the IV up in the buffer that it gave, and keeps one buffer per key.
 */
export function preparedAhead<Cipher>(create: CreateCipher<Cipher>): CreateCipher<Cipher> {
  const prepared = new WeakMap<object, Prepared<Cipher>>();
  const due = new WeakSet();

  return (algorithm, key, iv, options) => {
    if (!algorithm.endsWith('gcm') || typeof key !== 'object') return create(algorithm, key, iv, options);
    const next = prepared.get(key);
    prepared.delete(key);
    if (!due.has(key)) {
      due.add(key);
      later(() => {
        due.delete(key);
        prepared.set(key, { iv: Buffer.from(iv), cipher: create(algorithm, key, iv, options) });
      });
    }
    return next?.iv.equals(iv) === true ? next.cipher : create(algorithm, key, iv, options);
  };
}

/** Behind the commit that the packet may have asked for, which has its turn before this one is over. */
function later(work: () => void): void {
  setImmediate(() => setImmediate(work));
}
