import { z } from 'zod';
import { defineAction } from '../../contract/define.ts';
import { field } from '../../contract/fields.ts';
import { mailUsersFields, usersField } from '../../contract/user-check.ts';

export const userExpirationCheck = defineAction({
  title: 'User expiration check',
  icon: 'user-x',
  description:
    'Finds accounts that expire soon or have expired, and lists them in .Results for later actions; on request each user gets a mail. Finding some is no failure.',
  config: z.strictObject({
    days: field.number({ title: 'Days before the end', help: '0: only accounts that have expired.', min: 0, max: 3650 }).default(14),
    users: usersField,
    ...mailUsersFields,
  }),
  repeatSafe: () => true,
  needsUser: () => false,
  summarize: (config) => `find accounts that expire within ${config.days} days${config.mailUsers ? ' and mail their users' : ''}`,
});
