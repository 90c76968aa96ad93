import { z } from 'zod';
import { defineAction } from '../../contract/define.ts';
import { field } from '../../contract/fields.ts';
import { beginsInTree, sourceAndTarget } from '../../contract/places.ts';

export const extract = defineAction({
  title: 'Extract',
  icon: 'archive-restore',
  description:
    "Unpacks a zip archive in the user's tree. The settings limit what it may hold: 1,000 files, 1 GiB and 60 times its own size at first.",
  config: z.strictObject({
    archive: field.path({ title: 'Archive' }),
    folder: field.path({ title: 'Into folder', help: 'Made where it is missing.' }),
    conflict: field
      .select(['replace', 'skip', 'fail', 'number'], {
        title: 'When a file exists',
        help: 'Number: the new one becomes "name (2)". Folders are merged.',
      })
      .default('replace'),
    ...sourceAndTarget,
  }),
  repeatSafe: (config) => config.conflict === 'replace' || config.conflict === 'skip',
  needsUser: beginsInTree,
  summarize: (config) => `extract ${config.archive} into ${config.folder}`,
});
