import { z } from 'zod';
import { eventSchema, OUTCOMES, PROTOCOLS } from '../event.ts';
import { method } from '../method.ts';
import { recordedAs } from './events.ts';

/** The filters of the timeline; all that are set must hold. */
export const activityFilterSchema = z.strictObject({
  types: z.array(z.string().max(64)).max(100).optional(),
  groups: z.array(z.string().max(32)).max(20).optional(),
  username: z.string().max(255).optional(),
  direction: z.enum(['upload', 'download']).optional(),
  outcomes: z.array(z.enum(OUTCOMES)).max(OUTCOMES.length).optional(),
  protocols: z.array(z.enum(PROTOCOLS)).max(PROTOCOLS.length).optional(),
  ip: z.string().max(64).optional(),
  path: z.string().max(4096).optional().meta({ title: 'Glob over the virtual path' }),
  ruleId: z.int().positive().optional(),
  sessionId: z.int().positive().optional(),
  text: z.string().max(1024).optional().meta({ title: 'Words; each must occur' }),
  dateFrom: z.iso.datetime({ offset: true }).optional(),
  dateTo: z.iso.datetime({ offset: true }).optional(),
});
export type ActivityFilter = z.infer<typeof activityFilterSchema>;

const sessionRow = z.object({
  kind: z.literal('session'),
  /** Id of its newest event that fits the filter: the row's place in the list and its key. */
  newestId: z.int(),
  oldestId: z.int(),
  sessionId: z.int(),
  username: z.string(),
  displayName: z.string(),
  protocol: z.enum(PROTOCOLS).nullable(),
  address: z.string().nullable(),
  client: z.string().nullable(),
  startedAt: z.string(),
  /** Null while it lasts. */
  endedAt: z.string().nullable(),
  uploads: z.int(),
  downloads: z.int(),
  bytesIn: z.int(),
  bytesOut: z.int(),
  failures: z.int(),
  ruleRuns: z.int(),
  events: z.int(),
});

const eventRow = z.object({ kind: z.literal('event'), newestId: z.int(), event: eventSchema });

/** Failed sign-ins that follow one another from one address. */
const signInsRow = z.object({
  kind: z.literal('failed-sign-ins'),
  newestId: z.int(),
  oldestId: z.int(),
  address: z.string().nullable(),
  count: z.int(),
  names: z.int(),
  startedAt: z.string(),
  endedAt: z.string(),
});

export const activityRowSchema = z.discriminatedUnion('kind', [sessionRow, eventRow, signInsRow]);
export type ActivityRow = z.infer<typeof activityRowSchema>;

export const activityMethods = {
  'activity.list': method({
    kind: 'query',
    permission: 'events.read',
    withinRole: true,
    title: 'The timeline: sessions with what happened in them, and what stands alone, newest first',
    input: activityFilterSchema
      .extend({
        flat: z.boolean().default(false).meta({ title: 'Every event for itself' }),
        before: z.int().positive().optional().meta({ title: 'Only rows whose newest event has a smaller id' }),
        limit: z.int().min(1).max(500).default(100),
        eventLog: recordedAs,
      })
      .prefault({}),
    output: z.object({
      rows: z.array(activityRowSchema),
      newestId: z.int(),
      /** Pass it as `before` for the next page; null at the end. */
      cursor: z.int().nullable(),
      /** The time budget ended before the page was full. */
      partial: z.boolean(),
    }),
  }),
  'activity.session': method({
    kind: 'query',
    permission: 'events.read',
    withinRole: true,
    title: 'The events of one session, oldest first, with the rule runs that they caused',
    input: z.strictObject({
      sessionId: z.int().positive(),
      after: z.int().min(0).default(0),
      limit: z.int().min(1).max(1000).default(200),
      eventLog: recordedAs,
    }),
    output: z.object({ events: z.array(eventSchema), more: z.boolean() }),
  }),
  'activity.count': method({
    kind: 'query',
    permission: 'events.read',
    withinRole: true,
    title: 'How many events fit a filter, counted for half a second at most',
    input: activityFilterSchema.prefault({}),
    output: z.object({ count: z.int(), partial: z.boolean() }),
  }),
  'activity.plot': method({
    kind: 'query',
    permission: 'events.read',
    withinRole: true,
    title: 'Transfers per hour or day: files, bytes in and out, failures',
    input: z.strictObject({
      from: z.iso.datetime({ offset: true }),
      to: z.iso.datetime({ offset: true }),
      bucket: z.enum(['hour', 'day']),
      /** IANA zone in which days begin. */
      zone: z.string().max(64).default('UTC'),
      username: z.string().max(255).optional(),
      byUser: z.boolean().default(false),
    }),
    output: z.object({
      points: z.array(
        z.object({
          /** Start of the bucket. */
          at: z.string(),
          username: z.string().nullable(),
          filesIn: z.int(),
          filesOut: z.int(),
          bytesIn: z.int(),
          bytesOut: z.int(),
          failures: z.int(),
        }),
      ),
    }),
  }),
} as const;
