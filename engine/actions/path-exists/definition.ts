import { z } from 'zod';
import { defineAction } from '../../contract/define.ts';
import { field } from '../../contract/fields.ts';
import { beginsInTree, sourceOnly } from '../../contract/places.ts';

export const pathExists = defineAction({
  title: 'Path exists',
  icon: 'search-check',
  description:
    "Looks whether files and folders are in the user's tree. Fails when they are not, so that what follows can be kept from running.",
  config: z.strictObject({
    paths: field
      .list(field.path({ title: 'Virtual path', help: 'Its last part may have the wildcards * ? [a-z]; one match is enough.' }), {
        title: 'Files and folders',
      })
      .min(1, 'Name a file or folder.'),
    expect: field.select(['exists', 'missing'], { title: 'Succeeds when each of them' }).default('exists'),
    timeoutSeconds: field
      .number({
        title: 'Wait for it, in seconds',
        help: '0: look once. Otherwise it is looked every second.',
        min: 0,
        max: 3600,
        more: true,
      })
      .default(0),
    ...sourceOnly,
  }),
  repeatSafe: () => true,
  needsUser: beginsInTree,
  // A shared folder may be on a server that does not answer.
  longest: ({ sourceFolder, timeoutSeconds }) => (sourceFolder === '' ? timeoutSeconds : undefined),
  summarize: (config) => `check that ${config.paths.join(', ')} ${config.expect === 'exists' ? 'exists' : 'is missing'}`,
});
