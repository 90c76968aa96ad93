import { createCipheriv, createDecipheriv } from 'node:crypto';

/**
 * A stream under a key that seals nothing else, in pieces that are each checked before anybody sees them (STREAM of Hoang, Reyhanitabar,
 * Rogaway, Vizár 2015, over AES-256-GCM): pieces cannot be changed, swapped, left out or cut off at the end without an error.
 */

const PIECE_BYTES = 64 * 1024;
const TAG_BYTES = 16;
const NONCE_BYTES = 12;

/** Sealed with something else, damaged, or not whole. */
export class SealBroken extends Error {}

/** `context` is bound to the stream without standing in it. */
export async function* sealStream(
  key: Uint8Array,
  context: Uint8Array,
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Buffer, void, undefined> {
  let index = 0;
  // One piece behind, since the last is sealed as the last.
  let held: Buffer | undefined;
  for await (const piece of pieces(source, PIECE_BYTES)) {
    if (held !== undefined) yield seal(held, false);
    held = piece;
  }
  yield seal(held ?? Buffer.alloc(0), true);

  function seal(plain: Buffer, isLast: boolean): Buffer {
    const cipher = createCipheriv('aes-256-gcm', key, nonce(index++, isLast), { authTagLength: TAG_BYTES }).setAAD(context);
    return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  }
}

/** What `sealStream` was given. Throws SealBroken at the first piece that is not right, and for a stream without its end. */
export async function* openSealedStream(
  key: Uint8Array,
  context: Uint8Array,
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Buffer, void, undefined> {
  let index = 0;
  let held: Buffer | undefined;
  for await (const piece of pieces(source, PIECE_BYTES + TAG_BYTES)) {
    if (held !== undefined) yield open(held, false);
    held = piece;
  }
  if (held === undefined) throw new SealBroken('it is empty');
  yield open(held, true);

  function open(sealed: Buffer, isLast: boolean): Buffer {
    if (sealed.length < TAG_BYTES) throw new SealBroken('it is cut short');
    const end = sealed.length - TAG_BYTES;
    const decipher = createDecipheriv('aes-256-gcm', key, nonce(index++, isLast), { authTagLength: TAG_BYTES });
    decipher.setAAD(context).setAuthTag(sealed.subarray(end));
    try {
      return Buffer.concat([decipher.update(sealed.subarray(0, end)), decipher.final()]);
    } catch (cause) {
      throw new SealBroken('a piece of it is not as it was sealed', { cause });
    }
  }
}

/** The number of the piece, and whether it is the last: never the same twice under one key. */
function nonce(index: number, isLast: boolean): Buffer {
  const bytes = Buffer.alloc(NONCE_BYTES);
  bytes.writeBigUInt64BE(BigInt(index));
  bytes[NONCE_BYTES - 1] = isLast ? 1 : 0;
  return bytes;
}

/** The same bytes in pieces of `size`, the last one shorter. */
async function* pieces(source: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Buffer, void, undefined> {
  let gathered: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of source) {
    let rest = chunk;
    while (length + rest.length >= size) {
      const taken = size - length;
      yield Buffer.concat([...gathered, rest.subarray(0, taken)]);
      gathered = [];
      length = 0;
      rest = rest.subarray(taken);
    }
    if (rest.length === 0) continue;
    gathered.push(rest);
    length += rest.length;
  }
  if (length > 0) yield Buffer.concat(gathered);
}
