import { z } from 'zod';
import { defineAction } from '../../contract/define.ts';
import { field } from '../../contract/fields.ts';
import { beginsInTree, targetOnly } from '../../contract/places.ts';
import { hostName, portNumber } from '../../contract/server-fields.ts';

export const imap = defineAction({
  title: 'Fetch mail attachments',
  icon: 'mail-open',
  description: "Saves attachments of a mailbox (IMAP) in the user's tree. Each is fetched once by each rule, also across a crash.",
  config: z
    .strictObject({
      host: hostName({ title: 'Mail server', help: 'Name or address of the IMAP server.' }),
      port: portNumber(993),
      security: field.select(['tls', 'starttls', 'none'], { title: 'Encryption' }).default('tls'),
      username: field.text({ title: 'User name' }).min(1, 'Enter the user name.').max(255),
      password: field.secret({ title: 'Password', help: 'Empty with OAuth2.' }).default(''),
      oauthTokenUrl: field
        .text({ title: 'OAuth2: token address', more: true })
        .regex(/^$|^https?:\/\/[^\s@]+$/, 'Enter an address that begins with https://.')
        .default(''),
      oauthClientId: field.text({ title: 'OAuth2: client id', more: true }).default(''),
      oauthClientSecret: field.secret({ title: 'OAuth2: client secret', more: true }).default(''),
      oauthRefreshToken: field.secret({ title: 'OAuth2: refresh token', more: true }).default(''),
      allowInvalidCertificate: field
        .switch({ title: 'Accept any certificate', help: 'Only for servers inside the office.', more: true })
        .default(false),
      mailbox: field.text({ title: 'Mailbox' }).min(1, 'Enter the name of the mailbox.').default('INBOX'),
      sinceDays: field
        .number({ title: 'Not older than, in days', help: '0: whatever its age.', min: 0, max: 3650, more: true })
        .default(30),
      from: field.template({ title: 'Sender contains', more: true }).default(''),
      subject: field.template({ title: 'Subject contains', more: true }).default(''),
      names: field
        .list(field.text({ title: 'Pattern', help: 'With * and ?, whatever the case, such as *.pdf.' }).min(1, 'Enter a pattern.'), {
          title: 'Names of attachments',
          help: 'None: all attachments.',
        })
        .default([]),
      folder: field.path({ title: 'Into the folder' }),
      conflict: field
        .select(['number', 'replace', 'skip', 'fail'], {
          title: 'When the file exists',
          help: 'Number: the new file becomes "name (2)".',
        })
        .default('number'),
      afterwards: field.select(['mark-seen', 'nothing', 'move'], { title: 'With the mail afterwards' }).default('mark-seen'),
      moveTo: field.text({ title: 'Mailbox to move it to', more: true }).default(''),
      maxMegabytes: field
        .number({ title: 'Largest message in MB', help: 'Larger ones are left and told of.', min: 1, max: 100, more: true })
        .default(25),
      timeoutSeconds: field.number({ title: 'Timeout in seconds', min: 1, max: 3600, more: true }).default(300),
      ...targetOnly,
    })
    .refine((config) => config.password !== '' || config.oauthRefreshToken !== '', {
      error: 'Enter a password, or a refresh token of OAuth2.',
      path: ['password'],
    })
    .refine((config) => config.oauthRefreshToken === '' || config.oauthTokenUrl !== '', {
      error: 'Enter where the token is renewed.',
      path: ['oauthTokenUrl'],
    })
    .refine((config) => config.afterwards !== 'move' || config.moveTo !== '', {
      error: 'Enter the mailbox to move it to.',
      path: ['moveTo'],
    }),
  repeatSafe: () => true,
  needsUser: beginsInTree,
  longest: ({ timeoutSeconds }) => timeoutSeconds,
  summarize: (config) => `fetch attachments of ${config.username} from ${config.host}`,
});
