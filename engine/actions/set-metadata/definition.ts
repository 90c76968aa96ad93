import { z } from 'zod';
import { defineAction } from '../../contract/define.ts';
import { field } from '../../contract/fields.ts';
import { beginsInTree, localSourceOnly } from '../../contract/places.ts';

export const setMetadata = defineAction({
  title: 'Set metadata',
  icon: 'tag',
  description:
    'Notes keys with values beside a file or folder, for other rules to check. They follow a rename, are copied with a copy and go with the file.',
  config: z.strictObject({
    path: field.path({ title: 'File or folder' }),
    entries: field
      .list(
        z.strictObject({
          key: field.template({ title: 'Key' }).min(1, 'Enter a key.'),
          value: field.template({ title: 'Value', help: 'Empty: the key is removed.' }).default(''),
        }),
        { title: 'Keys' },
      )
      .min(1, 'Enter a key.'),
    ...localSourceOnly,
  }),
  repeatSafe: () => true,
  needsUser: beginsInTree,
  longest: () => 0,
  summarize: (config) => `set ${config.entries.map(({ key }) => key).join(', ')} of ${config.path}`,
});
