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

const addressRule = z
  .string()
  .max(64)
  .refine(
    (text) => [z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()].some((form) => form.safeParse(text).success),
    'Enter an address such as 203.0.113.7, or a network such as 192.168.0.0/24.',
  );

/** What is asked of a partner at the door, beyond a right password or key. */
const signInPolicySchema = z.strictObject({
  /** The password alone is not enough: a registered key is needed (which only SFTP can show). */
  requireKey: z.boolean().default(false),
  /** No sign-in in the clear, even where the server allows plain FTP. */
  requireEncryption: z.boolean().default(false),
  /** Empty: all. */
  protocols: z
    .array(z.enum(['SFTP', 'FTP', 'FTPS']))
    .max(3)
    .default([]),
  /** Single addresses or networks such as 192.168.0.0/24; empty: from anywhere. */
  addresses: z.array(addressRule).max(100).default([]),
});
export type SignInPolicy = z.infer<typeof signInPolicySchema>;

/** An account as it is kept and shown: without the password. */
export const accountSchema = z.object({
  id: z.int(),
  username,
  displayName: z.string(),
  email: z.string(),
  /** A person to ask for, and anything worth remembering. */
  contact: z.string(),
  notes: z.string(),
  enabled: z.boolean(),
  /** From then on sign-in is refused; null: never. UTC. */
  expiresAt: z.string().nullable(),
  signIn: signInPolicySchema,
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
  contact: z.string().max(255).optional(),
  notes: z.string().max(16_384).optional(),
  enabled: z.boolean().optional(),
  expiresAt: z.iso.datetime({ offset: true }).nullable().optional(),
  signIn: signInPolicySchema.optional(),
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
