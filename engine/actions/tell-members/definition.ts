import { z } from 'zod';
import { defineAction } from '../../contract/define.ts';
import { field } from '../../contract/fields.ts';

export const tellMembers = defineAction({
  title: 'Tell members of this folder',
  icon: 'megaphone',
  description:
    'Mails everybody else who sees the folder in which the event happened, each in a message of their own, not the one who did it. To do something else for each of them, make a rule for the activity of others instead.',
  config: z.strictObject({
    subject: field
      .template({ title: 'Subject', help: '{{.Recipient.Name}} is the one who gets the message, {{.Name}} the one who did it.' })
      .min(1, 'Enter a subject.')
      .default('{{.ObjectName}}: {{.Event}} by {{.Name}}'),
    text: field
      .longTemplate({ title: 'Text' })
      .min(1, 'Write a text.')
      .default('Hello {{.Recipient.Name}},\n\n{{.Name}} did something in a folder that you share: {{.Event}} of {{.ObjectName}}.\n'),
    sayWhere: field
      .switch({ title: 'Say where they see it', help: 'Adds a last line with the path in their own tree.', more: true })
      .default(true),
  }),
  repeatSafe: () => false,
  needsUser: () => false,
  summarize: () => 'tell the others who see the folder',
});
