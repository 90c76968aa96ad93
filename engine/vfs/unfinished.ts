import type { Place, SessionContext } from './context.ts';
import type { Partials } from './partials.ts';

/**
 * The hidden file that a client sees under a final name which is not there yet: that of its account's upload in progress, with what has come so
 * far, or of one that broke off. Undefined where there is none, and for rules, which see whole files only.
 */
export function hiddenNameOf({ identity, services }: SessionContext, partials: Partials, { directory, key }: Place): string | undefined {
  if (identity.origin !== 'client') return undefined;
  const open = services.uploads.get(key);
  if (open?.accountId === identity.account.id) return open.hiddenName();
  const row = partials.find(identity.account.id, key);
  return row === undefined || directory.lstat(row.temporary) === undefined ? undefined : row.temporary;
}
