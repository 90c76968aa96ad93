import { z } from 'zod';
import { defineAction } from '../../contract/define.ts';
import { field } from '../../contract/fields.ts';
import { beginsInTree, localSourceOnly } from '../../contract/places.ts';

export const metadataCheck = defineAction({
  title: 'Metadata check',
  icon: 'tags',
  description:
    'Looks whether a file has a key with a value, or has the key not. Fails when it is otherwise, so that what follows can be kept from running.',
  config: z.strictObject({
    path: field.path({ title: 'File or folder' }),
    key: field.template({ title: 'Key' }).min(1, 'Enter a key.'),
    value: field.template({ title: 'Value', help: 'Empty: the key must not be there.' }).default(''),
    timeoutSeconds: field
      .number({
        title: 'Wait for it, in seconds',
        help: '0: look once. Otherwise it is looked every second.',
        min: 0,
        max: 3600,
        more: true,
      })
      .default(0),
    ...localSourceOnly,
  }),
  repeatSafe: () => true,
  needsUser: beginsInTree,
  longest: ({ timeoutSeconds }) => timeoutSeconds,
  summarize: (config) =>
    config.value === ''
      ? `check that ${config.path} has no ${config.key}`
      : `check that ${config.key} of ${config.path} is ${config.value}`,
});
