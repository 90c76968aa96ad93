import { z } from 'zod';
import { defineAction } from '../../contract/define.ts';
import { field } from '../../contract/fields.ts';

export const folderQuotaReset = defineAction({
  title: 'Folder quota reset',
  icon: 'folder-sync',
  description: 'Counts the files of virtual folders anew and sets their used storage to that.',
  config: z.strictObject({
    folders: field
      .list(field.template({ title: 'Virtual folder', help: 'Its name.' }).min(1, 'Enter a name.'), { title: 'Virtual folders' })
      .min(1, 'Name a virtual folder.'),
  }),
  repeatSafe: () => true,
  needsUser: () => false,
  summarize: (config) => `count the files of ${config.folders.join(', ')} anew`,
});
