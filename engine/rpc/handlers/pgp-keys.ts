import type { KeptPgpKey, PgpKey } from '../../contract/pgp-key.ts';
import { pgpKeyName } from '../../contract/pgp-key.ts';
import type { Rules } from '../../rules/index.ts';
import type { PgpKeys } from '../../settings/pgp-keys.ts';
import type { Handlers } from '../dispatch.ts';

type PgpKeyMethod = Extract<keyof Handlers, `pgpKeys.${string}`>;

export function pgpKeyHandlers(keys: PgpKeys, { library }: Pick<Rules, 'library'>): Pick<Handlers, PgpKeyMethod> {
  const withUsers = (key: KeptPgpKey): PgpKey => ({ ...key, usedBy: library.usersOfPgpKey(key.id) });
  return {
    'pgpKeys.list': () => keys.list().map(withUsers),
    'pgpKeys.import': async (input, call) => (await keys.import(input, call)).map(withUsers),
    'pgpKeys.generate': async (input, call) => withUsers(await keys.generate(input, call)),
    'pgpKeys.export'({ id }) {
      const key = keys.publicKey(id);
      const name = pgpKeyName(keys.find(id) ?? { userIds: [], fingerprint: String(id) });
      return { fileName: `${name.replace(/[^\p{L}\p{N}@._-]+/gu, ' ').trim()}.asc`, key };
    },
    'pgpKeys.delete': async ({ id }, call) => ({ ...(await keys.delete(id, library.usersOfPgpKey(id), call)), usedBy: [] }),
  };
}
