import { Refusal } from './replies.ts';
import type { Registry } from './verb.ts';
import { checksumVerbs } from './verbs/checksums.ts';
import { dataPortVerbs } from './verbs/data-ports.ts';
import { fileVerbs } from './verbs/files.ts';
import { informationVerbs } from './verbs/information.ts';
import { listingVerbs } from './verbs/listings.ts';
import { parameterVerbs } from './verbs/parameters.ts';
import { securityVerbs } from './verbs/security.ts';
import { signInVerbs } from './verbs/sign-in.ts';
import { siteVerbs } from './verbs/site.ts';
import { transferVerbs } from './verbs/transfers.ts';

/** Every verb that the server understands; FEAT and HELP are made from it. */
export const REGISTRY: Registry = new Map(
  Object.entries({
    ...signInVerbs,
    ...securityVerbs,
    ...parameterVerbs,
    ...dataPortVerbs,
    ...fileVerbs,
    ...listingVerbs,
    ...checksumVerbs,
    ...transferVerbs,
    ...siteVerbs,
    ...informationVerbs(() => REGISTRY),
  }),
);

/** Verbs of RFC 959, 1639 and 2228 that are known but not offered. */
const NOT_OFFERED = new Set('SMNT LPRT LPSV ADAT MIC CONF ENC'.split(' '));

/** The reply to a verb that is not in the registry: 502 for one that exists somewhere, else 500. */
export function unknownVerb(verb: string): Refusal {
  if (NOT_OFFERED.has(verb)) return new Refusal(502, `${verb} is not offered here.`);
  return new Refusal(500, 'This command is not known. HELP lists those that are.');
}
