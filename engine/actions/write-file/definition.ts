import { z } from 'zod';
import { defineAction } from '../../contract/define.ts';
import { field } from '../../contract/fields.ts';
import { beginsInTree, targetOnly } from '../../contract/places.ts';

export const writeFile = defineAction({
  title: 'Write text file',
  icon: 'file-pen',
  description: "Writes a text file in the user's tree as UTF-8, or adds to one. Missing folders are made; the quota counts.",
  config: z.strictObject({
    path: field.path({ title: 'File' }),
    text: field.longTemplate({ title: 'Text' }),
    whenExists: field
      .select(['replace', 'append', 'skip', 'fail', 'number'], {
        title: 'When the file exists',
        help: 'Append: the text goes to its end. Number: a new file "name (2)" is made.',
      })
      .default('replace'),
    ...targetOnly,
  }),
  repeatSafe: (config) => config.whenExists === 'replace' || config.whenExists === 'skip',
  needsUser: beginsInTree,
  summarize: (config) => `${config.whenExists === 'append' ? 'add to' : 'write'} ${config.path}`,
});
