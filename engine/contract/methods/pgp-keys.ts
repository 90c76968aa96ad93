import { z } from 'zod';
import { byId, method, nothing } from '../method.ts';
import { pgpKeySchema } from '../pgp-key.ts';

const passphrase = z.string().max(1024).default('');

export const pgpKeysMethods = {
  'pgpKeys.list': method({
    kind: 'query',
    permission: 'rules.read',
    title: 'Keys that rules can encrypt, decrypt, sign and verify with, by name',
    input: nothing,
    output: z.array(pgpKeySchema),
  }),
  'pgpKeys.import': method({
    kind: 'command',
    permission: 'rules.write',
    title: 'Take in keys, public or private; what is known already is brought up to date',
    input: z.strictObject({
      key: z
        .string()
        .min(1, 'Enter the key.')
        .max(2_000_000)
        .meta({ title: 'Armoured keys, one after another, or the base64 form of binary ones' }),
      passphrase: passphrase.meta({ title: 'Opens the private keys; kept sealed and never shown. Empty for keys without one' }),
    }),
    output: z.array(pgpKeySchema),
  }),
  'pgpKeys.generate': method({
    kind: 'command',
    permission: 'rules.write',
    title: 'Make a key pair of our own',
    input: z.strictObject({
      name: z
        .string()
        .trim()
        .min(1, 'Enter whose key it is.')
        .max(255)
        .regex(/^[^<>\n\r]*$/, 'Leave out < and >.'),
      email: z.union([z.literal(''), z.email('Enter a mail address, or leave it empty.').max(255)]).default(''),
      passphrase: passphrase.meta({ title: 'Protects the exported private key too; kept sealed and never shown' }),
      type: z.enum(['ecc', 'rsa']).default('ecc').meta({ title: 'ecc: Curve25519; rsa: 4096 bits, for old programs' }),
      days: z.int().min(1).max(36_500).optional().meta({ title: 'How long it is valid; for ever by default' }),
    }),
    output: pgpKeySchema,
  }),
  'pgpKeys.export': method({
    kind: 'query',
    permission: 'rules.read',
    title: 'The public half of a key, armoured, for partners',
    input: byId,
    output: z.object({ fileName: z.string(), key: z.string() }),
  }),
  'pgpKeys.delete': method({
    kind: 'command',
    permission: 'rules.write',
    title: 'Delete a key with its private half; refused while a rule or flow uses it',
    input: byId,
    output: pgpKeySchema,
  }),
} as const;
