import { z } from 'zod';
import { problemSchema, stepSchema } from './rule.ts';

/**
 * Flows: a named list of actions with an on-error branch that rules, schedules and hands share (spec: rules, "Flows"). And saved actions:
 * one action under a name, for steps that refer to it.
 */

/** A step of a flow; unlike in a rule a failure ends the flow unless it is told to go on. */
const flowStepSchema = stepSchema
  .omit({ failureAction: true, sync: true })
  .extend({ stopOnFailure: z.boolean().default(true).meta({ title: 'When it fails, nothing after it runs' }) });
export type FlowStep = z.infer<typeof flowStepSchema>;

/** What `flows.save` takes: a new flow without `id`, an existing one with it. */
export const flowInputSchema = z.strictObject({
  id: z.int().positive().optional(),
  name: z.string().min(1, 'Give the flow a name.').max(255),
  description: z.string().max(4096).default(''),
  owner: z
    .union([
      z.strictObject({ user: z.string().min(1, 'Choose a user.').max(255) }),
      z.strictObject({ group: z.string().min(1, 'Choose a group.').max(255) }),
    ])
    .optional()
    .meta({ title: 'Whose flow it is: only rules of this user or group may call it; without one it belongs to the server' }),
  steps: z.array(flowStepSchema).min(1, 'Add at least one action.').max(50),
  onError: z.array(flowStepSchema).max(50).default([]).meta({ title: 'Done when one of the steps failed' }),
  maxSeconds: z.int().min(1).max(604_800).optional().meta({ title: 'Longest time from its first action; then it is stopped as failed' }),
  instances: z
    .enum(['many', 'wait', 'skip'])
    .default('many')
    .meta({ title: 'While another run is inside of it: go in as well, wait for its end, or leave the flow out' }),
});
export type FlowInput = z.infer<typeof flowInputSchema>;

/** What refers to a flow, a saved action, a key or a virtual folder, and keeps it from being deleted. */
export const userOfSchema = z.object({ kind: z.enum(['rule', 'flow', 'action']), id: z.int(), name: z.string() });
export type UserOf = z.infer<typeof userOfSchema>;

const kept = {
  id: z.int(),
  version: z.int(),
  /** Not empty: it is incomplete, and so is what uses it. */
  problems: z.array(problemSchema),
  usedBy: z.array(userOfSchema),
  createdAt: z.string(),
  updatedAt: z.string(),
};

export const flowSchema = flowInputSchema.omit({ id: true }).extend(kept);
export type Flow = z.infer<typeof flowSchema>;

/** What `actions.save` takes. */
export const savedActionInputSchema = z.strictObject({
  id: z.int().positive().optional(),
  name: z.string().min(1, 'Give the action a name.').max(255),
  description: z.string().max(4096).default(''),
  action: z.string().max(64).meta({ title: 'Id of the action, see docs/actions.md' }),
  config: z.record(z.string(), z.unknown()).default({}),
});
export type SavedActionInput = z.infer<typeof savedActionInputSchema>;

export const savedActionSchema = savedActionInputSchema.omit({ id: true }).extend(kept);
export type SavedAction = z.infer<typeof savedActionSchema>;
