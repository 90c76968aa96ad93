import { z } from 'zod';

/** A notice in the bell, and on the desktop where that is wanted. */
export const noticeSchema = z.object({
  id: z.int(),
  /** Notices of one subject share it: a newer one updates the older in place. */
  key: z.string(),
  level: z.enum(['act', 'know', 'quiet']),
  title: z.string(),
  body: z.string(),
  /** Route of the console that it opens. */
  link: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
  readAt: z.string().nullable(),
});
export type Notice = z.infer<typeof noticeSchema>;

export const muteSchema = z.strictObject({
  /** All set ones must fit. */
  username: z.string().max(255).optional(),
  folder: z.string().max(4096).optional(),
  ruleId: z.int().positive().optional(),
});
