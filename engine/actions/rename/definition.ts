import { z } from 'zod';
import { defineAction } from '../../contract/define.ts';
import { field } from '../../contract/fields.ts';
import { beginsInTree, sourceAndTarget } from '../../contract/places.ts';

export const rename = defineAction({
  title: 'Move or rename',
  icon: 'folder-input',
  description: "Gives files and folders in the user's tree another name or place. Missing folders of the target are made.",
  config: z.strictObject({
    pairs: field
      .list(
        z.strictObject({
          source: field.path({ title: 'From' }),
          target: field.path({ title: 'To', help: 'The new path with its name.' }),
        }),
        { title: 'Files and folders' },
      )
      .min(1, 'Name a file and where it goes.'),
    conflict: field
      .select(['replace', 'skip', 'fail', 'number'], {
        title: 'When the target exists',
        help: 'Only files are replaced. Number: it becomes "name (2)".',
      })
      .default('replace'),
    updateTimes: field
      .switch({ title: 'Date it now', help: 'The moved file or folder gets the current time as its time of change.', more: true })
      .default(false),
    ...sourceAndTarget,
  }),
  repeatSafe: () => false,
  needsUser: beginsInTree,
  summarize: (config) => `move ${config.pairs.map((pair) => `${pair.source} to ${pair.target}`).join(', ')}`,
});
