import { z } from 'zod';
import { banSchema, blockInputSchema, ipListEntrySchema, ipListInputSchema, watchedSchema } from '../defence.ts';
import { byId, method, nothing } from '../method.ts';

export const defenceMethods = {
  'defender.list': method({
    kind: 'query',
    permission: 'defence.read',
    title: 'Addresses that are blocked, and those that have failed lately without being blocked yet',
    input: nothing,
    output: z.object({ blocked: z.array(banSchema), watched: z.array(watchedSchema) }),
  }),
  'defender.block': method({
    kind: 'command',
    permission: 'defence.write',
    title: 'Block an address; its open sessions end',
    input: blockInputSchema,
    output: banSchema,
  }),
  'defender.unblock': method({
    kind: 'command',
    permission: 'defence.write',
    title: 'Let a blocked address in again; its count starts anew',
    input: z.strictObject({ address: z.string().min(1, 'Enter the blocked address.').max(64) }),
    output: banSchema,
  }),
  'ipLists.list': method({
    kind: 'query',
    permission: 'defence.read',
    title: 'Addresses and networks that are always allowed or always refused',
    input: nothing,
    output: z.array(ipListEntrySchema),
  }),
  'ipLists.save': method({
    kind: 'command',
    permission: 'defence.write',
    title: 'Always allow or always refuse an address or network; blocks that it contradicts are lifted',
    input: ipListInputSchema,
    output: ipListEntrySchema,
  }),
  'ipLists.delete': method({
    kind: 'command',
    permission: 'defence.write',
    title: 'Take an address or network off the lists',
    input: byId,
    output: ipListEntrySchema,
  }),
} as const;
