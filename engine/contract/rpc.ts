import { z } from 'zod';
import { accountInputSchema, accountSchema } from './account.ts';
import type { ErrorData } from './errors.ts';
import { eventSchema, OUTCOMES } from './event.ts';
import { RUN_STATES, ruleInputSchema, ruleSchema, runSchema, runTraceSchema } from './rule.ts';
import { settingsSchema } from './settings.ts';

/** The one table of methods. Dispatcher, clients, permissions and docs/api.md follow from it. */

export const API_PERMISSIONS = [
  'status',
  'accounts.read',
  'accounts.write',
  'rules.read',
  'rules.write',
  'rules.run',
  'events.read',
  'settings.read',
  'settings.write',
  'tokens',
] as const;
export type ApiPermission = (typeof API_PERMISSIONS)[number];

/** Who may make tokens could give itself every right, so no token carries that one. */
const TOKEN_PERMISSIONS = API_PERMISSIONS.filter((permission) => permission !== 'tokens');

type MethodSpec<Input extends z.ZodType = z.ZodType, Output extends z.ZodType = z.ZodType> = {
  /** A query changes nothing; a command returns the new object, never nothing. */
  readonly kind: 'query' | 'command';
  /** The one right a caller must hold. */
  readonly permission: ApiPermission;
  readonly title: string;
  readonly input: Input;
  readonly output: Output;
};

function method<Input extends z.ZodType, Output extends z.ZodType>(spec: MethodSpec<Input, Output>): MethodSpec<Input, Output> {
  return spec;
}

const byId = z.strictObject({ id: z.int().positive() });
const nothing = z.strictObject({}).prefault({});
const tokenSchema = z.object({
  id: z.int(),
  name: z.string(),
  permissions: z.array(z.enum(API_PERMISSIONS)),
  createdAt: z.string(),
  expiresAt: z.string().nullable(),
});
export type ApiToken = z.infer<typeof tokenSchema>;
const listener = z.object({ state: z.enum(['off', 'listening', 'failed']), host: z.string(), port: z.int(), error: z.string().nullable() });

export const rpc = {
  'server.status': method({
    kind: 'query',
    permission: 'status',
    title: 'Version, listeners, sessions, health',
    input: nothing,
    output: z.object({
      version: z.string(),
      startedAt: z.string(),
      listeners: z.object({ sftp: listener, ftp: listener, http: listener }),
      sessions: z.array(
        z.object({
          id: z.int(),
          username: z.string(),
          protocol: z.string(),
          address: z.string(),
          client: z.string(),
          since: z.string(),
          openTransfers: z.int(),
        }),
      ),
      exchangeFolder: z.string(),
      hostKeys: z.array(z.object({ type: z.string(), sha256: z.string(), md5: z.string() })),
      sshAcceleration: z.boolean().meta({ title: "ssh2's native addon is in use" }),
      problems: z.array(z.object({ id: z.string(), message: z.string() })),
    }),
  }),
  'accounts.save': method({
    kind: 'command',
    permission: 'accounts.write',
    title: 'Create an account, or change the one of this user name',
    input: accountInputSchema,
    output: accountSchema,
  }),
  'accounts.list': method({
    kind: 'query',
    permission: 'accounts.read',
    title: 'All accounts',
    input: nothing,
    output: z.array(accountSchema),
  }),
  'accounts.delete': method({
    kind: 'command',
    permission: 'accounts.write',
    title: 'Delete an account; its files stay',
    input: z.strictObject({ username: z.string() }),
    output: accountSchema,
  }),
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
  'events.search': method({
    kind: 'query',
    permission: 'events.read',
    title: 'Events, newest first, by filters',
    input: z
      .strictObject({
        type: z.union([z.string(), z.array(z.string()).max(100)]).optional(),
        username: z.string().optional(),
        protocol: z.string().optional(),
        outcome: z.enum(OUTCOMES).optional(),
        ip: z.string().optional(),
        path: z.string().optional().meta({ title: 'Glob over the virtual path' }),
        sessionId: z.int().optional(),
        dateFrom: z.iso.datetime({ offset: true }).optional(),
        dateTo: z.iso.datetime({ offset: true }).optional(),
        before: z.int().positive().optional().meta({ title: 'Only events with a smaller id' }),
        after: z.int().min(0).optional().meta({ title: 'Only events with a larger id, oldest first' }),
        limit: z.int().min(1).max(1000).default(25),
      })
      .prefault({}),
    output: z.object({ events: z.array(eventSchema), newestId: z.int(), partial: z.boolean(), cursor: z.int().nullable() }),
  }),
  'events.since': method({
    kind: 'query',
    permission: 'events.read',
    title: 'All events after an id, in order; for a console that noticed a gap',
    input: z.strictObject({ id: z.int().min(0), limit: z.int().min(1).max(1000).default(500) }),
    output: z.object({ events: z.array(eventSchema), newestId: z.int() }),
  }),
  'settings.get': method({
    kind: 'query',
    permission: 'settings.read',
    title: 'All settings; secrets as references',
    input: nothing,
    output: settingsSchema,
  }),
  'settings.save': method({
    kind: 'command',
    permission: 'settings.write',
    title: 'Change settings: any sections, each with any of its keys',
    input: z.record(z.string(), z.record(z.string(), z.unknown())),
    output: settingsSchema,
  }),
  'tokens.create': method({
    kind: 'command',
    permission: 'tokens',
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
    title: 'Tokens that were made, without their texts',
    input: nothing,
    output: z.array(tokenSchema),
  }),
  'tokens.delete': method({
    kind: 'command',
    permission: 'tokens',
    title: 'Delete a token; it is refused at once',
    input: byId,
    output: tokenSchema,
  }),
} as const satisfies Record<string, MethodSpec>;

export type Method = keyof typeof rpc;
export type Input<M extends Method> = z.input<(typeof rpc)[M]['input']>;
export type ParsedInput<M extends Method> = z.output<(typeof rpc)[M]['input']>;
export type Output<M extends Method> = z.output<(typeof rpc)[M]['output']>;

/** The one envelope of every transport. */
export type Envelope<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: ErrorData };
