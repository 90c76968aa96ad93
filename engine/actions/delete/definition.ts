import { z } from 'zod';
import { defineAction } from '../../contract/define.ts';
import { field } from '../../contract/fields.ts';

export const deleteFiles = defineAction({
  title: 'Delete files',
  icon: 'trash-2',
  description: "Deletes files and empty folders in the user's tree. What is missing already counts as deleted.",
  config: z.strictObject({
    paths: field.list(field.path({ title: 'Virtual path' }), { title: 'Files and empty folders' }).min(1, 'Name a file.'),
  }),
  repeatSafe: () => true,
  needsUser: () => true,
  summarize: (config) => `delete ${config.paths.join(', ')}`,
});
