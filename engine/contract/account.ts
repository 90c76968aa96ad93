import { z } from 'zod';
import { filePatternList, limitsSchema, mountList, permissionMap, recordName, signInPolicySchema, startDirectory } from './access.ts';

/** How an account belongs to a group: one primary, whose settings it takes over; secondary ones add theirs; membership is for rules only. */
export const MEMBERSHIPS = ['primary', 'secondary', 'membership'] as const;
export type Membership = (typeof MEMBERSHIPS)[number];

const accountGroupSchema = z.strictObject({ name: recordName, type: z.enum(MEMBERSHIPS).default('secondary') });
export type AccountGroup = z.infer<typeof accountGroupSchema>;

/** An account as it is kept and shown: without the password. What its groups add stands in `accounts.effective`. */
export const accountSchema = z.object({
  id: z.int(),
  username: recordName,
  displayName: z.string(),
  email: z.string(),
  /** A person to ask for, and anything worth remembering. */
  contact: z.string(),
  notes: z.string(),
  enabled: z.boolean(),
  /** From then on sign-in is refused; null: never. UTC. */
  expiresAt: z.string().nullable(),
  signIn: signInPolicySchema,
  groups: z.array(accountGroupSchema),
  /** Whose administrators look after it; null: those without a role. */
  role: z.string().nullable(),
  /** Home folder: relative to the exchange folder, or an absolute path on the machine. Empty: the primary group's, else the user name. */
  home: z.string(),
  startDirectory,
  /** Per virtual directory; the nearest entry replaces those above it. */
  permissions: permissionMap,
  patterns: filePatternList,
  folders: mountList,
  /** 0 means unlimited. */
  quotaBytes: z.int().min(0),
  quotaFiles: z.int().min(0),
  usedBytes: z.int(),
  usedFiles: z.int(),
  limits: limitsSchema,
  /** What was transferred since the counters were set back; counted while there is a limit. */
  uploadedBytes: z.int(),
  downloadedBytes: z.int(),
  publicKeys: z.array(z.object({ label: z.string(), key: z.string(), fingerprint: z.string() })),
  hasPassword: z.boolean(),
  passwordChangedAt: z.string().nullable(),
  /** The present password opens nothing any more. */
  passwordMustChange: z.boolean(),
  createdAt: z.string(),
  lastSignInAt: z.string().nullable(),
  version: z.int(),
});
export type Account = z.infer<typeof accountSchema>;

const text = (longest: number) => z.string().max(longest).default('');

/** What a person decides about an account, with the defaults of a new one. */
export const accountSettingsSchema = z.strictObject({
  username: recordName,
  displayName: text(255),
  email: z.union([z.literal(''), z.email('This is not an e-mail address.')]).default(''),
  contact: text(255),
  notes: text(16_384),
  enabled: z.boolean().default(true),
  expiresAt: z.iso.datetime({ offset: true }).nullable().default(null),
  signIn: signInPolicySchema.prefault({}),
  groups: z
    .array(accountGroupSchema)
    .max(50)
    .refine((groups) => groups.filter(({ type }) => type === 'primary').length <= 1, 'An account has one primary group at most.')
    .refine((groups) => new Set(groups.map(({ name }) => name.toLowerCase())).size === groups.length, 'A group stands in the list twice.')
    .default([]),
  role: recordName.nullable().default(null),
  home: text(4096),
  startDirectory: startDirectory.default(''),
  permissions: permissionMap.default({}),
  patterns: filePatternList.default([]),
  folders: mountList.default([]),
  quotaBytes: z.int().min(0).default(0),
  quotaFiles: z.int().min(0).default(0),
  limits: limitsSchema.prefault({}),
  passwordMustChange: z.boolean().default(false),
});
export type AccountSettings = z.infer<typeof accountSettingsSchema>;

/** What an account that is not stored, and with which nothing has happened yet, has beside its settings; `createdAt` in UTC. */
export function unsavedAccount(createdAt: string): Omit<Account, keyof AccountSettings> {
  return {
    id: 0,
    usedBytes: 0,
    usedFiles: 0,
    uploadedBytes: 0,
    downloadedBytes: 0,
    publicKeys: [],
    hasPassword: false,
    passwordChangedAt: null,
    createdAt,
    lastSignInAt: null,
    version: 0,
  };
}

const { shape } = accountSettingsSchema;

/** What `accounts.save` takes. `{username, password}` is enough for a new account; fields left out of an existing one stay as they are. */
export const accountInputSchema = z.strictObject({
  username: recordName,
  password: z.string().min(1, 'A password cannot be empty.').max(1024).optional().meta({ title: 'New password; kept hashed only' }),
  displayName: shape.displayName.unwrap().optional(),
  email: shape.email.unwrap().optional(),
  contact: shape.contact.unwrap().optional(),
  notes: shape.notes.unwrap().optional(),
  enabled: shape.enabled.unwrap().optional(),
  expiresAt: shape.expiresAt.unwrap().optional(),
  signIn: signInPolicySchema.optional(),
  groups: shape.groups.unwrap().optional(),
  role: shape.role.unwrap().optional(),
  home: shape.home.unwrap().optional().meta({ title: "Empty: the primary group's, else the user name" }),
  startDirectory: startDirectory.optional(),
  permissions: permissionMap.optional(),
  patterns: filePatternList.optional(),
  folders: mountList.optional().meta({ title: 'Virtual folders, by the path at which the partner sees each' }),
  quotaBytes: shape.quotaBytes.unwrap().optional(),
  quotaFiles: shape.quotaFiles.unwrap().optional(),
  limits: limitsSchema.optional(),
  passwordMustChange: shape.passwordMustChange.unwrap().optional(),
  publicKeys: z
    .array(z.strictObject({ label: z.string().max(255).default(''), key: z.string().max(16_384) }))
    .max(100)
    .optional()
    .meta({ title: 'OpenSSH public keys; replaces the present list' }),
});
export type AccountInput = z.input<typeof accountInputSchema>;
