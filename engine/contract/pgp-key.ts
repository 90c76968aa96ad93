import { z } from 'zod';
import { userOfSchema } from './flow.ts';

/** Keys of OpenPGP that rules encrypt, decrypt, sign and verify with. What they are is read once; the key itself never changes. */

/** What an action wants of a key. */
export type PgpUse = 'encrypt' | 'decrypt' | 'sign' | 'verify';

const ending = z.string().nullable();

/** What the key says of itself. Times are ISO 8601. */
export const pgpKeyFactsSchema = z.object({
  fingerprint: z.string().meta({ title: 'Upper-case hexadecimal digits' }),
  userIds: z.array(z.string()).meta({ title: 'Names and mail addresses, the first one first' }),
  algorithm: z.string(),
  /** When its holder made it. */
  createdAt: z.string(),
  expiresAt: ending.meta({ title: 'Null: never' }),
  revoked: z.boolean(),
  /** What it can be used for, and until when; null where it cannot at all. */
  encrypts: z.object({ until: ending }).nullable(),
  signs: z.object({ until: ending }).nullable(),
});
export type PgpKeyFacts = z.infer<typeof pgpKeyFactsSchema>;

export const pgpKeySchema = pgpKeyFactsSchema.extend({
  id: z.int(),
  hasPrivate: z.boolean().meta({ title: 'The private half is kept too, sealed' }),
  /** Why it cannot be used, in words; null where it can. */
  trouble: z.string().nullable(),
  addedAt: z.string(),
  version: z.int(),
  usedBy: z.array(userOfSchema),
});
export type PgpKey = z.infer<typeof pgpKeySchema>;
/** A kept key; who uses it is the rules' knowledge. */
export type KeptPgpKey = Omit<PgpKey, 'usedBy'>;

type Judged = Pick<PgpKeyFacts, 'userIds' | 'fingerprint' | 'expiresAt' | 'revoked' | 'encrypts' | 'signs'>;

/** What a key is called: its first user id, or the end of its fingerprint. */
export function pgpKeyName({ userIds, fingerprint }: Pick<PgpKeyFacts, 'userIds' | 'fingerprint'>): string {
  return userIds[0] ?? fingerprint.slice(-16);
}

/** Why nothing can be done with the key any more; null where something can. `now` is in ms since the epoch. */
export function pgpKeyTrouble(key: Judged, now: number): string | null {
  if (key.revoked) return `The key of ${pgpKeyName(key)} was revoked by its holder. Ask for a new one.`;
  if (isOver(key.expiresAt, now))
    return `The key of ${pgpKeyName(key)} expired on ${day(key.expiresAt)}. Ask for a newer one and import it.`;
  return null;
}

/**
 * Why the key cannot be used for this; null where it can. What was encrypted for a key, or signed with it, before it expired or was revoked
 * can be read and checked for ever.
 */
export function pgpUseTrouble(key: Judged & { readonly hasPrivate: boolean }, use: PgpUse, now: number): string | null {
  const name = pgpKeyName(key);
  if ((use === 'decrypt' || use === 'sign') && !key.hasPrivate)
    return `Of the key of ${name} only the public half is here. Import the private one, or choose another key.`;
  if (use === 'decrypt' || use === 'verify') return null;
  const trouble = pgpKeyTrouble(key, now);
  if (trouble !== null) return trouble;
  const ability = use === 'encrypt' ? key.encrypts : key.signs;
  const what = use === 'encrypt' ? 'encryption' : 'signatures';
  if (ability === null) return `The key of ${name} is not made for ${what}. Choose another one.`;
  if (isOver(ability.until, now))
    return `The part of the key of ${name} that is for ${what} expired on ${day(ability.until)}. Import a newer one.`;
  return null;
}

function isOver(until: string | null, now: number): boolean {
  return until !== null && Date.parse(until) <= now;
}

function day(time: string | null): string {
  return (time ?? '').slice(0, 10);
}
