import { z } from 'zod';
import { defineAction } from '../../contract/define.ts';
import { field } from '../../contract/fields.ts';
import { beginsInTree, sourceOnly } from '../../contract/places.ts';

export const deleteFiles = defineAction({
  title: 'Delete files',
  icon: 'trash-2',
  description: "Deletes files and folders in the user's tree. What is missing already counts as deleted.",
  config: z.strictObject({
    paths: field
      .list(
        field.path({
          title: 'Virtual path',
          help: 'A file, a folder, with a slash at the end what is in the folder, or in the last part the wildcards * ? [a-z].',
        }),
        { title: 'Files and folders' },
      )
      .min(1, 'Name a file.'),
    recursive: field
      .switch({ title: 'Folders with all that is in them', help: 'Otherwise only empty folders are deleted.', more: true })
      .default(false),
    ...sourceOnly,
  }),
  repeatSafe: () => true,
  needsUser: beginsInTree,
  summarize: (config) => `delete ${config.paths.join(', ')}${config.recursive ? ' with all that is in it' : ''}`,
});
