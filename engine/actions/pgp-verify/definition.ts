import { z } from 'zod';
import { defineAction } from '../../contract/define.ts';
import { field, type FieldMeta } from '../../contract/fields.ts';
import { beginsInTree, sourceAndTarget } from '../../contract/places.ts';

export const pgpVerify = defineAction({
  title: 'Verify with PGP',
  icon: 'badge-check',
  description:
    "Checks the signatures of files in the user's tree. Fails when one is missing or not good, so that what follows can be kept from running.",
  config: z
    .strictObject({
      files: field
        .list(
          z.strictObject({
            source: field.path({ title: 'File' }),
            signature: optionalPath({ title: 'Signature file', help: 'Empty: the file is a signed message itself.' }),
            target: optionalPath({ title: 'Content to', help: 'For signed messages: where the content goes. Empty: it is only checked.' }),
          }),
          { title: 'Files' },
        )
        .min(1, 'Name a file.'),
      signedBy: field
        .list(field.pgpKey({ title: 'Key', use: 'verify' }), {
          title: 'Signed by',
          help: 'Keys of Settings, PGP keys; a signature of one of them is enough.',
        })
        .default([]),
      signers: field
        .longTemplate({ title: 'Further public keys', help: 'Armoured, one after another; beside those that are kept.', more: true })
        .default(''),
      conflict: field
        .select(['replace', 'skip', 'fail', 'number'], {
          title: 'When the target exists',
          help: 'Number: the new file becomes "name (2)".',
        })
        .default('replace'),
      ...sourceAndTarget,
    })
    .refine((config) => config.signedBy.length > 0 || config.signers.trim() !== '', {
      error: 'Choose whose signature it has to have.',
      path: ['signedBy'],
    }),
  repeatSafe: (config) => config.conflict === 'replace' || config.conflict === 'skip' || config.files.every(({ target }) => target === ''),
  needsUser: beginsInTree,
  summarize: (config) => `verify ${config.files.map(({ source }) => source).join(', ')}`,
});

/** A path field that may be left empty. */
function optionalPath(described: { readonly title: string; readonly help: string }) {
  return z
    .string()
    .max(4096)
    .meta({ kind: 'path-template', ...described } satisfies FieldMeta)
    .default('');
}
