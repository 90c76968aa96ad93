import { z } from 'zod';
import { method } from '../method.ts';
import { codeText, enrolmentSchema, twoFactorStateSchema } from '../two-factor.ts';

const ofAccount = z.strictObject({ username: z.string() });

export const twoFactorMethods = {
  'twoFactor.get': method({
    kind: 'query',
    permission: 'accounts.read',
    withinRole: true,
    title: 'Whether this account needs a code at the sign-in, and how many recovery codes are left',
    input: ofAccount,
    output: twoFactorStateSchema,
  }),
  'twoFactor.enrol': method({
    kind: 'command',
    permission: 'accounts.write',
    withinRole: true,
    title: 'Make a new secret for an authenticator app; it counts once it is confirmed',
    input: ofAccount,
    output: enrolmentSchema,
  }),
  'twoFactor.confirm': method({
    kind: 'command',
    permission: 'accounts.write',
    withinRole: true,
    title: 'Switch it on with a first code; the recovery codes are shown this once',
    input: ofAccount.extend({ code: codeText }),
    output: z.object({ recoveryCodes: z.array(z.string()) }),
  }),
  'twoFactor.remove': method({
    kind: 'command',
    permission: 'accounts.write',
    withinRole: true,
    title: 'Switch it off and forget the secret',
    input: ofAccount,
    output: twoFactorStateSchema,
  }),
} as const;
