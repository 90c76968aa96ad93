import { z } from 'zod';
import { defineAction } from '../../contract/define.ts';
import { field } from '../../contract/fields.ts';

export const ensureHome = defineAction({
  title: 'Ensure home folder',
  icon: 'house-plus',
  description: "Makes the user's home folder and the folders that should be in it. What is there already stays as it is.",
  config: z.strictObject({
    path: field.path({ title: 'Home folder', help: "A virtual path in the user's tree; / is the home itself." }).default('/'),
    subfolders: field
      .list(field.path({ title: 'Folder', help: 'A path inside the home folder, such as /in.' }), { title: 'Folders in it' })
      .default([]),
    mode: field
      .text({ title: 'Rights of new folders', help: 'As chmod takes them, such as 755.', more: true })
      .regex(/^[0-7]{3}$/, 'Enter three digits from 0 to 7, such as 755.')
      .default('755'),
  }),
  repeatSafe: () => true,
  needsUser: () => true,
  longest: () => 0,
  summarize: (config) => ['make the home folder', ...config.subfolders.map((folder) => `with ${folder}`)].join(' '),
});
