import { z } from 'zod';
import { eventSchema } from '../../contract/event.ts';
import { POSITION } from '../../events/log-position.ts';
import { EXPORT_FORMATS, eventFilterSchema, recordedAs } from '../../contract/methods/events.ts';

/** What the addresses under /api/ take, in query strings with _ for capitals (`date_from`), and what they answer beside events. */

const logId = z.string().max(64).optional().meta({ title: 'log_id of an earlier answer; another log answers 410' });

export const searchParameters = eventFilterSchema.extend({
  sort: z.enum(['newest', '_id']).default('newest').meta({ title: 'Newest first, or by id: oldest first' }),
  cursor: z
    .string()
    .max(512)
    .optional()
    .meta({ title: 'cursor of an earlier answer to the same filters; a CSV that goes on from there has no line of names' }),
  limit: z.int().min(1).max(1000).optional().meta({ title: '25 by default; files hold everything by default' }),
  total: z.boolean().default(false).meta({ title: 'Count them too, for half a second at most; not with files' }),
  format: z.enum(['json', ...EXPORT_FORMATS]).default('json'),
  eventLog: recordedAs,
  logId,
});

export const readParametersOfEvent = z.strictObject({
  eventLog: recordedAs,
  logId,
});

export const pollParameters = z.strictObject({
  after: z.string().regex(POSITION, 'Give an id, 0 for all there is, or the cursor of an earlier answer.').optional().meta({
    title:
      'Only events with a larger id, or the cursor of an earlier answer as it was given (ID, or ID~N where retention has taken some types out further on). 0 begins at the oldest that is there, whatever was removed before. By default those since the first poll',
  }),
  limit: z.int().min(1).max(1000).default(100),
  wait: z.int().min(0).max(60).default(0).meta({ title: 'Seconds to wait for the first event' }),
  full: z.boolean().default(false).meta({ title: 'Whole events instead of the poll columns' }),
  scope: z.enum(['pollable', 'all']).default('pollable'),
  logId,
});

export const deleteParameters = z.strictObject({ logId });

export const streamParameters = z.strictObject({ logId });

const LARGEST_INFO = 16_384;

export const noteSchema = z.strictObject({
  type: z.enum(['SEARCH', 'DETAIL_VIEW'], 'Only SEARCH and DETAIL_VIEW can be recorded from outside.'),
  info: z
    .record(z.string().max(64), z.json())
    .refine((info) => JSON.stringify(info).length <= LARGEST_INFO, `This is longer than ${LARGEST_INFO} characters. Send less.`)
    .default({}),
});

/** The poll columns of the seed; `info` for API_PROGRESS only. */
export const polledEventSchema = z.object({
  _id: z.int(),
  type: z.string(),
  session_self: z.boolean(),
  schema: z.enum(['BASE', 'USER']).nullable(),
  basetype: z.string().nullable(),
  object_id: z.int().nullable(),
  global_object_id: z.string().nullable(),
  object_version: z.int().nullable(),
  info: z.record(z.string(), z.json()).optional(),
  _user: z.object({ _id: z.int(), _generated_displayname: z.string() }).nullable(),
});
/** With `full=1`. */
export const fullPolledEventSchema = eventSchema.extend({ session_self: z.boolean() });
export type PolledEvent = z.infer<typeof polledEventSchema>;
