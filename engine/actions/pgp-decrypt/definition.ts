import { z } from 'zod';
import { defineAction } from '../../contract/define.ts';
import { field } from '../../contract/fields.ts';
import { beginsInTree, sourceAndTarget } from '../../contract/places.ts';

export const pgpDecrypt = defineAction({
  title: 'Decrypt with PGP',
  icon: 'lock-keyhole-open',
  description:
    "Decrypts files of the user's tree. Nothing is written when a file was changed or a signature that is asked for is not good.",
  config: z
    .strictObject({
      pairs: field
        .list(
          z.strictObject({
            source: field.path({ title: 'From' }),
            target: field.path({ title: 'To', help: 'The new path with its name.' }),
          }),
          { title: 'Files' },
        )
        .min(1, 'Name a file and where the result goes.'),
      decryptWith: field
        .list(field.pgpKey({ title: 'Key', use: 'decrypt' }), {
          title: 'Decrypt with',
          help: 'Key pairs of Settings, PGP keys; the one that fits is taken.',
        })
        .default([]),
      password: field.secret({ title: 'Password', help: 'For files that were encrypted under one.' }).default(''),
      signedBy: field
        .list(field.pgpKey({ title: 'Key', use: 'verify' }), {
          title: 'Signed by',
          help: 'Where there are any, the file has to be signed with one of them.',
        })
        .default([]),
      privateKey: field
        .secret({ title: 'Private key', multiline: true, help: 'Armoured; beside those that are kept.', more: true })
        .default(''),
      passphrase: field.secret({ title: 'Its passphrase', help: 'Empty for a key without one.', more: true }).default(''),
      signers: field
        .longTemplate({
          title: 'Further public keys of signers',
          help: 'Armoured, one after another; beside those that are kept.',
          more: true,
        })
        .default(''),
      conflict: field
        .select(['replace', 'skip', 'fail', 'number'], {
          title: 'When the target exists',
          help: 'Number: the new file becomes "name (2)".',
        })
        .default('replace'),
      ...sourceAndTarget,
    })
    .refine((config) => config.decryptWith.length > 0 || config.privateKey !== '' || config.password !== '', {
      error: 'Choose a key or enter a password.',
      path: ['decryptWith'],
    }),
  repeatSafe: (config) => config.conflict === 'replace' || config.conflict === 'skip',
  needsUser: beginsInTree,
  summarize: (config) => `decrypt ${config.pairs.map((pair) => `${pair.source} to ${pair.target}`).join(', ')}`,
});
