import { z } from 'zod';
import { filePatternList, limitsSchema, mountList, permissionMap, recordName, groupSignInSchema, startDirectory } from './access.ts';
import { MEMBERSHIPS } from './account.ts';

/**
 * Groups state settings once for many accounts. `%username%` and `%role%` stand for the member's own in the home, the start directory and
 * every path. What an account states itself goes before its primary group; lists of paths are joined, the account's entries first.
 */
export const groupSettingsSchema = z.strictObject({
  /** Empty: the group says nothing about it. */
  home: z.string().max(4096).default(''),
  startDirectory: startDirectory.default(''),
  permissions: permissionMap.default({}),
  patterns: filePatternList.default([]),
  folders: mountList.default([]),
  quotaBytes: z.int().min(0).default(0),
  quotaFiles: z.int().min(0).default(0),
  /** Days after its creation at which a member's account expires; 0: never. */
  expiresAfterDays: z.int().min(0).max(36_500).default(0),
  signIn: groupSignInSchema.prefault({}),
  limits: limitsSchema.prefault({}),
});
export type GroupSettings = z.infer<typeof groupSettingsSchema>;

export const groupSchema = z.object({
  id: z.int(),
  name: z.string(),
  description: z.string(),
  settings: groupSettingsSchema,
  members: z.array(z.object({ username: z.string(), type: z.enum(MEMBERSHIPS) })),
  createdAt: z.string(),
  version: z.int(),
});
export type Group = z.infer<typeof groupSchema>;

const description = z.string().max(1024).optional();

/** Fields left out of an existing group stay as they are. */
export const groupInputSchema = z.strictObject({
  name: recordName,
  description,
  settings: groupSettingsSchema.optional(),
  members: z
    .array(z.strictObject({ username: recordName, type: z.enum(MEMBERSHIPS).default('primary') }))
    .max(10_000)
    .optional()
    .meta({ title: 'Who belongs to it; replaces the present members' }),
});
export type GroupInput = z.input<typeof groupInputSchema>;

/** A role keeps accounts and those who look after them together: its administrators see its accounts only. */
export const roleSchema = z.object({
  id: z.int(),
  name: z.string(),
  description: z.string(),
  /** User names of its accounts. */
  accounts: z.array(z.string()),
  /** Names of the administrators who look after them, and after no others. */
  admins: z.array(z.string()),
  createdAt: z.string(),
  version: z.int(),
});
export type Role = z.infer<typeof roleSchema>;

export const roleInputSchema = z.strictObject({ name: recordName, description });
export type RoleInput = z.infer<typeof roleInputSchema>;
