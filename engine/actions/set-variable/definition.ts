import { z } from 'zod';
import { defineAction } from '../../contract/define.ts';
import { field } from '../../contract/fields.ts';

export const setVariable = defineAction({
  title: 'Set variable',
  icon: 'variable',
  description: 'Keeps a text under a name for the templates of the actions that follow in the run: {{.Variables.name}}.',
  config: z.strictObject({
    name: field
      .text({ title: 'Name', help: 'Letters, digits and underscores, not beginning with a digit.' })
      .regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/, 'Use at most 64 letters, digits and underscores, not beginning with a digit.'),
    value: field.longTemplate({ title: 'Value' }),
  }),
  repeatSafe: () => true,
  needsUser: () => false,
  longest: () => 0,
  summarize: (config) => `set ${config.name}`,
  control: (config) => ({ kind: 'set', variable: config.name }),
});
