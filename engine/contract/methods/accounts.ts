import { z } from 'zod';
import { PERMISSIONS } from '../access.ts';
import { accountInputSchema, accountSchema } from '../account.ts';
import { accountsFileSchema, importRowSchema } from '../accounts-file.ts';
import { method, nothing } from '../method.ts';

export const accountsMethods = {
  'accounts.save': method({
    kind: 'command',
    permission: 'accounts.write',
    withinRole: true,
    title: 'Create an account, or change the one of this user name',
    input: accountInputSchema,
    output: accountSchema,
  }),
  'accounts.list': method({
    kind: 'query',
    permission: 'accounts.read',
    withinRole: true,
    title: 'All accounts',
    input: nothing,
    output: z.array(accountSchema),
  }),
  'accounts.delete': method({
    kind: 'command',
    permission: 'accounts.write',
    withinRole: true,
    title: 'Delete an account; its files stay',
    input: z.strictObject({ username: z.string() }),
    output: accountSchema,
  }),
  'accounts.effective': method({
    kind: 'query',
    permission: 'accounts.read',
    withinRole: true,
    title: 'An account as its groups make it: what holds for its sessions',
    input: z.strictObject({ username: z.string() }),
    output: accountSchema,
  }),
  'accounts.resetTransfers': method({
    kind: 'command',
    permission: 'accounts.write',
    withinRole: true,
    title: 'Set the counters of the transfer limits back to 0',
    input: z.strictObject({ username: z.string() }),
    output: accountSchema,
  }),
  'accounts.export': method({
    kind: 'query',
    permission: 'accounts.read',
    title: 'All accounts with their groups, roles and virtual folders, as one file',
    input: z.strictObject({
      hashes: z.boolean().default(false).meta({ title: 'With the hashes of the passwords; needs a recent confirmation' }),
    }),
    output: accountsFileSchema,
  }),
  'accounts.import': method({
    kind: 'command',
    permission: 'accounts.write',
    title: 'Take over accounts, groups, roles and virtual folders from such a file, or see what that would do',
    input: z.strictObject({
      file: accountsFileSchema,
      replace: z.boolean().default(false).meta({ title: 'What exists already is replaced; else it is kept' }),
      dryRun: z.boolean().default(false).meta({ title: 'Only say what would happen' }),
    }),
    output: z.object({ rows: z.array(importRowSchema) }),
  }),
  'accounts.overview': method({
    kind: 'query',
    permission: 'accounts.read',
    withinRole: true,
    title: 'What happened lately, per account',
    input: nothing,
    output: z.array(
      z.object({
        username: z.string(),
        lastSeenAt: z.string().nullable(),
        online: z.boolean(),
        filesIn7Days: z.int(),
        filesOut7Days: z.int(),
        /** The latest failed sign-in since the last good one, of the last 30 days. */
        failedSignIn: z.object({ at: z.string(), reason: z.string(), address: z.string().nullable() }).nullable(),
      }),
    ),
  }),
  'accounts.browse': method({
    kind: 'query',
    permission: 'accounts.read',
    withinRole: true,
    title: 'A folder as this partner would see it, with what may be done in it',
    input: z.strictObject({ username: z.string(), path: z.string().max(4096).default('/') }),
    output: z.object({
      path: z.string(),
      permissions: z.array(z.enum(PERMISSIONS)),
      entries: z.array(z.object({ name: z.string(), kind: z.enum(['file', 'folder', 'other']), size: z.number(), modifiedAt: z.string() })),
      truncated: z.boolean(),
    }),
  }),
  'accounts.checkKey': method({
    kind: 'query',
    permission: 'accounts.read',
    withinRole: true,
    title: 'Read a pasted public key: its type and fingerprint, or why it cannot be used',
    input: z.strictObject({ key: z.string().max(16_384) }),
    output: z.object({ type: z.string(), fingerprint: z.string(), comment: z.string() }),
  }),
} as const;
