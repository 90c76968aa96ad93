import { z } from 'zod';
import { folderInputSchema, folderSchema, folderTestSchema } from '../folder.ts';
import { groupInputSchema, groupSchema, roleInputSchema, roleSchema } from '../group.ts';
import { method, nothing } from '../method.ts';

const byName = z.strictObject({ name: z.string() });

export const groupsMethods = {
  'groups.save': method({
    kind: 'command',
    permission: 'accounts.write',
    title: 'Create a group, or change the one of this name; its members follow at once',
    input: groupInputSchema,
    output: groupSchema,
  }),
  'groups.list': method({
    kind: 'query',
    permission: 'accounts.read',
    withinRole: true,
    title: 'All groups with their members',
    input: nothing,
    output: z.array(groupSchema),
  }),
  'groups.delete': method({
    kind: 'command',
    permission: 'accounts.write',
    title: 'Delete a group that has no members',
    input: byName,
    output: groupSchema,
  }),
  'roles.save': method({
    kind: 'command',
    permission: 'accounts.write',
    title: 'Create a role, or change the one of this name',
    input: roleInputSchema,
    output: roleSchema,
  }),
  'roles.list': method({
    kind: 'query',
    permission: 'accounts.read',
    withinRole: true,
    title: 'All roles with their accounts and administrators',
    input: nothing,
    output: z.array(roleSchema),
  }),
  'roles.delete': method({
    kind: 'command',
    permission: 'accounts.write',
    title: 'Delete a role that no account, administrator or token has',
    input: byName,
    output: roleSchema,
  }),
  'folders.save': method({
    kind: 'command',
    permission: 'accounts.write',
    title: 'Create a virtual folder, or change the one of this name',
    input: folderInputSchema,
    output: folderSchema,
  }),
  'folders.list': method({
    kind: 'query',
    permission: 'accounts.read',
    withinRole: true,
    title: 'All virtual folders with what they hold and who has them',
    input: nothing,
    output: z.array(folderSchema),
  }),
  'folders.test': method({
    kind: 'command',
    permission: 'accounts.write',
    title: 'Sign in to the server of a virtual folder and count what is directly in it; nothing is saved',
    input: folderTestSchema,
    output: z.object({ entries: z.int() }),
  }),
  'folders.delete': method({
    kind: 'command',
    permission: 'accounts.write',
    title: 'Delete a virtual folder that nobody has in a tree; its files stay',
    input: byName,
    output: folderSchema,
  }),
} as const;
