import type { PgpKeyLookup } from '../actions/runner.ts';
import { AppError } from '../contract/errors.ts';
import { type PgpUse, pgpUseTrouble } from '../contract/pgp-key.ts';
import type { Mask } from './mask.ts';
import type { RulesServices } from './services.ts';

/** The keys as an action gets them: judged anew, since they may have expired after the rule was saved, and their secrets masked in the trace. */
export function pgpKeysFor({ pgpKeys, clock }: Pick<RulesServices, 'pgpKeys' | 'clock'>, mask: Mask): PgpKeyLookup {
  function require(id: number, use: PgpUse): void {
    const key = pgpKeys.find(id);
    const trouble = key === undefined ? `There is no PGP key ${id} any more. Edit the rule.` : pgpUseTrouble(key, use, clock.now());
    if (trouble !== null) throw new AppError('action_failed', trouble);
  }
  return {
    publicKey(id, use) {
      require(id, use);
      return pgpKeys.publicKey(id);
    },
    privateKey(id, use) {
      require(id, use);
      const texts = pgpKeys.privateKey(id);
      mask.add(texts.privateKey);
      mask.add(texts.passphrase);
      return texts;
    },
  };
}
