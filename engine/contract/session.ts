import { z } from 'zod';
import { PROTOCOLS } from './event.ts';

/** A file on its way, as it is shown while it runs. */
const transferSchema = z.object({
  direction: z.enum(['upload', 'download']),
  path: z.string(),
  /** Bytes so far, and in all where that is known. */
  bytes: z.int(),
  total: z.int().nullable(),
  bytesPerSecond: z.int(),
  startedAt: z.string(),
});
export type LiveTransfer = z.infer<typeof transferSchema>;

/** A partner who is signed in now. */
export const liveSessionSchema = z.object({
  id: z.int(),
  username: z.string(),
  displayName: z.string(),
  protocol: z.enum(PROTOCOLS),
  address: z.string(),
  client: z.string(),
  since: z.string(),
  openTransfers: z.int(),
  transfers: z.array(transferSchema),
});
export type LiveSession = z.infer<typeof liveSessionSchema>;

/** Traffic of all sessions together, over the last seconds. */
export const trafficSchema = z.object({ bytesInPerSecond: z.int(), bytesOutPerSecond: z.int() });
export type Traffic = z.infer<typeof trafficSchema>;
