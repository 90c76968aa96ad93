import { z } from 'zod';
import { eventSchema, OUTCOMES, PROTOCOLS, RECORD_KINDS } from './event.ts';

/** A rule: when one of these triggers, and these conditions hold, then these actions (spec: rules). */

const patternSchema = z.strictObject({
  pattern: z.string().min(1, 'Enter a pattern, such as *.pdf or /inbox/**.').max(4096),
  inverse: z.boolean().default(false).meta({ title: 'Must not match' }),
});
export type Pattern = z.infer<typeof patternSchema>;

const patterns = z.array(patternSchema).max(100).default([]);

const cronRow = z.string().min(1).max(255).meta({ title: 'Five cron fields: minute, hour, day of month, month, day of week' });

/** 24-hour clock, such as 18:30. */
const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'Enter a time such as 18:30.');

const timeZone = z.string().max(64).default('UTC').meta({ title: 'IANA time zone' });

const addressRangeSchema = z.strictObject({
  range: z.string().min(1, 'Enter an address, such as 192.0.2.7 or 192.0.2.0/24.').max(100).meta({ title: 'Address, network or from-to' }),
  inverse: z.boolean().default(false).meta({ title: 'Must not match' }),
});
export type AddressRange = z.infer<typeof addressRangeSchema>;

/** A window that ends before it begins reaches over midnight and belongs to the day on which it began. */
export const timeWindowSchema = z.strictObject({
  weekdays: z.array(z.int().min(1).max(7)).max(7).default([1, 2, 3, 4, 5, 6, 7]).meta({ title: 'ISO weekdays: 1 is Monday' }),
  from: clockTime.default('00:00'),
  to: clockTime.default('00:00').meta({ title: 'Not included; the same as from: the whole day' }),
  zone: timeZone,
});
export type TimeWindow = z.infer<typeof timeWindowSchema>;

/** One condition of each kind; an empty one restricts nothing. */
const conditionGroupSchema = z.strictObject({
  match: z.enum(['all', 'any']).default('all').meta({ title: 'All of these have to hold, or one is enough' }),
  users: patterns.meta({ title: 'User names' }),
  userGroups: patterns.meta({ title: 'Names of groups, one of which the user is in' }),
  roles: patterns.meta({ title: 'Name of the role whose administrators look after the user' }),
  paths: patterns.meta({ title: 'Virtual paths' }),
  targetPaths: patterns.meta({ title: 'New paths of what was renamed or copied' }),
  realPaths: patterns.meta({ title: "Paths on the machine's own disks" }),
  names: patterns.meta({ title: 'Names of files or records' }),
  minSize: z.int().min(0).optional().meta({ title: 'Smallest size in bytes, inclusive' }),
  maxSize: z.int().min(0).optional().meta({ title: 'Largest size in bytes, inclusive' }),
  protocols: z.array(z.enum(PROTOCOLS)).max(10).default([]),
  addresses: z.array(addressRangeSchema).max(100).default([]),
  outcomes: z.array(z.enum(OUTCOMES)).max(10).default([]).meta({ title: 'How it ended; without this only what succeeded counts' }),
  records: z.array(z.enum(RECORD_KINDS)).max(20).default([]).meta({ title: 'Kinds of records' }),
  time: timeWindowSchema.optional().meta({ title: 'When it happened' }),
});
export type ConditionGroup = z.infer<typeof conditionGroupSchema>;

/** Conditions of a rule; each group counts as one more condition beside its own. */
export const conditionsSchema = conditionGroupSchema.extend({
  groups: z.array(conditionGroupSchema).max(10).default([]),
});
export type Conditions = z.infer<typeof conditionsSchema>;

export const stepSchema = z.strictObject({
  name: z.string().max(255).default('').meta({ title: 'Name in the trace; the action by default' }),
  action: z.string().max(64).meta({ title: 'Id of the action, see docs/actions.md' }),
  config: z.record(z.string(), z.unknown()).default({}),
  sync: z
    .boolean()
    .default(false)
    .meta({ title: "The partner's client waits for it; when it fails, the operation is refused. Comes before the actions without it" }),
  savedAction: z.int().positive().optional().meta({ title: 'Id of a saved action, from which action and config are taken' }),
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
  zone: timeZone,
  catchUp: z.boolean().default(false).meta({ title: 'A run missed while the machine was off is made up once' }),
  overlap: z.enum(['skip', 'queue', 'allow']).default('skip').meta({ title: 'When the previous run still runs' }),
});

/**
 * When a matching event is acted on: at once, or together with others in one run that sees them as `.Items`. `session` waits for the
 * partner's sign-out, `all-sessions` for that of its last session, `batch` for 10 s without another event or the sign-out, `quiet` for
 * `quietSeconds` without another event of the same user, `digest` for the time of day.
 */
const timingSchema = z.strictObject({
  per: z.enum(['event', 'session', 'all-sessions', 'batch', 'quiet', 'digest']).default('event'),
  quietSeconds: z.int().min(5).max(86_400).default(120),
  at: clockTime.default('18:00').meta({ title: 'Time of day of the digest' }),
  zone: timeZone,
});
export type Timing = z.infer<typeof timingSchema>;

/** A file that has to be in a user's folder at a time of day. The same expectation of several rules is one. */
const expectedFileSchema = z.strictObject({
  username: z.string().min(1, 'Choose the user whose folder it is.').max(255),
  folder: z.string().min(1, 'Enter a folder, such as /in.').max(4096).meta({ title: 'Virtual folder of the user' }),
  pattern: z.string().min(1, 'Enter a pattern, such as *.csv.').max(255).default('*').meta({ title: 'Pattern of the file name' }),
  deadline: clockTime.meta({ title: 'Time of day at which it has to be there' }),
  weekdays: z.array(z.int().min(1).max(7)).max(7).default([1, 2, 3, 4, 5]).meta({ title: 'ISO weekdays: 1 is Monday' }),
  graceMinutes: z.int().min(0).max(1440).default(0).meta({ title: 'Minutes after the deadline that are still in time' }),
  zone: timeZone,
});
export type ExpectedFile = z.infer<typeof expectedFileSchema>;

/** What the watchful triggers look at: each counts only with its own trigger. */
const watchSchema = z.strictObject({
  overdue: expectedFileSchema.optional(),
  quotaPercent: z.int().min(1).max(100).optional().meta({ title: 'Share of its storage that an account has used, in percent' }),
  diskFreePercent: z.int().min(1).max(99).optional().meta({ title: 'Share of the disk that is still free, in percent' }),
});
export type Watch = z.infer<typeof watchSchema>;

/**
 * Whose activity counts: that of the users whom the conditions name, and, with `reverse`, what anybody else does in a folder that one of
 * them can see. Each of those gets a run of its own then, with `.Recipient` in its templates.
 */
const whoseSchema = z.strictObject({
  own: z.boolean().default(true).meta({ title: 'What they do themselves' }),
  reverse: z.boolean().default(false).meta({ title: 'What others do in folders that they can see' }),
});

/** What `rules.save` takes: a new rule without `id`, an existing one with it. */
export const ruleInputSchema = z.strictObject({
  id: z.int().positive().optional(),
  name: z.string().min(1, 'Give the rule a name.').max(255),
  description: z.string().max(4096).default(''),
  enabled: z.boolean().default(true),
  triggers: z.array(z.string().max(64)).min(1, 'Choose at least one trigger.').max(20),
  schedule: scheduleSchema.optional(),
  watch: watchSchema.optional().meta({ title: 'What the watchful triggers look at' }),
  whose: whoseSchema.prefault({}).meta({ title: 'Whose activity counts' }),
  conditions: conditionsSchema.prefault({}),
  timing: timingSchema.prefault({}),
  asynchronous: z
    .union([z.boolean(), z.literal('auto')])
    .default('auto')
    .meta({ title: 'Off: what the events of one session set off acts one after another; auto: as the settings say' }),
  maxRunsPerHour: z.int().min(1).max(100_000).optional().meta({ title: 'Further ones are kept as filtered' }),
  pauseAfterFailures: z.int().min(0).max(1000).default(10).meta({ title: 'Failed runs in a row after which the rule pauses; 0: never' }),
  steps: z.array(stepSchema).min(1, 'Add at least one action.').max(50),
  includeRuleEvents: z.boolean().default(false).meta({ title: 'Also react to what rules do (at most 3 deep)' }),
});
export type RuleInput = z.infer<typeof ruleInputSchema>;

export const problemSchema = z.object({ field: z.string(), message: z.string() });
export type RuleProblem = z.infer<typeof problemSchema>;

/** A rule as it is kept and shown; secrets in step configurations appear as references. */
export const ruleSchema = ruleInputSchema.omit({ id: true }).extend({
  id: z.int(),
  version: z.int(),
  /** Not empty: the rule is incomplete and cannot be switched on. */
  problems: z.array(problemSchema),
  /** What works but may not as it is meant, each at its field. */
  warnings: z.array(problemSchema),
  /** Failed runs since the last one that succeeded or the last save. */
  failuresInRow: z.int(),
  /** Not null: it failed too often and reacts to nothing until it is saved again. */
  pausedAt: z.string().nullable(),
  createdAt: z.string(),
  updatedAt: z.string(),
});
export type Rule = z.infer<typeof ruleSchema>;

/** A kept version of a rule; the newest is the rule as it is. */
export const ruleVersionSchema = z.object({
  version: z.int(),
  /** Null for versions from before the time was kept. */
  savedAt: z.string().nullable(),
  rule: ruleInputSchema.omit({ id: true }),
});
export type RuleVersion = z.infer<typeof ruleVersionSchema>;

export const RUN_STATES = ['queued', 'running', 'waiting', 'done', 'partly', 'failed', 'interrupted', 'cancelled', 'filtered'] as const;
export type RunState = (typeof RUN_STATES)[number];

export const STEP_STATES = ['pending', 'started', 'done', 'failed', 'skipped', 'interrupted'] as const;
export type StepState = (typeof STEP_STATES)[number];

export const runSchema = z.object({
  id: z.int(),
  /** 0 for the run of a flow by itself. */
  ruleId: z.int(),
  /** The flow that was run by itself; then name and version are the flow's. */
  flowId: z.int().nullable(),
  ruleName: z.string(),
  ruleVersion: z.int(),
  eventId: z.int().nullable(),
  trigger: z.string(),
  state: z.enum(RUN_STATES),
  attempt: z.int(),
  /** Events that a batch gathered; 0 for a run on one event or none. */
  items: z.int(),
  createdAt: z.string(),
  startedAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
  error: z.string().nullable(),
});
export type Run = z.infer<typeof runSchema>;

/** One condition with what it saw. */
const conditionCheckSchema = z.object({ condition: z.string(), expected: z.string(), actual: z.string(), matched: z.boolean() });

/** One attempt at one step. */
export const stepTraceSchema = z.object({
  /** Place in the run, the actions of called flows counted in. */
  index: z.int(),
  /** In how many called flows it stands. */
  depth: z.int(),
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
});
export type StepTrace = z.infer<typeof stepTraceSchema>;

/** A run with its trace: every step, every attempt. */
export const runTraceSchema = runSchema.extend({
  event: z.record(z.string(), z.json()).nullable(),
  conditions: z.array(conditionCheckSchema),
  steps: z.array(stepTraceSchema),
});
export type RunTrace = z.infer<typeof runTraceSchema>;

/** What a dry run found: nothing was done, nothing was written. */
export const ruleTestSchema = z.object({
  problems: z.array(problemSchema),
  warnings: z.array(problemSchema),
  /** Events that a trigger of the rule listens to and that were looked at; `partial` when more would have to be. */
  considered: z.int(),
  matched: z.int(),
  partial: z.boolean(),
  samples: z.array(
    z.object({
      event: eventSchema,
      matched: z.boolean(),
      /** The trigger that fits, null where none does. */
      trigger: z.string().nullable(),
      conditions: z.array(conditionCheckSchema),
      /** For matching events: each step with its rendered configuration or the template's error. */
      steps: z.array(
        z.object({ name: z.string(), action: z.string(), inputs: z.record(z.string(), z.json()).nullable(), error: z.string().nullable() }),
      ),
    }),
  ),
});
export type RuleTest = z.infer<typeof ruleTestSchema>;

/** Why a rule did or did not run on an event. */
export const ruleVerdictSchema = z.object({
  ruleId: z.int(),
  ruleName: z.string(),
  enabled: z.boolean(),
  verdict: z.enum(['ran', 'off', 'other-trigger', 'condition', 'own-event', 'saved-later']),
  /** In words, such as “File name is report.txt, expected *.pdf”. */
  reason: z.string(),
  runIds: z.array(z.int()),
  conditions: z.array(conditionCheckSchema),
});
export type RuleVerdict = z.infer<typeof ruleVerdictSchema>;
