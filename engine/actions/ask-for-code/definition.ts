import { z } from 'zod';
import { defineAction } from '../../contract/define.ts';
import { field } from '../../contract/fields.ts';
import { holdsSignInCode, SIGN_IN_CODE_MAIL } from '../../contract/mail-templates.ts';

export const askForCode = defineAction({
  title: 'Ask for a code',
  icon: 'key-round',
  description:
    'Lets somebody in only with a code beside the password or key: one that is sent by mail, or that of an authenticator app. Where it cannot be asked for in time, nobody is let in, whatever the settings say of rules that take too long.',
  config: z
    .strictObject({
      by: field
        .select(['mail', 'app'], {
          title: 'Where the code comes from',
          help: 'By mail: six digits to the address of the account, good once and for ten minutes; over SFTP only. By app: whoever has set one up is asked for its code at every sign-in already, also over FTP; all others are refused.',
        })
        .default('mail'),
      mailInstead: field.switch({ title: 'By mail where no authenticator app is set up' }).default(false),
      subject: field.template({ title: 'Subject of the mail', more: true }).default(SIGN_IN_CODE_MAIL.subject),
      text: field.longTemplate({ title: 'Text of the mail', help: '{{.Code}} is the code.', more: true }).default(SIGN_IN_CODE_MAIL.text),
    })
    .refine(({ text }) => holdsSignInCode(text), { error: 'Write {{.Code}} where the code shall stand.', path: ['text'] }),
  // It waits with the sign-in: after a kill nobody is there to be asked.
  repeatSafe: () => false,
  needsUser: () => false,
  asksCode: true,
  summarize: ({ by, mailInstead }) =>
    by === 'mail'
      ? 'ask for a code sent by mail'
      : `ask for the code of the authenticator app${mailInstead ? ', else one sent by mail' : ''}`,
});
