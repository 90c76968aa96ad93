import { AppError } from '../../engine/contract/errors.ts';
import { type PgpKey, pgpKeyName } from '../../engine/contract/pgp-key.ts';
import type { DemoMethods } from './methods.ts';
import { iso } from './moments.ts';
import type { World } from './world.ts';

const DAY_MS = 86_400_000;

/** The PGP keys of the made-up office; of an empty one, none. */
export function demoPgpKeys(world: World): Pick<DemoMethods, Extract<keyof DemoMethods, `pgpKeys.${string}`>> {
  const key = (id: number, holder: string, fingerprint: string, more: Partial<PgpKey> = {}): PgpKey => ({
    id,
    fingerprint,
    userIds: [holder],
    algorithm: 'ed25519Legacy',
    createdAt: iso(world.now - 400 * DAY_MS),
    expiresAt: null,
    revoked: false,
    encrypts: { until: null },
    signs: { until: null },
    hasPrivate: false,
    trouble: null,
    addedAt: iso(world.now - 90 * DAY_MS),
    version: 1,
    usedBy: [],
    ...more,
  });
  const expired = iso(world.now - 3 * DAY_MS);
  const keys: PgpKey[] =
    world.accounts.length === 0
      ? []
      : [
          key(1, 'Example Office <office@example.com>', '5B0E3D0C1F2A4E6B8D9C0A1B2C3D4E5F60718293', { hasPrivate: true }),
          key(2, 'Northwind Bank <transfer@bank.example.com>', 'A4C6E8F0B2D4A6C8E0F1D3B5A7C9E1F2D4B6A8C0', {
            expiresAt: iso(world.now + 200 * DAY_MS),
          }),
          key(3, 'Acme purchasing <edi@acme.example.com>', '0F1E2D3C4B5A69788796A5B4C3D2E1F00F1E2D3C', {
            expiresAt: expired,
            trouble: `The key of Acme purchasing <edi@acme.example.com> expired on ${expired.slice(0, 10)}. Ask for a newer one and import it.`,
          }),
        ];
  const find = (id: number): PgpKey => {
    const found = keys.find((known) => known.id === id);
    if (found === undefined) throw new AppError('not_found');
    return found;
  };
  const add = (holder: string, hasPrivate: boolean): PgpKey => {
    const id = Math.max(0, ...keys.map((known) => known.id)) + 1;
    const made = key(id, holder, id.toString(16).toUpperCase().padStart(40, 'C3D2'), { hasPrivate, addedAt: iso(world.now) });
    keys.push(made);
    return made;
  };
  return {
    'pgpKeys.list': () => keys.toSorted((one, other) => pgpKeyName(one).localeCompare(pgpKeyName(other))),
    'pgpKeys.import'({ key: text }) {
      if (!text.includes('-----BEGIN PGP')) throw new AppError('invalid_input', 'This holds no PGP key.', { field: 'key' });
      return [add('Imported key <partner@example.com>', text.includes('PRIVATE'))];
    },
    'pgpKeys.generate': ({ name, email }) => add(email === '' ? name : `${name} <${email}>`, true),
    'pgpKeys.export': ({ id }) => ({
      fileName: `${pgpKeyName(find(id))
        .replace(/[^\w@.-]+/g, ' ')
        .trim()}.asc`,
      key: 'a public key',
    }),
    'pgpKeys.delete'({ id }) {
      const found = find(id);
      keys.splice(keys.indexOf(found), 1);
      return found;
    },
  };
}
