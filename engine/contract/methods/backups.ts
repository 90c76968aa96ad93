import { z } from 'zod';
import { method, nothing } from '../method.ts';

const backupSchema = z.object({
  name: z.string(),
  bytes: z.int(),
  madeAt: z.string(),
  /** Events and runs are in it. */
  includesLog: z.boolean(),
  /** Made with the present key of the stored secrets: by this installation, or one that it was restored from. */
  isOurs: z.boolean(),
});
export type Backup = z.infer<typeof backupSchema>;

/** Backups of settings, partners, rules, keys and the log. They are restored by a command while Gatehouse is stopped. */
export const backupsMethods = {
  'backups.list': method({
    kind: 'query',
    permission: 'machine',
    title: 'The backups in the folder for backups, and whether a new one could be made',
    input: nothing,
    output: z.object({
      folder: z.string(),
      /** A backup needs the recovery passphrase to be set. */
      passphraseSet: z.boolean(),
      backups: z.array(backupSchema),
    }),
  }),
  'backups.create': method({
    kind: 'command',
    permission: 'machine',
    title: 'Make a backup, sealed under the recovery passphrase, and remove the oldest ones beyond a number',
    input: z.strictObject({
      includeLog: z.boolean().default(true).meta({ title: 'Events and runs too' }),
      keep: z.int().min(1).max(1000).default(14).meta({ title: 'How many backups stay' }),
    }),
    output: backupSchema.extend({ path: z.string(), removed: z.array(z.string()).readonly() }),
  }),
} as const;
