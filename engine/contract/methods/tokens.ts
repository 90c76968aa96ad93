import { z } from 'zod';
import { API_PERMISSIONS, byId, method, nothing, TOKEN_PERMISSIONS } from '../method.ts';

const tokenSchema = z.object({
  id: z.int(),
  name: z.string(),
  permissions: z.array(z.enum(API_PERMISSIONS)),
  /** It reaches what belongs to this role only; null: everything. */
  role: z.string().nullable(),
  createdAt: z.string(),
  expiresAt: z.string().nullable(),
});
export type ApiToken = z.infer<typeof tokenSchema>;

export const tokensMethods = {
  'tokens.create': method({
    kind: 'command',
    permission: 'tokens',
    withinRole: true,
    title: 'Make a token for a script; its text is shown this once',
    input: z.strictObject({
      name: z.string().min(1, 'Give the token a name.').max(255),
      permissions: z.array(z.enum(TOKEN_PERMISSIONS)).min(1, 'Choose at least one permission.').max(TOKEN_PERMISSIONS.length),
      expiresAt: z.iso.datetime({ offset: true }).optional().meta({ title: 'When it ends; never by default' }),
    }),
    output: tokenSchema.extend({ token: z.string() }),
  }),
  'tokens.list': method({
    kind: 'query',
    permission: 'tokens',
    withinRole: true,
    title: 'Tokens that were made, without their texts',
    input: nothing,
    output: z.array(tokenSchema),
  }),
  'tokens.delete': method({
    kind: 'command',
    permission: 'tokens',
    withinRole: true,
    title: 'Delete a token; it is refused at once',
    input: byId,
    output: tokenSchema,
  }),
} as const;
