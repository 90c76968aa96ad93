import type { Registry } from './verb.ts';
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
    ...transferVerbs,
    ...siteVerbs,
    ...informationVerbs(() => REGISTRY),
  }),
);
