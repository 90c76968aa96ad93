import { z } from 'zod';

/** Signing in with a code that changes every 30 seconds, beside password or key. */

export const twoFactorStateSchema = z.object({
  /** `pending`: a secret was made, and no code shown yet; nothing is asked for. */
  state: z.enum(['off', 'pending', 'on']),
  recoveryCodesLeft: z.int(),
});
export type TwoFactorState = z.infer<typeof twoFactorStateSchema>;

/** A secret for an authenticator app, shown this once: as text, and as the address that a QR code holds. */
export const enrolmentSchema = z.object({ secret: z.string(), uri: z.string() });

export const codeText = z.string().trim().min(6, 'Enter the six digits.').max(32);
