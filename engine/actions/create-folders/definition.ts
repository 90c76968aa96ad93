import { z } from 'zod';
import { defineAction } from '../../contract/define.ts';
import { field } from '../../contract/fields.ts';
import { beginsInTree, sourceOnly } from '../../contract/places.ts';

export const createFolders = defineAction({
  title: 'Create folders',
  icon: 'folder-plus',
  description: "Makes folders in the user's tree, with those above them. What is there already counts as made.",
  config: z.strictObject({
    paths: field.list(field.path({ title: 'Virtual path' }), { title: 'Folders' }).min(1, 'Name a folder.'),
    ...sourceOnly,
  }),
  repeatSafe: () => true,
  needsUser: beginsInTree,
  // A shared folder may be on a server that does not answer.
  longest: ({ sourceFolder }) => (sourceFolder === '' ? 0 : undefined),
  summarize: (config) => `create ${config.paths.join(', ')}`,
});
