import { z } from 'zod';
import { PROTOCOLS } from './event.ts';

/** Whom the doors are closed to, and whom they are never closed to. */

/** A single address or a network such as 192.168.0.0/24. */
export const networkText = z
  .string()
  .trim()
  .max(64)
  .refine(
    (text) => [z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()].some((form) => form.safeParse(text).success),
    'Enter an address such as 203.0.113.7, or a network such as 192.168.0.0/24.',
  );

const addressText = z.union([z.ipv4(), z.ipv6()], 'Enter an address such as 203.0.113.7.');

/** Some or all ways in; an empty list stands for all. */
const protocols = z.array(z.enum(PROTOCOLS)).max(PROTOCOLS.length).default([]);

/** What somebody did that counts towards a block. */
export const OFFENCES = ['wrongPassword', 'unknownUser', 'limit', 'noSignIn'] as const;
export type Offence = (typeof OFFENCES)[number];

/** An address that is refused, until its time is over or a person lifts it. */
export const banSchema = z.object({
  /** The address that was blocked. */
  address: z.string(),
  /** What is refused: the address, or the /64 that an IPv6 address lies in, since one subscriber holds all of it. */
  network: z.string(),
  /** Over which it last tried; null where a person or a rule blocked it. */
  protocol: z.enum(PROTOCOLS).nullable(),
  score: z.int(),
  /** User names that were tried last, newest first. */
  logins: z.array(z.string()),
  reason: z.string(),
  by: z.enum(['defender', 'person', 'rule']),
  since: z.string(),
  /** Null: until somebody lifts it. */
  until: z.string().nullable(),
});
export type Ban = z.infer<typeof banSchema>;

/** An address that has offended, but not yet enough. */
export const watchedSchema = z.object({
  network: z.string(),
  address: z.string(),
  score: z.int(),
  logins: z.array(z.string()),
  lastAt: z.string(),
});
export type WatchedAddress = z.infer<typeof watchedSchema>;

/** What blocks an address by hand or by a rule. */
export const blockInputSchema = z.strictObject({
  address: addressText,
  minutes: z.int().min(1).max(5_256_000).nullable().default(null).meta({ title: 'How long; null: until it is lifted' }),
  reason: z.string().max(255).default(''),
});
export type BlockInput = z.output<typeof blockInputSchema>;

/** A line of the address lists. The entry with the longest prefix decides, whichever list it is of. */
export const ipListEntrySchema = z.object({
  id: z.int(),
  network: z.string(),
  /** `allow`: never counted, never blocked. `deny`: always refused. */
  mode: z.enum(['allow', 'deny']),
  protocols,
  note: z.string(),
  createdAt: z.string(),
  version: z.int(),
});
export type IpListEntry = z.infer<typeof ipListEntrySchema>;

export const ipListInputSchema = z.strictObject({
  id: z.int().positive().optional().meta({ title: 'The entry to change; without it, the one of this network or a new one' }),
  network: networkText,
  mode: z.enum(['allow', 'deny']),
  protocols: protocols.meta({ title: 'Empty: all' }),
  note: z.string().max(255).default(''),
});
export type IpListInput = z.output<typeof ipListInputSchema>;
