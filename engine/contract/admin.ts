import { z } from 'zod';
import { recordName } from './access.ts';
import { API_PERMISSIONS, ROLE_PERMISSIONS } from './method.ts';

/** Who may use the console, by name: what `gatehouse open` gives the person at the machine, given to others in parts. */

export const adminSchema = z.object({
  id: z.int(),
  name: z.string(),
  description: z.string(),
  email: z.string(),
  permissions: z.array(z.enum(API_PERMISSIONS)),
  /** He looks after the accounts of this role only; null: after all. */
  role: z.string().nullable(),
  enabled: z.boolean(),
  /** Without one he signs in with the identity provider only. */
  hasPassword: z.boolean(),
  /** A code is asked for after the password. */
  hasSecondFactor: z.boolean(),
  createdAt: z.string(),
  version: z.int(),
});
export type Admin = z.infer<typeof adminSchema>;

export const adminPassword = z.string().min(10, 'Use at least 10 characters.').max(1024);

/** What `admins.save` takes; fields left out of an existing administrator stay as they are. */
export const adminInputSchema = z.strictObject({
  name: recordName,
  description: z.string().max(1024).optional(),
  email: z.union([z.literal(''), z.email('This is not an e-mail address.')]).optional(),
  permissions: z
    .array(z.enum(API_PERMISSIONS))
    .min(1, 'Choose at least one permission.')
    .max(API_PERMISSIONS.length)
    .optional()
    .meta({ title: 'What he may do; everything that he can be given, for a new administrator of whom nothing is said' }),
  role: recordName
    .nullable()
    .optional()
    .meta({
      title: `Role whose accounts he looks after, with these permissions at most: ${ROLE_PERMISSIONS.join(', ')}; null: all accounts`,
    }),
  enabled: z.boolean().optional(),
  password: adminPassword
    .nullable()
    .optional()
    .meta({ title: 'New password, kept hashed only; null: none, for sign-in with the identity provider' }),
});
export type AdminInput = z.infer<typeof adminInputSchema>;

/** What somebody types in at the console's door. */
export type AdminCredentials = { readonly name: string; readonly password: string; readonly code?: string | undefined };

/** What somebody who is not signed in may know of the ways in. */
export type SignInWays = {
  readonly password: boolean;
  /** How the identity provider is called; null where there is none. */
  readonly provider: string | null;
};

/** What an identity provider says of somebody. */
export const claimsSchema = z.record(z.string(), z.json());
export type Claims = z.infer<typeof claimsSchema>;

/** Where a sign-in with the identity provider led: into the console, or to an account that is ready for the partner's own program. */
export type IdentitySignIn =
  | { readonly kind: 'admin'; readonly token: string; readonly expiresAt: string }
  | {
      readonly kind: 'partner';
      readonly username: string;
      /** There is a password or a key to connect with. */
      readonly canConnect: boolean;
    };
