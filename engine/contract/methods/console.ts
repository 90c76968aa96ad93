import { z } from 'zod';
import { method, nothing } from '../method.ts';

/** The session of the console itself. */
export const consoleMethods = {
  'console.session': method({
    kind: 'query',
    permission: 'status',
    title: 'Who is calling, what they may do, and whether they confirmed their identity lately',
    input: nothing,
    output: z.object({
      kind: z.enum(['owner', 'console', 'api']),
      permissions: z.array(z.string()),
      /** A console password is set. */
      hasPassword: z.boolean(),
      /** Until when sensitive settings may be changed; null: confirm first. */
      confirmedUntil: z.string().nullable(),
    }),
  }),
  'console.confirm': method({
    kind: 'command',
    keepsNothing: true,
    permission: 'settings.write',
    title: 'Confirm one’s identity with the console password, for sensitive settings, for 10 minutes',
    input: z.strictObject({ password: z.string().min(1, 'Enter the console password.').max(1024) }),
    output: z.object({ confirmedUntil: z.string() }),
  }),
  'console.setPassword': method({
    kind: 'command',
    permission: 'settings.write',
    title: 'Set or change the console password; the present one is asked for where there is one',
    input: z.strictObject({
      current: z.string().max(1024).optional(),
      password: z.string().min(10, 'Use at least 10 characters.').max(1024),
    }),
    output: z.object({ confirmedUntil: z.string() }),
  }),
  'console.open': method({
    kind: 'command',
    keepsNothing: true,
    permission: 'tokens',
    title: 'Make a link that opens the console once, within 2 minutes; for the owner only',
    input: z
      .strictObject({
        redirectFile: z.boolean().default(false).meta({
          title: 'Also write a page, readable by its owner only, that leads there: a link on a command line could be read by others',
        }),
      })
      .prefault({}),
    output: z.object({
      url: z.string(),
      /** Path on this machine; gone when the link was used or has expired. */
      file: z.string().nullable(),
      expiresAt: z.string(),
    }),
  }),
  'console.preferences': method({
    kind: 'query',
    permission: 'status',
    title: 'What the console remembers for its user: theme, saved views, dismissed hints',
    input: nothing,
    output: z.record(z.string(), z.json()),
  }),
  'console.savePreferences': method({
    kind: 'command',
    permission: 'settings.write',
    title: 'Remember preferences; keys left out stay, null forgets one',
    input: z.record(z.string().max(64), z.json()),
    output: z.record(z.string(), z.json()),
  }),
} as const;
