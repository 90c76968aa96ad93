import { z } from 'zod';
import { defineAction } from '../../contract/define.ts';
import { field } from '../../contract/fields.ts';
import { beginsInTree, sourceAndTarget } from '../../contract/places.ts';

export const pgpSign = defineAction({
  title: 'Sign with PGP',
  icon: 'signature',
  description: "Signs files of the user's tree: with a signature file beside the original, or as a signed message that holds it.",
  config: z
    .strictObject({
      pairs: field
        .list(
          z.strictObject({
            source: field.path({ title: 'From' }),
            target: field.path({ title: 'To', help: 'The signature or the signed message, such as {{.VirtualPath}}.sig.' }),
          }),
          { title: 'Files' },
        )
        .min(1, 'Name a file and where the result goes.'),
      signWith: field.pgpKey({ title: 'Sign with', help: 'A key pair of Settings, PGP keys.', use: 'sign' }).optional(),
      privateKey: field
        .secret({ title: 'Private key', multiline: true, help: 'Armoured; instead of one that is kept.', more: true })
        .default(''),
      passphrase: field.secret({ title: 'Its passphrase', help: 'Empty for a key without one.', more: true }).default(''),
      form: field
        .select(['detached', 'message'], {
          title: 'Form',
          help: 'Detached: the signature alone. Message: the file inside a signed message.',
        })
        .default('detached'),
      armor: field.switch({ title: 'Armoured', help: 'As text that survives mail; a third larger.', more: true }).default(false),
      conflict: field
        .select(['replace', 'skip', 'fail', 'number'], {
          title: 'When the target exists',
          help: 'Number: the new file becomes "name (2)".',
        })
        .default('replace'),
      ...sourceAndTarget,
    })
    .refine((config) => config.signWith !== undefined || config.privateKey !== '', {
      error: 'Choose the key to sign with.',
      path: ['signWith'],
    })
    .refine((config) => config.signWith === undefined || config.privateKey === '', {
      error: 'Choose a key to sign with, or enter one: not both.',
      path: ['privateKey'],
    }),
  repeatSafe: (config) => config.conflict === 'replace' || config.conflict === 'skip',
  needsUser: beginsInTree,
  summarize: (config) => `sign ${config.pairs.map((pair) => pair.source).join(', ')}`,
});
