import { z } from 'zod';
import { adminInputSchema, adminSchema } from '../admin.ts';
import { method, nothing } from '../method.ts';

const byName = z.strictObject({ name: z.string() });

/** Administrators of the console. Nobody makes, changes or deletes one who may do more than he may himself. */
export const adminsMethods = {
  'admins.list': method({
    kind: 'query',
    permission: 'admins',
    title: 'All administrators',
    input: nothing,
    output: z.array(adminSchema),
  }),
  'admins.save': method({
    kind: 'command',
    permission: 'admins',
    title: 'Create an administrator, or change the one of this name; needs a recent confirmation',
    input: adminInputSchema,
    output: adminSchema,
  }),
  'admins.delete': method({
    kind: 'command',
    permission: 'admins',
    title: 'Delete an administrator and end his sessions; needs a recent confirmation',
    input: byName,
    output: adminSchema,
  }),
  'admins.removeTwoFactor': method({
    kind: 'command',
    permission: 'admins',
    title: 'Switch off the second factor of somebody who has lost it; needs a recent confirmation',
    input: byName,
    output: adminSchema,
  }),
} as const;
