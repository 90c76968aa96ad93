import { z } from 'zod';
import { defineAction } from '../../contract/define.ts';
import { field } from '../../contract/fields.ts';

export const copy = defineAction({
  title: 'Copy files',
  icon: 'copy',
  description: "Copies files inside the user's tree. Missing folders of the target are made; the quota counts.",
  config: z.strictObject({
    pairs: field
      .list(
        z.strictObject({
          source: field.path({ title: 'From' }),
          target: field.path({ title: 'To', help: 'The new path with its name.' }),
        }),
        { title: 'Files' },
      )
      .min(1, 'Name a file and where its copy goes.'),
    conflict: field
      .select(['replace', 'skip', 'fail', 'number'], { title: 'When the target exists', help: 'Number: the copy becomes "name (2)".' })
      .default('replace'),
  }),
  // "number" would make one copy more each time.
  repeatSafe: (config) => config.conflict !== 'number' && config.conflict !== 'fail',
  needsUser: () => true,
  summarize: (config) => `copy ${config.pairs.map((pair) => `${pair.source} to ${pair.target}`).join(', ')}`,
});
