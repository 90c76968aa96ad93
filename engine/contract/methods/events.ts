import { z } from 'zod';
import { eventSchema, OUTCOMES, PROTOCOLS } from '../event.ts';
import { method } from '../method.ts';

const time = z.iso.datetime({ offset: true });
const id = z.int().positive();

function oneOrMore<T extends z.ZodType>(item: T, most: number) {
  return z.union([item, z.array(item).min(1).max(most)]);
}

/** The filters of a search; all that are set must hold. GET /api/event takes the same ones with _ in their names (date_from). */
export const eventFilterSchema = z.strictObject({
  type: oneOrMore(z.string().min(1).max(64), 100).optional(),
  schema: z.enum(['BASE', 'USER']).optional(),
  objecttype: z.string().max(64).optional(),
  objectId: id.optional(),
  userId: id.optional(),
  username: z.string().max(255).optional(),
  displayName: z.string().min(1).max(255).optional().meta({ title: 'A part of the name, in any case' }),
  sessionId: id.optional(),
  sessionCreatedFrom: time.optional(),
  sessionCreatedTo: time.optional(),
  sessionExpiredFrom: time.optional(),
  sessionExpiredTo: time.optional(),
  token: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'Give the hash of the token, 64 hexadecimal digits, as events show it.')
    .optional(),
  ip: z.string().max(64).optional(),
  protocol: oneOrMore(z.enum(PROTOCOLS), PROTOCOLS.length).optional(),
  path: z.string().max(4096).optional().meta({ title: 'Glob over the virtual path' }),
  outcome: oneOrMore(z.enum(OUTCOMES), OUTCOMES.length).optional(),
  pollable: z.boolean().optional(),
  ids: z
    .string()
    .max(1024)
    .regex(/^\d{1,15}(-\d{1,15})?(,\d{1,15}(-\d{1,15})?){0,99}$/, 'Give ids and ranges such as 1,2-30, at most 100 of them.')
    .optional()
    .meta({ title: 'Ids and ranges of ids, such as 1,2-30' }),
  dateFrom: time.optional(),
  dateTo: time.optional(),
  text: z.string().max(1024).optional().meta({ title: 'Words; each must occur' }),
});

/** What a request that reads the log is to be recorded as, where the settings allow it. */
export const recordedAs = z
  .enum(['SEARCH', 'DETAIL_VIEW'])
  .optional()
  .meta({ title: 'Record this request as a search, or as a look at one thing, where the settings allow it' });

export const EXPORT_FORMATS = ['csv', 'jsonl'] as const;

const logState = {
  logId: z.string().meta({ title: 'Random, new with every database' }),
  oldestId: z.int(),
  newestId: z.int(),
};

export const eventsMethods = {
  'events.search': method({
    kind: 'query',
    permission: 'events.read',
    withinRole: true,
    title: 'Events by filters, newest first or by id',
    input: eventFilterSchema
      .extend({
        before: id.optional().meta({ title: 'Only events with a smaller id' }),
        after: z.int().min(0).optional().meta({ title: 'Only events with a larger id, oldest first' }),
        sort: z.enum(['newest', '_id']).default('newest').meta({ title: '_id: oldest first' }),
        page: z.string().max(512).optional().meta({ title: 'nextPage of an answer to the same filters' }),
        total: z.boolean().default(false).meta({ title: 'Count them too, for half a second at most' }),
        limit: z.int().min(1).max(1000).default(25),
        eventLog: recordedAs,
      })
      .prefault({}),
    output: z.object({
      ...logState,
      events: z.array(eventSchema),
      /** The time budget ended before the page was full. */
      partial: z.boolean(),
      /** Where to go on, as `before` (or `after`, oldest first); null at the end. */
      cursor: z.int().nullable(),
      /** The same place as a text that only fits this log and these filters. */
      nextPage: z.string().nullable(),
      total: z.object({ count: z.int(), partial: z.boolean() }).nullable(),
    }),
  }),
  'events.since': method({
    kind: 'query',
    permission: 'events.read',
    withinRole: true,
    title: 'All events after an id, in order; for a console that noticed a gap',
    input: z.strictObject({
      id: z.int().min(0).meta({ title: '0 for all there is' }),
      removals: z.int().min(0).optional().meta({ title: 'removed.times of the answer whose cursor is now the id' }),
      limit: z.int().min(1).max(1000).default(500),
    }),
    output: z.object({
      events: z.array(eventSchema),
      newestId: z.int(),
      /** The next id to ask for, since the page or its time was full; null when these are all. */
      cursor: z.int().nullable(),
      /** Up to which id, and how often, retention has taken events out. */
      removed: z.object({ to: z.int(), times: z.int() }),
    }),
  }),
  'events.exportFile': method({
    kind: 'command',
    keepsNothing: true,
    permission: 'machine',
    title: 'Write the events that fit into a file of this machine; says how far it is by push messages of kind progress',
    input: z.strictObject({
      filter: eventFilterSchema.prefault({}),
      format: z.enum(EXPORT_FORMATS),
      path: z.string().min(1, 'Give the path of the file.').max(4096),
      uuid: z
        .uuid('Give a UUID, or leave it out.')
        .optional()
        .meta({ title: 'Yours, by which messages of progress and API_PROGRESS tell of this export; else one is made' }),
    }),
    output: z.object({ path: z.string(), events: z.int(), bytes: z.int() }),
  }),
} as const;

/** Filters of the log, as every way in takes them. */
export type EventFilterInput = z.infer<typeof eventFilterSchema>;
