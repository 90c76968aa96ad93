import { z } from 'zod';

/** The envelope of an event: one row of the log, one JSON object of the API (spec: events, "Envelope"). */

export const RECORD_KINDS = [
  'user',
  'group',
  'role',
  'admin',
  'api_key',
  'folder',
  'share',
  'rule',
  'flow',
  'action',
  'message',
  'ip_list',
  'pgp_key',
  'settings',
  'event',
] as const;
export type RecordKind = (typeof RECORD_KINDS)[number];

export const OUTCOMES = ['ok', 'failed', 'denied', 'aborted', 'quota'] as const;
export type Outcome = (typeof OUTCOMES)[number];

export const ORIGINS = ['client', 'rule', 'schedule', 'console', 'api', 'system'] as const;
export type Origin = (typeof ORIGINS)[number];

export const PROTOCOLS = ['SFTP', 'FTP', 'FTPS', 'HTTP'] as const;
export type Protocol = (typeof PROTOCOLS)[number];

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

export const eventSchema = z.object({
  _id: z.int(),
  timestamp: z.string().meta({ title: 'UTC, ISO 8601, ms' }),
  type: z.string(),
  ipv4_address: z.string().nullable(),
  pollable: z.boolean(),
  schema: z.enum(['BASE', 'USER']).nullable(),
  basetype: z.string().nullable(),
  objecttype: z.string().nullable(),
  object_id: z.int().nullable(),
  global_object_id: z.string().nullable(),
  object_version: z.int().nullable(),
  info: z.record(z.string(), z.json()),
  _session: z.object({ _id: z.int(), token: z.string(), created: z.string(), expired: z.string().nullable() }).nullable(),
  _user: z
    .object({
      _id: z.int(),
      _generated_displayname: z.string().meta({ title: 'As it was then; the login name where there is no display name' }),
      login: z.string().optional().meta({ title: 'The login name, where the display name is another one' }),
    })
    .nullable(),
  protocol: z.enum(PROTOCOLS).nullable(),
  client: z.string().nullable(),
  path: z.string().nullable(),
  target_path: z.string().nullable(),
  bytes: z.int().nullable(),
  duration_ms: z.int().nullable(),
  outcome: z.enum(OUTCOMES),
  batch_id: z.int().nullable(),
  origin: z.enum(ORIGINS),
  caused_by: z.int().nullable().meta({ title: 'id of the rule run that caused it' }),
});

/** `_user` of an event: the login name stands beside the display name where that is another one. */
export function userShort(id: number, login: string, displayName: string | null): NonNullable<StoredEvent['_user']> {
  const isOther = displayName !== null && displayName !== '' && displayName !== login;
  return { _id: id, _generated_displayname: isOther ? displayName : login, ...(isOther ? { login } : {}) };
}

/** The login name of who did it; null where nobody did. */
export function loginOf({ _user }: Pick<StoredEvent, '_user'>): string | null {
  return _user === null ? null : (_user.login ?? _user._generated_displayname);
}

/** The name of the record in one side of a change, which may be the name alone. */
export function recordNameIn(side: unknown): string | undefined {
  const name: unknown = typeof side === 'object' && side !== null && 'name' in side ? side.name : side;
  return typeof name === 'string' ? name : undefined;
}

/** A stored event as every reader sees it. `type` is a plain string: an older console may meet a newer log. */
export type StoredEvent = z.infer<typeof eventSchema>;
