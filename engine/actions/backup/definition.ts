import { z } from 'zod';
import { defineAction } from '../../contract/define.ts';
import { field } from '../../contract/fields.ts';

export const backup = defineAction({
  title: 'Backup',
  icon: 'archive',
  description:
    'Saves settings, partners, rules, host keys and certificates in one file, sealed under the recovery passphrase, which has to be set first. Partners’ files are not in it.',
  config: z.strictObject({
    includeLog: field.switch({ title: 'With the event log', help: 'Events and runs too.' }).default(true),
    keep: field
      .number({ title: 'Backups to keep', help: 'The oldest ones of this installation beyond this number are deleted.', min: 1, max: 1000 })
      .default(14),
  }),
  repeatSafe: () => true,
  needsUser: () => false,
  summarize: (config) => `back up ${config.includeLog ? 'with' : 'without'} the log, keeping ${config.keep}`,
});
