import { z } from 'zod';
import { defineAction } from '../../contract/define.ts';
import { field } from '../../contract/fields.ts';

export const desktopNotification = defineAction({
  title: 'Desktop notification',
  icon: 'bell-ring',
  description: 'Puts a notice into the bell of the console and, unless it is a quiet one, shows it on the desktop of this machine.',
  config: z.strictObject({
    title: field.template({ title: 'Title' }).min(1, 'Enter a title.'),
    text: field.template({ title: 'Text' }).default(''),
    level: field
      .select(['act', 'know', 'quiet'], {
        title: 'Level',
        help: 'Act: shown at once, also in quiet hours. Know: shown outside of them. Quiet: only in the bell.',
      })
      .default('know'),
    opens: field
      .template({
        title: 'A click opens',
        help: 'A page of the console, such as /partners/{{.Name}}/overview. Empty: this run.',
        more: true,
      })
      .default(''),
  }),
  // The notices of one run's step share a key: a second attempt replaces the first.
  repeatSafe: () => true,
  needsUser: () => false,
  longest: () => 0,
  summarize: (config) => `notify: ${config.title}`,
});
