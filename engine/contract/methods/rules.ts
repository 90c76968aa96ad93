import { z } from 'zod';
import { byId, method, nothing } from '../method.ts';
import {
  RUN_STATES,
  ruleInputSchema,
  ruleSchema,
  ruleTestSchema,
  ruleVerdictSchema,
  ruleVersionSchema,
  runSchema,
  runTraceSchema,
  stepTraceSchema,
} from '../rule.ts';

export const rulesMethods = {
  'rules.save': method({
    kind: 'command',
    permission: 'rules.write',
    title: 'Create or change a rule; an incomplete one is kept with its problems and stays off',
    input: ruleInputSchema,
    output: ruleSchema,
  }),
  'rules.list': method({
    kind: 'query',
    permission: 'rules.read',
    title: 'All rules in their order',
    input: nothing,
    output: z.array(ruleSchema),
  }),
  'rules.delete': method({
    kind: 'command',
    permission: 'rules.write',
    title: 'Delete a rule; its runs stay',
    input: byId,
    output: ruleSchema,
  }),
  'rules.run': method({
    kind: 'command',
    permission: 'rules.run',
    title: 'Start a rule by hand, on a past event where one is named',
    input: z.strictObject({ id: z.int().positive(), eventId: z.int().positive().optional() }),
    output: z.object({ runs: z.array(runSchema) }),
  }),
  'runs.list': method({
    kind: 'query',
    permission: 'rules.read',
    title: 'Runs, newest first',
    input: z
      .strictObject({
        ruleId: z.int().positive().optional(),
        flowId: z.int().positive().optional().meta({ title: 'Runs of this flow by itself' }),
        eventId: z.int().positive().optional(),
        state: z.enum(RUN_STATES).optional(),
        before: z.int().positive().optional().meta({ title: 'Only runs with a smaller id' }),
        limit: z.int().min(1).max(1000).default(25),
      })
      .prefault({}),
    output: z.array(runSchema),
  }),
  'runs.get': method({ kind: 'query', permission: 'rules.read', title: 'One run with its trace', input: byId, output: runTraceSchema }),
  'runs.retry': method({
    kind: 'command',
    permission: 'rules.run',
    title: 'Run the failed and interrupted steps of a run again',
    input: byId,
    output: runSchema,
  }),
  'runs.cancel': method({
    kind: 'command',
    permission: 'rules.run',
    title: 'End a run that has not ended yet: its action is broken off, nothing after it begins; answers once it has ended',
    input: byId,
    output: runSchema,
  }),
  'rules.test': method({
    kind: 'query',
    permission: 'rules.read',
    title: 'Try a rule, saved or not, on past events without any effect: what would have run, and why the rest would not',
    input: z.strictObject({
      rule: ruleInputSchema,
      /** These events, or else the newest that its triggers listen to. */
      eventIds: z.array(z.int().positive()).max(100).optional(),
      days: z.int().min(1).max(3650).default(7),
      /** At most so many events are looked at, newest first. */
      limit: z.int().min(1).max(10_000).default(1000),
      /** So many are answered in full, matching ones first. */
      samples: z.int().min(0).max(100).default(50),
    }),
    output: ruleTestSchema,
  }),
  'rules.considered': method({
    kind: 'query',
    permission: 'rules.read',
    title: 'What every rule made of an event: the run it started, or the first condition that did not hold',
    input: z.strictObject({ eventId: z.int().positive() }),
    output: z.array(ruleVerdictSchema),
  }),
  'rules.move': method({
    kind: 'command',
    permission: 'rules.write',
    title: 'Move a rule up or down in the order of rules',
    input: z.strictObject({ id: z.int().positive(), by: z.int().min(-1000).max(1000) }),
    output: z.array(ruleSchema),
  }),
  'rules.testAction': method({
    kind: 'command',
    // It can do what any rule could, so the right to start given rules is not enough.
    permission: 'rules.write',
    title: 'Do one action for real, as a step of an unsaved rule would on this event or on sample values; the trace of it',
    input: z.strictObject({
      action: z.string().max(64),
      config: z.record(z.string(), z.unknown()),
      eventId: z.int().positive().optional(),
      username: z.string().max(255).optional().meta({ title: 'Acts in the files of this account instead of those of the event' }),
      ruleId: z.int().positive().optional().meta({ title: 'The rule whose stored secrets the configuration may refer to' }),
    }),
    output: stepTraceSchema,
  }),
  'rules.versions': method({
    kind: 'query',
    permission: 'rules.read',
    title: 'The kept versions of a rule, newest first',
    input: z.strictObject({ id: z.int().positive(), limit: z.int().min(1).max(100).default(20) }),
    output: z.array(ruleVersionSchema),
  }),
  'rules.restore': method({
    kind: 'command',
    permission: 'rules.write',
    title: 'Save an earlier version of a rule again, as its newest; without a version the one before the last save',
    input: z.strictObject({ id: z.int().positive(), version: z.int().positive().optional() }),
    output: ruleSchema,
  }),
  'rules.summary': method({
    kind: 'query',
    permission: 'rules.read',
    title: 'Per rule: the last run, runs per day of the last week, failures',
    input: nothing,
    output: z.array(
      z.object({
        ruleId: z.int(),
        lastRun: runSchema.nullable(),
        /** Oldest day first, today last; UTC days. */
        runsPerDay: z.array(z.int()).length(7),
        failed7Days: z.int(),
      }),
    ),
  }),
} as const;
