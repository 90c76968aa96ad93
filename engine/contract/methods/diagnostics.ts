import { z } from 'zod';
import { method, nothing } from '../method.ts';

/** What helps whoever looks for a fault, without what tells of partners. */
export const diagnosticsMethods = {
  'diagnostics.get': method({
    kind: 'query',
    permission: 'machine',
    title: 'The files of a diagnostics archive as they would be sent: names, addresses and paths replaced',
    input: nothing,
    output: z.object({
      /** Proposed for the archive. */
      name: z.string(),
      files: z.array(z.object({ name: z.string(), text: z.string() })),
      /** What was replaced in them, and how often. */
      replaced: z.array(z.object({ what: z.enum(['users', 'addresses', 'emails', 'folders', 'names']), count: z.int() })),
      /** The archive itself, a zip file in base64. */
      zip: z.string(),
    }),
  }),
  'diagnostics.save': method({
    kind: 'command',
    permission: 'machine',
    title: 'Write the diagnostics archive to a file of this machine',
    input: z.strictObject({ path: z.string().min(1).max(4096) }),
    output: z.object({ path: z.string(), bytes: z.int() }),
  }),
} as const;
