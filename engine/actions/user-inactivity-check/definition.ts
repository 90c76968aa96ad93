import { z } from 'zod';
import { defineAction } from '../../contract/define.ts';
import { field } from '../../contract/fields.ts';
import { usersField } from '../../contract/user-check.ts';

const days = (title: string, help: string) => field.number({ title, help, min: 0, max: 3650 }).default(0);

export const userInactivityCheck = defineAction({
  title: 'User inactivity check',
  icon: 'user-minus',
  description:
    'Switches accounts off that nobody has signed in to for so many days, and deletes those that stayed unused; lists them in .Results for later actions. Files are never deleted.',
  config: z
    .strictObject({
      disableAfterDays: days('Switch off after, in days', 'More days than this without a sign-in. 0: never.'),
      deleteAfterDays: days('Delete after, in days', 'Only accounts that are switched off. 0: never.'),
      users: usersField,
    })
    .refine((config) => config.disableAfterDays > 0 || config.deleteAfterDays > 0, {
      error: 'Give at least one of the two a number of days.',
      path: ['disableAfterDays'],
    })
    .refine((config) => config.deleteAfterDays === 0 || config.deleteAfterDays > config.disableAfterDays, {
      error: 'Accounts are deleted later than they are switched off: give more days here.',
      path: ['deleteAfterDays'],
    }),
  repeatSafe: () => true,
  needsUser: () => false,
  summarize: ({ disableAfterDays, deleteAfterDays }) =>
    [
      ...(disableAfterDays > 0 ? [`switch off accounts unused for ${disableAfterDays} days`] : []),
      ...(deleteAfterDays > 0 ? [`delete accounts unused for ${deleteAfterDays} days`] : []),
    ].join(', '),
});
