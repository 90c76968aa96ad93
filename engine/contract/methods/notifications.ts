import { z } from 'zod';
import { method } from '../method.ts';
import { noticeSchema } from '../notice.ts';

export const notificationsMethods = {
  'notifications.list': method({
    kind: 'query',
    permission: 'events.read',
    title: 'Notices, newest first',
    input: z
      .strictObject({
        unreadOnly: z.boolean().default(false),
        before: z.int().positive().optional(),
        limit: z.int().min(1).max(200).default(50),
      })
      .prefault({}),
    output: z.object({ notices: z.array(noticeSchema), unread: z.int(), snoozedUntil: z.string().nullable() }),
  }),
  'notifications.markRead': method({
    kind: 'command',
    permission: 'events.read',
    title: 'Mark notices read: these, or all',
    input: z.strictObject({ ids: z.array(z.int().positive()).max(1000).optional() }),
    output: z.object({ unread: z.int() }),
  }),
  'notifications.snooze': method({
    kind: 'command',
    permission: 'settings.write',
    title: 'No desktop notices for a while; the bell keeps them. 0 ends it',
    input: z.strictObject({ minutes: z.int().min(0).max(10_080) }),
    output: z.object({ snoozedUntil: z.string().nullable() }),
  }),
  'notifications.test': method({
    kind: 'command',
    permission: 'settings.write',
    title: 'Show a test notice now',
    input: z.strictObject({}).prefault({}),
    output: noticeSchema,
  }),
} as const;
