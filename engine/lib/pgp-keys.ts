import {
  decryptKey,
  generateKey,
  type Key,
  type PrivateKey,
  type PublicKey,
  readKey,
  readKeys,
  readPrivateKey,
  type Subkey,
} from 'openpgp';
import { AppError } from '../contract/errors.ts';
import type { PgpKeyFacts } from '../contract/pgp-key.ts';

/** A key as it is kept. */
export type KeyTexts = {
  readonly facts: PgpKeyFacts;
  /** Armoured. */
  readonly publicKey: string;
  /** Armoured, under the passphrase that it came with; null for a public key alone. */
  readonly privateKey: string | null;
};

const ARMOURED = /-----BEGIN PGP (?:PUBLIC|PRIVATE) KEY BLOCK-----[\s\S]*?-----END PGP (?:PUBLIC|PRIVATE) KEY BLOCK-----/g;

/**
 * The keys of a text: armoured ones, one after another, or the base64 form of binary ones. Rejects with `invalid_input` at `key` for what
 * holds none or cannot be read, and at `passphrase` where that does not open a private one.
 */
export async function readKeyTexts(text: string, passphrase: string): Promise<KeyTexts[]> {
  const keys = await parse(text);
  return await Promise.all(
    keys.map(async (key) => {
      if (key.isPrivate()) await requireOpens(key, passphrase);
      return await toTexts(key);
    }),
  );
}

/** A newer form of the same key: signatures and dates of both. Its private half is that of either. */
export async function mergeKeys(known: KeyTexts, further: KeyTexts): Promise<KeyTexts> {
  const [before, after] = await Promise.all(
    [known, further].map(async ({ publicKey }) => (await readKey({ armoredKey: publicKey })).toPublic()),
  );
  if (before === undefined || after === undefined) throw new AppError('internal', 'A key was not read.');
  const merged = await before.update(after);
  return { facts: await describe(merged), publicKey: merged.armor(), privateKey: further.privateKey ?? known.privateKey };
}

/** A new key pair with one subkey for encryption. */
export async function makeKey(wish: {
  readonly name: string;
  readonly email: string;
  readonly passphrase: string;
  readonly type: 'ecc' | 'rsa';
  readonly days: number | undefined;
}): Promise<KeyTexts> {
  const { privateKey } = await generateKey({
    ...(wish.type === 'rsa' ? { type: 'rsa', rsaBits: 4096 } : { type: 'ecc', curve: 'curve25519Legacy' }),
    userIDs: { name: wish.name, ...(wish.email === '' ? {} : { email: wish.email }) },
    ...(wish.passphrase === '' ? {} : { passphrase: wish.passphrase }),
    ...(wish.days === undefined ? {} : { keyExpirationTime: wish.days * 86_400 }),
    format: 'object',
  });
  return await toTexts(privateKey);
}

async function parse(text: string): Promise<Key[]> {
  const blocks = text.match(ARMOURED);
  try {
    if (blocks !== null) return (await Promise.all(blocks.map((armoredKeys) => readKeys({ armoredKeys })))).flat();
    const binary = Buffer.from(text, 'base64');
    // The highest bit of the first byte begins every binary key (RFC 9580, section 4.2).
    if ((binary[0] ?? 0) < 0x80) throw noKey();
    return await readKeys({ binaryKeys: binary });
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('invalid_input', 'The key is damaged, or of a kind that is not known. Export it again.', {
      field: 'key',
      cause: error,
    });
  }
}

function noKey(): AppError {
  return new AppError(
    'invalid_input',
    'This holds no PGP key. An armoured one goes from -----BEGIN PGP … KEY BLOCK----- to the line with END.',
    { field: 'key' },
  );
}

async function requireOpens(key: PrivateKey, passphrase: string): Promise<void> {
  if (key.isDecrypted()) return;
  const at = { field: 'passphrase' };
  if (passphrase === '') throw new AppError('invalid_input', 'The private key is protected. Enter its passphrase.', at);
  try {
    await decryptKey({ privateKey: await readPrivateKey({ armoredKey: key.armor() }), passphrase });
  } catch (cause) {
    throw new AppError('invalid_input', 'The passphrase does not open the private key.', { ...at, cause });
  }
}

async function toTexts(key: Key): Promise<KeyTexts> {
  const publicKey = key.toPublic();
  return { facts: await describe(publicKey), publicKey: publicKey.armor(), privateKey: key.isPrivate() ? key.armor() : null };
}

async function describe(key: PublicKey): Promise<PgpKeyFacts> {
  const { algorithm, bits, curve } = key.getAlgorithmInfo();
  const expires = await key.getExpirationTime();
  return {
    fingerprint: key.getFingerprint().toUpperCase(),
    userIds: key.getUserIDs(),
    algorithm: bits === undefined ? (curve ?? algorithm) : `${algorithm.replace(/[A-Z].*$/, '').toUpperCase()} ${bits}`,
    createdAt: key.getCreationTime().toISOString(),
    expiresAt: expires === null || expires === Infinity ? null : new Date(expires).toISOString(),
    revoked: await key.isRevoked(),
    encrypts: await ability(key, (date) => key.getEncryptionKey(undefined, date)),
    signs: await ability(key, (date) => key.getSigningKey(undefined, date)),
  };
}

/** Until when the key can do it; for one that cannot now, also when it could at its beginning. */
async function ability(key: PublicKey, find: (date: Date) => Promise<PublicKey | Subkey>): Promise<PgpKeyFacts['encrypts']> {
  for (const date of [new Date(), new Date(key.getCreationTime().getTime() + 1000)]) {
    try {
      const found = await find(date);
      const until = await found.getExpirationTime();
      const whole = await key.getExpirationTime();
      const ends = [until, whole].filter((time): time is Date => time instanceof Date).map((time) => time.getTime());
      return { until: ends.length === 0 ? null : new Date(Math.min(...ends)).toISOString() };
    } catch {
      // Not at this time.
    }
  }
  return null;
}
