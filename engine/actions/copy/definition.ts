import { z } from 'zod';
import { defineAction } from '../../contract/define.ts';
import { field } from '../../contract/fields.ts';
import { beginsInTree, sourceAndTarget } from '../../contract/places.ts';

export const copy = defineAction({
  title: 'Copy files',
  icon: 'copy',
  description: "Copies files and whole folders inside the user's tree. Missing folders of the target are made; the quota counts.",
  config: z.strictObject({
    pairs: field
      .list(
        z.strictObject({
          source: field.path({
            title: 'From',
            help: 'A file, a folder, with a slash at the end what is in the folder, or in the last part the wildcards * ? [a-z].',
          }),
          target: field.path({ title: 'To', help: 'The new path with its name; with a slash at the end the folder to copy into.' }),
        }),
        { title: 'Files and folders' },
      )
      .min(1, 'Name a file and where its copy goes.'),
    conflict: field
      .select(['replace', 'skip', 'fail', 'number'], {
        title: 'When a file of the target exists',
        help: 'Number: the copy becomes "name (2)". Folders are merged.',
      })
      .default('replace'),
    afterCopy: field
      .select(['keep', 'delete'], { title: 'The originals afterwards', help: 'Delete: those that were copied, once all are.', more: true })
      .default('keep'),
    ...sourceAndTarget,
  }),
  // "number" would make one copy more each time; a second attempt would miss originals that the first deleted.
  repeatSafe: (config) => config.conflict !== 'number' && config.conflict !== 'fail' && config.afterCopy === 'keep',
  needsUser: beginsInTree,
  summarize: (config) => `copy ${config.pairs.map((pair) => `${pair.source} to ${pair.target}`).join(', ')}`,
});
