import { z } from 'zod';
import { method, nothing } from '../method.ts';

const passphrase = z.string().min(1, 'Enter the recovery passphrase.').max(1024);

const secretsState = z.object({
  /** `locked`: nothing at hand opens their key; stored passwords can be neither used nor saved. */
  state: z.enum(['open', 'locked']),
  /** What opens the key: `file` (whoever can read the data folder), `desktop` (the machine's key store), `passphrase`. */
  protectedBy: z.array(z.string()),
  passphraseSet: z.boolean(),
  /** What to know and do, in words; null when all is well. */
  trouble: z.string().nullable(),
});

/** The key that seals the stored passwords, and the passphrase that brings it back. Nothing here can be read out again. */
export const secretsMethods = {
  'secrets.get': method({
    kind: 'query',
    permission: 'settings.read',
    title: 'Whether the stored secrets can be used, and what protects their key',
    input: nothing,
    output: secretsState,
  }),
  'secrets.setPassphrase': method({
    kind: 'command',
    permission: 'machine',
    title: 'Set or change the recovery passphrase; a console has to give the present one where there is one',
    input: z.strictObject({
      passphrase: z.string().min(12, 'Use at least 12 characters.').max(1024),
      current: passphrase.optional(),
    }),
    output: secretsState,
  }),
  'secrets.recover': method({
    kind: 'command',
    permission: 'machine',
    title: 'Unlock the stored secrets with the recovery passphrase, here and for later starts of this kind',
    input: z.strictObject({ passphrase }),
    output: secretsState,
  }),
  'secrets.startOver': method({
    kind: 'command',
    permission: 'machine',
    title: 'Give up locked secrets: a new key is made, the old one kept beside it; all secrets have to be entered again',
    input: nothing,
    output: secretsState,
  }),
} as const;
