import { z } from 'zod';
import { accountSettingsSchema } from './account.ts';
import { folderInputSchema } from './folder.ts';
import { groupSettingsSchema } from './group.ts';
import { recordName } from './access.ts';

/** Accounts with all that they refer to, as one file; what `accounts.export` gives and `accounts.import` takes. */

const description = z.string().max(1024).default('');

const exportedAccountSchema = accountSettingsSchema.extend({
  publicKeys: z
    .array(z.strictObject({ label: z.string().max(255).default(''), key: z.string().max(16_384) }))
    .max(100)
    .default([]),
  /** argon2id in PHC form; absent without the right to see it, and for accounts without a password. */
  passwordHash: z
    .string()
    .max(512)
    .regex(/^\$argon2id\$v=19\$m=\d{1,7},t=\d{1,2},p=\d{1,2}\$[A-Za-z0-9+/]+\$[A-Za-z0-9+/]+$/, 'This is no argon2id hash.')
    .optional(),
});
export type ExportedAccount = z.infer<typeof exportedAccountSchema>;

export const accountsFileSchema = z.strictObject({
  format: z.literal('gatehouse-accounts', 'This is no file of accounts.'),
  version: z.literal(1, 'This file was written by a newer Gatehouse. Import it there.'),
  exportedAt: z.iso.datetime({ offset: true }),
  roles: z
    .array(z.strictObject({ name: recordName, description }))
    .max(10_000)
    .default([]),
  folders: z
    .array(folderInputSchema.required({ path: true }))
    .max(10_000)
    .default([]),
  groups: z
    .array(z.strictObject({ name: recordName, description, settings: groupSettingsSchema }))
    .max(10_000)
    .default([]),
  accounts: z.array(exportedAccountSchema).max(100_000).default([]),
});
export type AccountsFile = z.infer<typeof accountsFileSchema>;

export const importRowSchema = z.object({
  kind: z.enum(['role', 'folder', 'group', 'user']),
  name: z.string(),
  change: z.enum(['create', 'update', 'keep', 'failed']),
  /** Why it failed, or why it is kept. */
  message: z.string(),
});
export type ImportRow = z.infer<typeof importRowSchema>;
