import { z } from 'zod';
import { method, nothing } from '../method.ts';
import { liveSessionSchema, trafficSchema } from '../session.ts';

const listener = z.object({ state: z.enum(['off', 'listening', 'failed']), host: z.string(), port: z.int(), error: z.string().nullable() });

const problem = z.object({ id: z.string(), message: z.string() });

export const statusSchema = z.object({
  version: z.string(),
  startedAt: z.string(),
  /** False until the set-up wizard has gone live. */
  setUp: z.boolean(),
  /** No new partners are let in; transfers that run go on. */
  paused: z.boolean(),
  /** `console`: the console as other machines reach it, over HTTPS. */
  listeners: z.object({ sftp: listener, ftp: listener, http: listener, console: listener }),
  sessions: z.array(liveSessionSchema),
  traffic: trafficSchema,
  exchangeFolder: z.string(),
  /** Of the disk that the exchange folder is on; null where the system does not say. */
  disk: z.object({ freeBytes: z.number(), totalBytes: z.number() }).nullable(),
  hostKeys: z.array(z.object({ type: z.string(), sha256: z.string(), md5: z.string() })),
  sshAcceleration: z.boolean().meta({ title: "ssh2's native addon is in use" }),
  problems: z.array(problem),
});

export const serverMethods = {
  'server.status': method({
    kind: 'query',
    permission: 'status',
    withinRole: true,
    title: 'Version, listeners, sessions with their transfers, disk, health',
    input: nothing,
    output: statusSchema,
  }),
  'server.pause': method({
    kind: 'command',
    permission: 'settings.write',
    title: 'Stop letting partners in, or let them in again; running transfers end in peace',
    input: z.strictObject({ paused: z.boolean() }),
    output: z.object({ paused: z.boolean() }),
  }),
  'sessions.disconnect': method({
    kind: 'command',
    keepsNothing: true,
    permission: 'accounts.write',
    withinRole: true,
    title: "End a partner's session now; an unfinished upload can be resumed",
    input: z.strictObject({ id: z.int().positive() }),
    output: z.object({ id: z.int() }),
  }),
} as const;
