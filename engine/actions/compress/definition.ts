import { z } from 'zod';
import { defineAction } from '../../contract/define.ts';
import { field } from '../../contract/fields.ts';
import { beginsInTree, sourceAndTarget } from '../../contract/places.ts';

/** Files and folders in one archive. */
export const MAX_ENTRIES = 50_000;

export const compress = defineAction({
  title: 'Compress',
  icon: 'file-archive',
  description: "Packs files and folders of the user's tree into one zip archive. Links are left out.",
  config: z.strictObject({
    paths: field
      .list(
        field.path({
          title: 'Virtual path',
          help: 'A file, a folder, with a slash at the end what is in the folder, or in the last part the wildcards * ? [a-z].',
        }),
        { title: 'Files and folders' },
      )
      .min(1, 'Name a file or folder.'),
    archive: field.path({ title: 'Archive', help: 'Its path with its name, such as /out/today.zip.' }),
    conflict: field
      .select(['replace', 'skip', 'fail', 'number'], {
        title: 'When the archive exists',
        help: 'Number: the new one becomes "name (2)".',
      })
      .default('replace'),
    ...sourceAndTarget,
  }),
  repeatSafe: (config) => config.conflict === 'replace' || config.conflict === 'skip',
  needsUser: beginsInTree,
  summarize: (config) => `compress ${config.paths.join(', ')} into ${config.archive}`,
});
