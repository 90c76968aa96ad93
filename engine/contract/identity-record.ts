import { z } from 'zod';
import { type AccountInput, accountInputSchema } from './account.ts';
import { type AdminInput, adminInputSchema } from './admin.ts';
import { API_PERMISSIONS } from './method.ts';

/**
 * Records as rules write them for whoever signs in with the identity provider: what `accounts.save` and `admins.save` take, and the names that
 * SFTPGo has for the same things. Pure, so that a rule's form can check a template before anybody signs in.
 */

/**
 * A record that was read, or what is wrong with it: no JSON, something that there is not (`shape`), or a value. `field` is a path in the
 * text's own names, empty for the whole.
 */
export type ReadRecord<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: 'json' | 'shape' | 'value'; readonly field: string; readonly message: string };

const MEMBERSHIP_NUMBERS = { 1: 'primary', 2: 'secondary', 3: 'membership' } as const;

const status = z.union([z.literal(0), z.literal(1)], 'The status is 1 for enabled, 0 for disabled.');

/** Beyond the local disk there is nothing that an account could be kept on. */
const fileSystem = z
  .looseObject({ provider: z.unknown() })
  .refine(
    ({ provider }) => provider === 0 || provider === undefined,
    'Gatehouse keeps files on local disks only. Leave the file system out.',
  );

const user = accountInputSchema.partial({ username: true }).extend({
  status: status.optional(),
  description: z.string().max(16_384).optional(),
  home_dir: z.string().max(4096).optional(),
  quota_size: z.int().min(0).optional(),
  quota_files: z.int().min(0).optional(),
  public_keys: z.array(z.string().max(16_384)).max(100).optional(),
  /** ms since the epoch; 0: never. */
  expiration_date: z.int().min(0).optional(),
  filesystem: fileSystem.optional(),
  groups: z
    .array(
      z.strictObject({
        name: z.string(),
        type: z.union([z.literal(1), z.literal(2), z.literal(3), z.enum(['primary', 'secondary', 'membership'])]).default('secondary'),
      }),
    )
    .max(50)
    .optional(),
});

const admin = adminInputSchema
  .omit({ permissions: true })
  .partial({ name: true })
  .extend({
    username: z.string().optional(),
    status: status.optional(),
    permissions: z
      .array(z.union([z.literal('*'), z.enum(API_PERMISSIONS)], 'This is no permission of Gatehouse. See docs/api.md.'))
      .min(1)
      .optional(),
  });

/** Reads an account; `name` is whoever signs in, whose record it has to be. */
export function readUserRecord(text: string, name: string): ReadRecord<AccountInput> {
  const parsed = read(text, user);
  if (!parsed.ok) return parsed;
  delete parsed.value.filesystem;
  const {
    status: given,
    description,
    home_dir,
    quota_size,
    quota_files,
    public_keys,
    expiration_date,

    groups,
    ...own
  } = parsed.value;
  if (own.username !== undefined && !isSame(own.username, name)) return foreign('username', own.username, name);
  const record = {
    ...own,
    username: name,
    ...(given === undefined ? {} : { enabled: given === 1 }),
    ...(description === undefined ? {} : { notes: description }),
    ...(home_dir === undefined ? {} : { home: home_dir }),
    ...(quota_size === undefined ? {} : { quotaBytes: quota_size }),
    ...(quota_files === undefined ? {} : { quotaFiles: quota_files }),
    ...(public_keys === undefined ? {} : { publicKeys: public_keys.map((key) => ({ label: '', key })) }),
    ...(expiration_date === undefined ? {} : { expiresAt: expiration_date === 0 ? null : new Date(expiration_date).toISOString() }),
    ...(groups === undefined
      ? {}
      : {
          groups: groups.map((group) => ({ ...group, type: typeof group.type === 'number' ? MEMBERSHIP_NUMBERS[group.type] : group.type })),
        }),
  };
  return checked(accountInputSchema, record);
}

/** Reads an administrator; `name` is whoever signs in, whose record it has to be. */
export function readAdminRecord(text: string, name: string): ReadRecord<AdminInput> {
  const parsed = read(text, admin);
  if (!parsed.ok) return parsed;
  const { username, status: given, permissions, ...own } = parsed.value;
  const named = username ?? own.name;
  if (named !== undefined && !isSame(named, name)) return foreign(username === undefined ? 'name' : 'username', named, name);
  const record = {
    ...own,
    name,
    ...(given === undefined ? {} : { enabled: given === 1 }),
    ...(permissions === undefined
      ? {}
      : { permissions: API_PERMISSIONS.filter((one) => one === 'status' || permissions.includes('*') || permissions.includes(one)) }),
  };
  return checked(adminInputSchema, record);
}

function read<T>(text: string, schema: z.ZodType<T>): ReadRecord<T> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return {
      ok: false,
      problem: 'json',
      field: '',
      message: 'This is not JSON. Check quotes, commas and brackets; texts go through toJson.',
    };
  }
  return checked(schema, value);
}

function checked<T>(schema: z.ZodType<T>, value: unknown): ReadRecord<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return { ok: true, value: parsed.data };
  const { issues } = parsed.error;
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues.find(({ path }) => path[0] === 'filesystem') ?? issues[0];
  if (issue?.code === 'unrecognized_keys') {
    const field = [...issue.path, issue.keys[0] ?? ''].join('.');
    return { ok: false, problem: 'shape', field, message: `There is no field "${field}".` };
  }
  const problem = issue?.path[0] === 'filesystem' ? 'shape' : 'value';
  return { ok: false, problem, field: issue?.path.join('.') ?? '', message: issue?.message ?? 'This is not of the expected form.' };
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function foreign(field: string, named: string, name: string): Extract<ReadRecord<never>, { readonly ok: false }> {
  const message = `It names ${named}, but ${name} signs in. Write {{.Name}}, or leave the name out.`;
  return { ok: false, problem: 'value', field, message };
}
