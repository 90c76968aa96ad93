import { z } from 'zod';
import { defineAction } from '../../contract/define.ts';
import { field } from '../../contract/fields.ts';
import { beginsInTree, sourceOnly } from '../../contract/places.ts';
import { isReportPlaceholder } from '../../contract/report.ts';

const recipients = (title: string, more: boolean) =>
  field
    .list(field.template({ title, help: 'An address, or a template that gives one or several separated by commas.' }), { title, more })
    .default([]);

export const email = defineAction({
  title: 'E-mail',
  icon: 'mail',
  description: 'Sends a message through the mail server of the settings.',
  config: z
    .strictObject({
      to: recipients('To', false),
      cc: recipients('Copy to', true),
      bcc: recipients('Blind copy to', true),
      subject: field.template({ title: 'Subject' }).default(''),
      text: field.longTemplate({ title: 'Text' }).default(''),
      html: field
        .htmlTemplate({ title: 'HTML', help: 'Values are escaped. With a text as well, the reader shows either.', more: true })
        .default(''),
      attachments: field
        .list(field.path({ title: 'Virtual path' }), {
          title: 'Attachments',
          help: "Files in the user's tree, 10 MiB in all unless the mail settings say otherwise. {{.RetentionReports}} attaches the reports of earlier retention checks.",
          more: true,
        })
        .default([]),
      ...sourceOnly,
    })
    .refine((config) => config.to.length + config.cc.length + config.bcc.length > 0, { error: 'Enter at least one address.', path: ['to'] })
    .refine((config) => config.text !== '' || config.html !== '', { error: 'Write a text.', path: ['text'] }),
  repeatSafe: () => false,
  needsUser: (config) => beginsInTree(config) && config.attachments.some((path) => !isReportPlaceholder(path)),
  summarize: (config) => `mail to ${[...config.to, ...config.cc, ...config.bcc].join(', ')}`,
});
