import { z } from 'zod';
import { PROTOCOLS } from './event.ts';

/** A rule: when one of these triggers, and these conditions hold, then these actions (spec: rules). */

const patternSchema = z.strictObject({
  pattern: z.string().min(1, 'Enter a pattern, such as *.pdf or /inbox/**.').max(4096),
  inverse: z.boolean().default(false).meta({ title: 'Must not match' }),
});
export type Pattern = z.infer<typeof patternSchema>;

const patterns = z.array(patternSchema).max(100).default([]);

const cronRow = z.string().min(1).max(255).meta({ title: 'Five cron fields: minute, hour, day of month, month, day of week' });

/** All kinds are ANDed; an empty kind restricts nothing. */
export const conditionsSchema = z.strictObject({
  users: patterns.meta({ title: 'User names' }),
  paths: patterns.meta({ title: 'Virtual paths' }),
  names: patterns.meta({ title: 'File names' }),
  minSize: z.int().min(0).optional().meta({ title: 'Smallest size in bytes, inclusive' }),
  maxSize: z.int().min(0).optional().meta({ title: 'Largest size in bytes, inclusive' }),
  protocols: z.array(z.enum(PROTOCOLS)).max(10).default([]),
});
export type Conditions = z.infer<typeof conditionsSchema>;

const stepSchema = z.strictObject({
  name: z.string().max(255).default('').meta({ title: 'Name in the trace; the action by default' }),
  action: z.string().max(64).meta({ title: 'Id of the action, see docs/actions.md' }),
  config: z.record(z.string(), z.unknown()).default({}),
  stopOnFailure: z.boolean().default(false).meta({ title: 'When it fails, nothing after it runs' }),
  failureAction: z.boolean().default(false).meta({ title: 'Runs only when another action failed' }),
  onlyWhen: z.string().max(4096).default('').meta({ title: 'Template; runs unless it renders empty, false or 0' }),
  retries: z.int().min(0).max(20).default(0),
  retryDelaySeconds: z.int().min(1).max(3600).default(10).meta({ title: 'First pause; doubles each time' }),
  timeoutSeconds: z.int().min(1).max(86_400).default(60),
});
export type RuleStep = z.infer<typeof stepSchema>;

const scheduleSchema = z.strictObject({
  cron: z.array(cronRow).min(1).max(20),
  zone: z.string().max(64).default('UTC').meta({ title: 'IANA time zone' }),
  catchUp: z.boolean().default(false).meta({ title: 'A run missed while the machine was off is made up once' }),
  overlap: z.enum(['skip', 'queue', 'allow']).default('skip').meta({ title: 'When the previous run still runs' }),
});

/** What `rules.save` takes: a new rule without `id`, an existing one with it. */
export const ruleInputSchema = z.strictObject({
  id: z.int().positive().optional(),
  name: z.string().min(1, 'Give the rule a name.').max(255),
  description: z.string().max(4096).default(''),
  enabled: z.boolean().default(true),
  triggers: z.array(z.string().max(64)).min(1, 'Choose at least one trigger.').max(20),
  schedule: scheduleSchema.optional(),
  conditions: conditionsSchema.prefault({}),
  steps: z.array(stepSchema).min(1, 'Add at least one action.').max(50),
  includeRuleEvents: z.boolean().default(false).meta({ title: 'Also react to what rules do (at most 3 deep)' }),
});
export type RuleInput = z.infer<typeof ruleInputSchema>;

const problemSchema = z.object({ field: z.string(), message: z.string() });
export type RuleProblem = z.infer<typeof problemSchema>;

/** A rule as it is kept and shown; secrets in step configurations appear as references. */
export const ruleSchema = ruleInputSchema.omit({ id: true }).extend({
  id: z.int(),
  version: z.int(),
  /** Not empty: the rule is incomplete and cannot be switched on. */
  problems: z.array(problemSchema),
  createdAt: z.string(),
  updatedAt: z.string(),
});
export type Rule = z.infer<typeof ruleSchema>;

export const RUN_STATES = ['queued', 'running', 'waiting', 'done', 'partly', 'failed', 'interrupted', 'filtered'] as const;
export type RunState = (typeof RUN_STATES)[number];

export const STEP_STATES = ['pending', 'started', 'done', 'failed', 'skipped', 'interrupted'] as const;
export type StepState = (typeof STEP_STATES)[number];

export const runSchema = z.object({
  id: z.int(),
  ruleId: z.int(),
  ruleName: z.string(),
  ruleVersion: z.int(),
  eventId: z.int().nullable(),
  trigger: z.string(),
  state: z.enum(RUN_STATES),
  attempt: z.int(),
  createdAt: z.string(),
  startedAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
  error: z.string().nullable(),
});
export type Run = z.infer<typeof runSchema>;

/** A run with its trace: every step, every attempt. */
export const runTraceSchema = runSchema.extend({
  event: z.record(z.string(), z.json()).nullable(),
  conditions: z.array(z.object({ condition: z.string(), expected: z.string(), actual: z.string(), matched: z.boolean() })),
  steps: z.array(
    z.object({
      index: z.int(),
      name: z.string(),
      action: z.string(),
      state: z.enum(STEP_STATES),
      attempt: z.int(),
      startedAt: z.string().nullable(),
      finishedAt: z.string().nullable(),
      durationMs: z.int().nullable(),
      /** The configuration after rendering, secrets masked. */
      inputs: z.record(z.string(), z.json()).nullable(),
      /** What the action says of its result: status, exit code, output tail. */
      detail: z.record(z.string(), z.json()).nullable(),
      error: z.string().nullable(),
    }),
  ),
});
export type RunTrace = z.infer<typeof runTraceSchema>;
