import { z } from 'zod';
import { adminPassword } from '../admin.ts';
import { API_PERMISSIONS, method, nothing } from '../method.ts';
import { codeText, enrolmentSchema, twoFactorStateSchema } from '../two-factor.ts';

/** The session of the console itself. */
export const consoleMethods = {
  'console.session': method({
    kind: 'query',
    permission: 'status',
    withinRole: true,
    title: 'Who is calling, what they may do, and whether they confirmed their identity lately',
    input: nothing,
    output: z.object({
      kind: z.enum(['owner', 'console', 'api']),
      /** The administrator who signed in; null for the person at the machine and for scripts. */
      name: z.string().nullable(),
      permissions: z.array(z.enum(API_PERMISSIONS)),
      /** The role whose accounts are all that he sees; null: no role. */
      role: z.string().nullable(),
      /** Every method that he may call: what the console offers. */
      methods: z.array(z.string()),
      /** There is a password to confirm with: the administrator's own, else the console password. */
      hasPassword: z.boolean(),
      /** Until when sensitive settings may be changed; null: confirm first. */
      confirmedUntil: z.string().nullable(),
    }),
  }),
  'console.confirm': method({
    kind: 'command',
    keepsNothing: true,
    permission: 'status',
    withinRole: true,
    title: 'Confirm one’s identity with one’s own password, or the console password, for sensitive settings, for 10 minutes',
    input: z.strictObject({ password: z.string().min(1, 'Enter the password.').max(1024) }),
    output: z.object({ confirmedUntil: z.string() }),
  }),
  'console.setPassword': method({
    kind: 'command',
    permission: 'status',
    withinRole: true,
    title: 'Set or change one’s own password, or the console password; the present one is asked for where there is one',
    input: z.strictObject({
      current: z.string().max(1024).optional(),
      password: adminPassword,
    }),
    output: z.object({ confirmedUntil: z.string() }),
  }),
  'console.twoFactor': method({
    kind: 'query',
    permission: 'status',
    withinRole: true,
    title: 'Whether one’s own sign-in takes a code, and how many recovery codes are left; for administrators',
    input: nothing,
    output: twoFactorStateSchema,
  }),
  'console.enrolTwoFactor': method({
    kind: 'command',
    permission: 'status',
    withinRole: true,
    title: 'Make a new secret for one’s own authenticator app; it counts once it is confirmed',
    input: nothing,
    output: enrolmentSchema,
  }),
  'console.confirmTwoFactor': method({
    kind: 'command',
    permission: 'status',
    withinRole: true,
    title: 'Switch one’s own second factor on with a first code; the recovery codes are shown this once',
    input: z.strictObject({ code: codeText }),
    output: z.object({ recoveryCodes: z.array(z.string()) }),
  }),
  'console.removeTwoFactor': method({
    kind: 'command',
    permission: 'status',
    withinRole: true,
    title: 'Switch one’s own second factor off; needs a recent confirmation',
    input: nothing,
    output: twoFactorStateSchema,
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
    withinRole: true,
    title: 'What the console remembers for its user: theme, saved views, dismissed hints',
    input: nothing,
    output: z.record(z.string(), z.json()),
  }),
  'console.savePreferences': method({
    kind: 'command',
    permission: 'status',
    withinRole: true,
    title: 'Remember preferences; keys left out stay, null forgets one',
    input: z.record(z.string().max(64), z.json()),
    output: z.record(z.string(), z.json()),
  }),
} as const;
