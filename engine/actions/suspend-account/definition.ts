import { z } from 'zod';
import { defineAction } from '../../contract/define.ts';
import { field } from '../../contract/fields.ts';

export const suspendAccount = defineAction({
  title: 'Suspend or enable account',
  icon: 'user-cog',
  description: 'Switches an account off, which ends its sessions, or on again.',
  config: z.strictObject({
    username: field
      .template({ title: 'User name', help: 'A template such as {{.Name}} for the user of the event.' })
      .min(1, 'Enter a user name.')
      .default('{{.Name}}'),
    state: field.select(['suspend', 'enable'], { title: 'What to do' }).default('suspend'),
  }),
  repeatSafe: () => true,
  needsUser: () => false,
  longest: () => 0,
  summarize: (config) => `${config.state} the account ${config.username}`,
});
