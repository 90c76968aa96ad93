import { z } from 'zod';
import { defineAction } from '../../contract/define.ts';
import { field } from '../../contract/fields.ts';
import { mailUsersFields, usersField } from '../../contract/user-check.ts';

export const passwordExpirationCheck = defineAction({
  title: 'Password expiration check',
  icon: 'key-round',
  description:
    'Finds accounts whose password has to be changed soon or has expired, and lists them in .Results for later actions; on request each user gets a mail. Finding some is no failure.',
  config: z.strictObject({
    days: field.number({ title: 'Days before the end', min: 1, max: 3650 }).default(14),
    users: usersField,
    ...mailUsersFields,
  }),
  repeatSafe: () => true,
  needsUser: () => false,
  summarize: (config) => `find passwords that expire within ${config.days} days${config.mailUsers ? ' and mail their users' : ''}`,
});
