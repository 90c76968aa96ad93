import { z } from 'zod';
import { flowInputSchema, flowSchema, savedActionInputSchema, savedActionSchema } from '../flow.ts';
import { byId, method, nothing } from '../method.ts';
import { runSchema } from '../rule.ts';

export const flowsMethods = {
  'flows.list': method({
    kind: 'query',
    permission: 'rules.read',
    title: 'All flows by name, each with what uses it',
    input: nothing,
    output: z.array(flowSchema),
  }),
  'flows.get': method({ kind: 'query', permission: 'rules.read', title: 'One flow', input: byId, output: flowSchema }),
  'flows.save': method({
    kind: 'command',
    permission: 'rules.write',
    title: 'Create or change a flow; what uses it goes by the new one from then on',
    input: flowInputSchema,
    output: flowSchema,
  }),
  'flows.delete': method({
    kind: 'command',
    permission: 'rules.write',
    title: 'Delete a flow that nothing uses; its runs stay',
    input: byId,
    output: flowSchema,
  }),
  'flows.run': method({
    kind: 'command',
    permission: 'rules.run',
    title: 'Start a flow by hand, for a user or on a past event where one is named',
    input: z.strictObject({
      id: z.int().positive(),
      username: z.string().max(255).optional().meta({ title: 'In whose files it acts' }),
      eventId: z.int().positive().optional(),
    }),
    output: runSchema,
  }),
  'actions.list': method({
    kind: 'query',
    permission: 'rules.read',
    title: 'All saved actions by name, each with what uses it',
    input: nothing,
    output: z.array(savedActionSchema),
  }),
  'actions.save': method({
    kind: 'command',
    permission: 'rules.write',
    title: 'Create or change a saved action; what uses it goes by the new one from then on',
    input: savedActionInputSchema,
    output: savedActionSchema,
  }),
  'actions.delete': method({
    kind: 'command',
    permission: 'rules.write',
    title: 'Delete a saved action that nothing uses',
    input: byId,
    output: savedActionSchema,
  }),
} as const;
