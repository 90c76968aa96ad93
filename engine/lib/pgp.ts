import { ReadableStream } from 'node:stream/web';
import {
  createMessage,
  decrypt,
  decryptKey,
  encrypt,
  type Message,
  type PartialConfig,
  type PrivateKey,
  type PublicKey,
  readKey,
  readMessage,
  readPrivateKey,
  readSignature,
  sign,
  type Signature,
  verify,
} from 'openpgp';
import { AppError } from '../contract/errors.ts';

/**
 * OpenPGP (RFC 9580, and RFC 4880 as GnuPG 2.2 writes it) over streams of bytes, armoured or binary. Everything throws AppErrors of code
 * `action_failed`, in plain words.
 */

type Bytes = AsyncIterable<Uint8Array>;

/** Who can read what is encrypted: the holders of these keys and whoever knows the password. */
type Recipients = { readonly keys: readonly PublicKey[]; readonly password: string };

/** What a message turned out to hold. */
export type Opened = {
  /** The content. Ends with an error when it was changed or a signature that was asked for is missing or bad: trust nothing before the end. */
  readonly bytes: AsyncGenerator<Uint8Array, void, undefined>;
  /** Key ids, in hexadecimal, of the good signatures; complete once `bytes` has ended. */
  readonly signedBy: readonly string[];
};

/** Detached signatures are some hundred bytes long. */
export const MAX_SIGNATURE_BYTES = 1024 * 1024;

/** A compressed message may grow to this many times its size, and to 1 GiB in any case. */
const MAX_GROWTH = 60;
const ALWAYS_ALLOWED_BYTES = 1024 ** 3;

const LOOK_MS = 500;
const MOST_QUIET_LOOKS = 10;
const NO_MESSAGE = 'It is no PGP message, is damaged, or the password does not fit it.';

/** Stands for the receiver in a message that hides it (RFC 9580, section 5.1.8). */
const ANYBODY = '0000000000000000';

const KEY_BLOCK = /-----BEGIN PGP (PUBLIC|PRIVATE) KEY BLOCK-----[\s\S]*?-----END PGP \1 KEY BLOCK-----/g;

/** All armoured public keys of a text; of private ones their public half. None for an empty text. */
export async function readPublicKeys(text: string): Promise<PublicKey[]> {
  if (text.trim() === '') return [];
  const blocks = text.match(KEY_BLOCK) ?? [];
  if (blocks.length === 0) throw failure('The public key is not in armoured form, which begins with -----BEGIN PGP PUBLIC KEY BLOCK-----.');
  return await Promise.all(
    blocks.map(async (armoredKey) => {
      try {
        return (await readKey({ armoredKey })).toPublic();
      } catch (error) {
        throw failure('A public key cannot be read. Export it again.', error);
      }
    }),
  );
}

/** The armoured private key of a text, opened with its passphrase (empty for none); undefined for an empty text. */
export async function openPrivateKey(text: string, passphrase: string): Promise<PrivateKey | undefined> {
  if (text.trim() === '') return undefined;
  let key: PrivateKey;
  try {
    key = await readPrivateKey({ armoredKey: text });
  } catch (error) {
    throw failure('The private key cannot be read. Export it in armoured form.', error);
  }
  if (key.isDecrypted()) return key;
  try {
    return await decryptKey({ privateKey: key, passphrase });
  } catch (error) {
    throw failure('The passphrase does not open the private key.', error);
  }
}

/** An encrypted message with these bytes, signed where there is a `signer`. */
export async function* encrypted(
  source: Bytes,
  { keys, password }: Recipients,
  signer: PrivateKey | undefined,
  armor: boolean,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    const message = await createMessage({ binary: toStream(source) });
    const options = {
      message,
      encryptionKeys: [...keys],
      passwords: password === '' ? [] : [password],
      ...(signer === undefined ? {} : { signingKeys: signer }),
    };
    if (armor) yield* ascii((await encrypt({ ...options, format: 'armored' })) as ReadableStream<string>);
    else yield* (await encrypt({ ...options, format: 'binary' })) as ReadableStream<Uint8Array>;
  } catch (error) {
    throw inWords(error);
  }
}

/** A signature of these bytes, alone (`detached`) or around them. */
export async function* signed(
  source: Bytes,
  signer: PrivateKey,
  { detached, armor }: { readonly detached: boolean; readonly armor: boolean },
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    const message = await createMessage({ binary: toStream(source) });
    const options = { message, signingKeys: signer, detached };
    if (armor) yield* ascii((await sign({ ...options, format: 'armored' })) as ReadableStream<string>);
    else yield* (await sign({ ...options, format: 'binary' })) as ReadableStream<Uint8Array>;
  } catch (error) {
    throw inWords(error);
  }
}

/** The content of an encrypted message of `size` bytes. With `signers` it has to be signed by one of them. */
export function decrypted(
  source: Bytes,
  size: number,
  keys: { readonly keys: readonly PrivateKey[]; readonly password: string; readonly signers: readonly PublicKey[] },
): Opened {
  return open(source, keys.signers, async (watched) => {
    const message = await toMessage(watched);
    return await decrypt({
      message,
      ...wayIn(message, keys),
      verificationKeys: [...keys.signers],
      format: 'binary',
      config: readingConfig(size),
    });
  });
}

/** The keys that the message is for, else the password: given both, the library would try the password alone. */
function wayIn(
  message: AnyMessage,
  { keys, password }: { readonly keys: readonly PrivateKey[]; readonly password: string },
): { readonly decryptionKeys: PrivateKey[] } | { readonly passwords: string } {
  const ids = message.getEncryptionKeyIDs();
  const fitting = keys.filter((key) => ids.some((id) => id.toHex() === ANYBODY || key.getKeys(id).length > 0));
  return fitting.length === 0 && (password !== '' || keys.length === 0)
    ? { passwords: password }
    : { decryptionKeys: fitting.length === 0 ? [...keys] : fitting };
}

/** The content of a signed message of `size` bytes, which has to be signed by one of `signers`. */
export function verified(source: Bytes, size: number, signers: readonly PublicKey[]): Opened {
  return open(source, signers, async (watched) => {
    const message = await toMessage(watched);
    return (await verify({ message, verificationKeys: [...signers], format: 'binary', config: readingConfig(size) })) as Reading;
  });
}

/** The bytes themselves, which a detached signature has to fit. */
export function verifiedDetached(source: Bytes, signature: Uint8Array, signers: readonly PublicKey[]): Opened {
  return open(source, signers, async (watched) => {
    const begun = Promise.withResolvers<undefined>();
    async function* announced(): AsyncGenerator<Uint8Array, void, undefined> {
      begun.resolve(undefined);
      yield* watched;
    }
    const message = await createMessage({ binary: toStream(announced()) });
    const { data, signatures } = (await verify({
      message,
      signature: await toSignature(signature),
      verificationKeys: [...signers],
      format: 'binary',
    })) as Reading & { readonly data: ReadableStream<Uint8Array> };
    // The library splits the stream when a check begins to read, which has to come before anybody else does; `values` knows of the split.
    await Promise.race([begun.promise, Promise.allSettled(signatures.map(({ verified }) => verified))]);
    return { data: data.values(), signatures };
  });
}

/** What the library answers, with a type for its streams: its own lead to a package that it does not install. */
type Reading = {
  readonly data: AsyncIterable<Uint8Array>;
  readonly signatures: readonly {
    readonly keyID: { toHex(): string };
    readonly verified: Promise<true>;
    readonly signature: Promise<unknown>;
  }[];
};

function open(source: Bytes, signers: readonly PublicKey[], read: (source: Bytes) => Promise<Reading>): Opened {
  const signedBy: string[] = [];
  async function* bytes(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      const { data, signatures } = await unlessStuck(source, read);
      // Judged at the end; until then a bad one must not count as an unhandled error.
      const verdicts = Promise.allSettled(signatures.map(({ verified }) => verified));
      for (const { signature } of signatures) signature.catch(() => undefined);
      yield* data;
      (await verdicts).forEach(({ status }, index) => {
        if (status === 'fulfilled') signedBy.push((signatures[index]?.keyID.toHex() ?? '').toUpperCase());
      });
      if (signers.length === 0 || signedBy.length > 0) return;
      throw failure(
        signatures.length === 0 ? 'It is not signed.' : 'Its signature is not good: it was changed, or signed with another key.',
      );
    } catch (error) {
      throw inWords(error);
    }
  }
  return { bytes: bytes(), signedBy };
}

/**
 * The library can wait for itself for ever over what a wrong password makes of a message (about one in fifty). It is given up when it has
 * neither answered nor read on for some seconds; the pauses between looks are counted, so that a busy machine is not taken for a stuck one.
 */
async function unlessStuck(source: Bytes, read: (source: Bytes) => Promise<Reading>): Promise<Reading> {
  let quietLooks = 0;
  async function* watched(): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const chunk of source) {
      quietLooks = 0;
      yield chunk;
    }
  }
  const stuck = Promise.withResolvers<never>();
  const looking = setInterval(() => {
    if (++quietLooks > MOST_QUIET_LOOKS) stuck.reject(failure(NO_MESSAGE));
  }, LOOK_MS);
  try {
    return await Promise.race([read(watched()), stuck.promise]);
  } finally {
    clearInterval(looking);
  }
}

/** What is read is only trusted at its end, so it may be handed on before; without that the whole content would have to be in memory. */
function readingConfig(size: number): PartialConfig {
  return {
    allowUnauthenticatedStream: true,
    maxDecompressedMessageSize: Math.max(ALWAYS_ALLOWED_BYTES, size * MAX_GROWTH),
  };
}

type AnyMessage = Message<ReadableStream<Uint8Array>> | Message<ReadableStream<string>>;

async function toMessage(source: Bytes): Promise<AnyMessage> {
  const { first, all } = await peek(source);
  if (!isArmored(first)) return await readMessage({ binaryMessage: toStream(all) });
  if (Buffer.from(first).toString('latin1').includes('-----BEGIN PGP SIGNED MESSAGE-----'))
    throw failure('It is a text with a signature in it. Only signed messages and detached signatures can be checked.');
  return await readMessage({ armoredMessage: ReadableStream.from(latin1(all)) });
}

async function toSignature(bytes: Uint8Array): Promise<Signature> {
  try {
    if (!isArmored(bytes)) return await readSignature({ binarySignature: bytes });
    return await readSignature({ armoredSignature: Buffer.from(bytes).toString('latin1') });
  } catch (error) {
    throw failure('The signature cannot be read.', error);
  }
}

/** The first byte of every binary packet has its highest bit set (RFC 9580, section 4.2); armour is ASCII. */
function isArmored(bytes: Uint8Array): boolean {
  return bytes[0] !== undefined && bytes[0] < 0x80;
}

async function peek(source: Bytes): Promise<{ readonly first: Uint8Array; readonly all: Bytes }> {
  const chunks = source[Symbol.asyncIterator]();
  const next = await chunks.next();
  if (next.done === true) throw failure('It is empty.');
  const first = next.value;
  async function* all(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      yield first;
      for (let chunk = await chunks.next(); chunk.done !== true; chunk = await chunks.next()) yield chunk.value;
    } finally {
      await chunks.return?.();
    }
  }
  return { first, all: all() };
}

function toStream(source: Bytes): ReadableStream<Uint8Array> {
  return ReadableStream.from(source);
}

async function* latin1(source: Bytes): AsyncGenerator<string, void, undefined> {
  for await (const chunk of source) yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length).toString('latin1');
}

async function* ascii(source: AsyncIterable<string>): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const text of source) yield Buffer.from(text, 'latin1');
}

function failure(message: string, cause?: unknown): AppError {
  return new AppError('action_failed', message, { cause });
}

/** What the library says, where there is nothing more helpful to say. */
function inWords(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const said = error instanceof Error ? error.message : String(error);
  if (/session key|decryption key|symmetrically encrypted/i.test(said)) return failure('Neither password nor key fits it.', error);
  if (/modification detected|message is not authenticated|authentication/i.test(said))
    return failure('It is damaged or was changed, or the password does not fit it.', error);
  // A wrong password often shows only in what it makes of the message.
  if (/error during parsing|partial lengths/i.test(said)) return failure(NO_MESSAGE, error);
  if (/armored|not a valid|packet|unexpected end|message grammar/i.test(said))
    return failure(`It is no whole PGP message: ${said}.`, error);
  return failure(`It cannot be processed as PGP: ${said}`, error);
}
