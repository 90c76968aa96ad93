import { z } from 'zod';

/** What an entry of the RPC table states. */

export const API_PERMISSIONS = [
  'status',
  'accounts.read',
  'accounts.write',
  'rules.read',
  'rules.write',
  'rules.run',
  'events.read',
  'events.poll-all',
  'events.write',
  'events.delete',
  'settings.read',
  'settings.write',
  'defence.read',
  'defence.write',
  'tokens',
  'admins',
  'machine',
] as const;
export type ApiPermission = (typeof API_PERMISSIONS)[number];

/** Never in a token: who makes tokens or administrators could give itself every right, and who looks around the machine sees every folder of it. */
const NEVER_IN_TOKENS: ReadonlySet<ApiPermission> = new Set(['tokens', 'admins', 'machine']);

export const TOKEN_PERMISSIONS = API_PERMISSIONS.filter((permission) => !NEVER_IN_TOKENS.has(permission));

/**
 * What an administrator with a role can be given: to look after the accounts of this role and see what they do. All else decides over
 * everybody's.
 */
export const ROLE_PERMISSIONS = ['status', 'accounts.read', 'accounts.write', 'events.read', 'events.poll-all', 'tokens'] as const;

const WITHIN_ROLE: ReadonlySet<ApiPermission> = new Set(ROLE_PERMISSIONS);

/** Those that count with this role; null: no role. */
export function permissionsWithin(role: string | null, permissions: readonly ApiPermission[]): ApiPermission[] {
  return permissions.filter((permission) => role === null || WITHIN_ROLE.has(permission));
}

export type MethodSpec<Input extends z.ZodType = z.ZodType, Output extends z.ZodType = z.ZodType> = {
  /** A query changes nothing; a command returns the new object, never nothing. */
  readonly kind: 'query' | 'command';
  /** A command that keeps nothing in the database, and works while that is damaged too. */
  readonly keepsNothing?: true;
  /** The one right a caller must hold. */
  readonly permission: ApiPermission;
  /** Also for administrators with a role, of whom it shows and changes what belongs to their role only. */
  readonly withinRole?: true;
  readonly title: string;
  readonly input: Input;
  readonly output: Output;
};

/** Who calls, as far as it decides what he may call. `role` null: no role. */
export type CallerRights = { readonly permissions: ReadonlySet<ApiPermission>; readonly role: string | null };

/** Whether somebody may call a method: he holds its permission, and it keeps within his role where he has one. */
export function mayCall(
  { permission, withinRole }: Pick<MethodSpec, 'permission' | 'withinRole'>,
  { permissions, role }: CallerRights,
): boolean {
  return permissions.has(permission) && (role === null || withinRole === true);
}

/** Declares a method; the table in rpc.ts gathers them. */
export function method<Input extends z.ZodType, Output extends z.ZodType>(spec: MethodSpec<Input, Output>): MethodSpec<Input, Output> {
  return spec;
}

export const byId = z.strictObject({ id: z.int().positive() });

/** The input of methods that take none; `{}` and nothing at all are both fine. */
export const nothing = z.strictObject({}).prefault({});
