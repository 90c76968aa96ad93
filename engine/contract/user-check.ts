import { field } from './fields.ts';

/** Fields that the checks of accounts have in common. */

/** Which accounts are looked at. */
export const usersField = field
  .list(field.text({ title: 'User name', help: 'With the wildcards * and ?.' }), {
    title: 'Only these users',
    help: 'Empty: all.',
    more: true,
  })
  .default([]);

export const mailUsersFields = {
  mailUsers: field
    .switch({ title: 'Mail each user', help: 'To the address of the account; users without one are only listed.' })
    .default(false),
};
