import { z } from 'zod';
import { defineAction } from '../../contract/define.ts';
import { field } from '../../contract/fields.ts';
import { beginsInTree, sourceAndTarget } from '../../contract/places.ts';

export const pgpEncrypt = defineAction({
  title: 'Encrypt with PGP',
  icon: 'lock-keyhole',
  description:
    "Encrypts files of the user's tree for the holders of keys, under a password, or both, and signs them where there is a key for it.",
  config: z
    .strictObject({
      pairs: field
        .list(
          z.strictObject({
            source: field.path({ title: 'From' }),
            target: field.path({ title: 'To', help: 'The new path with its name, such as {{.VirtualPath}}.pgp.' }),
          }),
          { title: 'Files' },
        )
        .min(1, 'Name a file and where the result goes.'),
      receivers: field
        .list(field.pgpKey({ title: 'Key', use: 'encrypt' }), {
          title: 'Receivers',
          help: 'Keys of Settings, PGP keys. Each holder can decrypt it.',
        })
        .default([]),
      password: field.secret({ title: 'Password', help: 'Who knows it can decrypt, without a key.' }).default(''),
      signWith: field.pgpKey({ title: 'Sign with', help: 'A key pair of ours; without one it is not signed.', use: 'sign' }).optional(),
      publicKeys: field
        .longTemplate({ title: 'Further public keys', help: 'Armoured, one after another; beside those that are kept.', more: true })
        .default(''),
      signingKey: field
        .secret({ title: 'Private key to sign with', multiline: true, help: 'Armoured; instead of one that is kept.', more: true })
        .default(''),
      signingPassphrase: field.secret({ title: 'Its passphrase', help: 'Empty for a key without one.', more: true }).default(''),
      armor: field.switch({ title: 'Armoured', help: 'As text that survives mail; a third larger.', more: true }).default(false),
      conflict: field
        .select(['replace', 'skip', 'fail', 'number'], {
          title: 'When the target exists',
          help: 'Number: the new file becomes "name (2)".',
        })
        .default('replace'),
      ...sourceAndTarget,
    })
    .refine((config) => config.receivers.length > 0 || config.publicKeys.trim() !== '' || config.password !== '', {
      error: 'Choose a receiver or enter a password.',
      path: ['receivers'],
    })
    .refine((config) => config.signWith === undefined || config.signingKey === '', {
      error: 'Choose a key to sign with, or enter one: not both.',
      path: ['signingKey'],
    }),
  repeatSafe: (config) => config.conflict === 'replace' || config.conflict === 'skip',
  needsUser: beginsInTree,
  summarize: (config) => `encrypt ${config.pairs.map((pair) => `${pair.source} to ${pair.target}`).join(', ')}`,
});
