import { z } from 'zod';
import { method, nothing } from '../method.ts';

/** How fetching certificates from an authority goes. */
export const acmeStateSchema = z.object({
  enabled: z.boolean(),
  /** An order runs now. */
  ordering: z.boolean(),
  /** One was fetched before. */
  fetched: z.boolean(),
  /** Names that were asked for last. */
  domains: z.array(z.string()),
  /** Why the last order failed; null when it did not. */
  error: z.string().nullable(),
  /** When it is tried again after a failure. */
  nextAttemptAt: z.string().nullable(),
});
export type AcmeState = z.infer<typeof acmeStateSchema>;

export const certificateMethods = {
  'certificate.acme': method({
    kind: 'query',
    permission: 'settings.read',
    title: 'How fetching the certificate from an authority (ACME) goes',
    input: nothing,
    output: acmeStateSchema,
  }),
  'certificate.order': method({
    kind: 'command',
    permission: 'settings.write',
    title: 'Fetch a certificate by ACME now, whatever the one in use',
    input: nothing,
    output: acmeStateSchema,
  }),
} as const;
