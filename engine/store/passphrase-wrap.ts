import { randomBytes } from 'node:crypto';
import { hashRaw } from '@node-rs/argon2';
import { z } from 'zod';
import { seal, unseal } from '../lib/seal.ts';

/** The data key under a passphrase, as the key file holds it. The parameters stand in it, so raising them leaves old ones valid. */
export const passphraseWrapSchema = z.object({
  kdf: z.literal('argon2id'),
  // The limits keep a manipulated file from taking all memory.
  memoryKiB: z.int().min(8).max(1_048_576),
  passes: z.int().min(1).max(16),
  lanes: z.int().min(1).max(16),
  salt: z.base64().min(1).max(128),
  sealed: z.base64().min(1).max(1024),
});
export type PassphraseWrap = z.infer<typeof passphraseWrapSchema>;

/** RFC 9106, section 4, second recommended option. Heavier than for sign-ins: whoever has the file can try without end. */
const COST = { kdf: 'argon2id', memoryKiB: 65_536, passes: 3, lanes: 4 } as const;
const SALT_BYTES = 16;
const CONTEXT = 'gatehouse data key, passphrase';

/** Takes tens of milliseconds on another thread, and 64 MiB. */
export async function wrapWithPassphrase(key: Uint8Array, passphrase: string): Promise<PassphraseWrap> {
  const salt = randomBytes(SALT_BYTES);
  const derived = await derive(passphrase, salt, COST);
  return { ...COST, salt: salt.toString('base64'), sealed: seal(derived, key, CONTEXT).toString('base64') };
}

/** The key again; undefined when the passphrase is another one. */
export async function openWithPassphrase(wrap: PassphraseWrap, passphrase: string): Promise<Buffer | undefined> {
  const derived = await derive(passphrase, Buffer.from(wrap.salt, 'base64'), wrap);
  try {
    return unseal(derived, Buffer.from(wrap.sealed, 'base64'), CONTEXT);
  } catch {
    return undefined;
  }
}

/** Undefined when there is none, or none that this program understands. */
export function readPassphraseWrap(stored: unknown): PassphraseWrap | undefined {
  return passphraseWrapSchema.safeParse(stored).data;
}

/** argon2id is the package's default. Keyboards and systems compose accents differently; NFKC makes the same passphrase of them. */
function derive(
  passphrase: string,
  salt: Buffer,
  { memoryKiB, passes, lanes }: Pick<PassphraseWrap, 'memoryKiB' | 'passes' | 'lanes'>,
): Promise<Buffer> {
  return hashRaw(passphrase.normalize('NFKC'), { salt, memoryCost: memoryKiB, timeCost: passes, parallelism: lanes, outputLen: 32 });
}
