import { z } from 'zod';
import { method } from '../method.ts';

/** What a browser cannot look at by itself: folders of the machine. For the person at it only. */
export const machineMethods = {
  'machine.folders': method({
    kind: 'query',
    permission: 'machine',
    title: 'The folders inside a folder of this machine, for choosing one',
    input: z
      .strictObject({
        path: z
          .string()
          .max(4096)
          .default('')
          .meta({ title: "Absolute path; empty: the user's home; a single backslash on Windows: the drives" }),
      })
      .prefault({}),
    output: z.object({
      path: z.string(),
      /** What to ask for to get there; null at the root. On Windows the root is the list of drives, with an empty path. */
      parent: z.string().nullable(),
      folders: z.array(z.object({ name: z.string(), path: z.string() })),
      /** There are more than are listed. */
      truncated: z.boolean(),
    }),
  }),
  'machine.createFolder': method({
    kind: 'command',
    permission: 'machine',
    title: 'Make a folder on this machine',
    input: z.strictObject({ parent: z.string().min(1).max(4096), name: z.string().min(1, 'Enter a name.').max(255) }),
    output: z.object({ path: z.string() }),
  }),
} as const;
