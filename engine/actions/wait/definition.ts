import { z } from 'zod';
import { defineAction } from '../../contract/define.ts';
import { field } from '../../contract/fields.ts';

export const wait = defineAction({
  title: 'Wait',
  icon: 'hourglass',
  description: 'Lets time pass before the next action, up to a day, or waits until a template is true.',
  config: z.strictObject({
    // The name that the time limit of a step looks for, so that no limit has to be raised beside it.
    timeoutSeconds: field.number({ title: 'Seconds', help: 'With a template: at most so long.', min: 1, max: 86_399 }),
    until: field
      .template({
        title: 'Until this is true',
        help: 'Looked at once a second; true is anything but an empty text, false or 0.',
        more: true,
      })
      .default(''),
    whenNever: field
      .select(['fail', 'continue'], { title: 'When it did not become true', help: 'Counts only with a template.', more: true })
      .default('fail'),
  }),
  repeatSafe: () => true,
  needsUser: () => false,
  longest: ({ timeoutSeconds }) => timeoutSeconds,
  summarize: (config) => (config.until === '' ? `wait ${config.timeoutSeconds} s` : `wait until ${config.until}`),
});
