import { z } from 'zod';

/** The 17 permissions of SFTPGo's users, and `share`; `*` stands for all of them. */
export const PERMISSIONS = [
  '*',
  'list',
  'download',
  'upload',
  'overwrite',
  'delete',
  'delete_files',
  'delete_dirs',
  'rename',
  'rename_files',
  'rename_dirs',
  'create_dirs',
  'create_symlinks',
  'chmod',
  'chown',
  'chtimes',
  'copy',
  'share',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

const virtualPath = z
  .string()
  .max(4096)
  .regex(/^\//, 'A path starts with a slash, such as /inbox.')
  .meta({ title: 'Path as the partner sees it' });

const username = z
  .string()
  .min(1, 'Enter a user name.')
  .max(255)
  .regex(/^[A-Za-z0-9_.~@-]+$/, 'Use letters, digits and . _ - ~ @ only.')
  .refine((name) => name !== '.' && name !== '..', 'This name cannot be used for a folder.');

/** An account as it is kept and shown: without the password. */
export const accountSchema = z.object({
  id: z.int(),
  username,
  displayName: z.string(),
  email: z.string(),
  enabled: z.boolean(),
  /** Home folder: relative to the exchange folder, or an absolute path on the machine. */
  home: z.string(),
  /** Per virtual directory; the nearest entry replaces those above it. */
  permissions: z.record(virtualPath, z.array(z.enum(PERMISSIONS))),
  /** 0 means unlimited. */
  quotaBytes: z.int().min(0),
  quotaFiles: z.int().min(0),
  usedBytes: z.int(),
  usedFiles: z.int(),
  publicKeys: z.array(z.object({ label: z.string(), key: z.string(), fingerprint: z.string() })),
  hasPassword: z.boolean(),
  createdAt: z.string(),
  lastSignInAt: z.string().nullable(),
  version: z.int(),
});
export type Account = z.infer<typeof accountSchema>;

/** What `accounts.save` takes. `{username, password}` is enough for a new account; fields left out of an existing one stay as they are. */
export const accountInputSchema = z.strictObject({
  username,
  password: z.string().min(1, 'A password cannot be empty.').max(1024).optional().meta({ title: 'New password; kept hashed only' }),
  displayName: z.string().max(255).optional(),
  email: z.union([z.literal(''), z.email('This is not an e-mail address.')]).optional(),
  enabled: z.boolean().optional(),
  home: z.string().min(1).max(4096).optional(),
  permissions: z
    .record(virtualPath, z.array(z.enum(PERMISSIONS)))
    .refine((map) => '/' in map, 'State the permissions of / too.')
    .optional(),
  quotaBytes: z.int().min(0).optional(),
  quotaFiles: z.int().min(0).optional(),
  publicKeys: z
    .array(z.strictObject({ label: z.string().max(255).default(''), key: z.string().max(16_384) }))
    .max(100)
    .optional()
    .meta({ title: 'OpenSSH public keys; replaces the present list' }),
});
export type AccountInput = z.infer<typeof accountInputSchema>;
