import { z } from 'zod';
import { defineAction } from '../../contract/define.ts';
import { field } from '../../contract/fields.ts';

export const wait = defineAction({
  title: 'Wait',
  icon: 'hourglass',
  description: 'Lets time pass before the next action, up to a day.',
  config: z.strictObject({
    // The name that the time limit of a step looks for, so that no limit has to be raised beside it.
    timeoutSeconds: field.number({ title: 'Seconds', min: 1, max: 86_399 }),
  }),
  repeatSafe: () => true,
  needsUser: () => false,
  summarize: (config) => `wait ${config.timeoutSeconds} s`,
});
