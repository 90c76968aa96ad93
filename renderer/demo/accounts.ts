import { accountInputSchema, accountSettingsSchema, unsavedAccount } from '../../engine/contract/account.ts';
import { AppError } from '../../engine/contract/errors.ts';
import type { Output } from '../../engine/contract/rpc.ts';
import { effectiveAccount, exportAccounts, importAccounts, resetTransfers } from './groups.ts';
import type { DemoMethods } from './methods.ts';
import type { Office } from './office.ts';
import { iso } from './moments.ts';

type AccountMethods = Extract<keyof DemoMethods, `accounts.${string}`>;

const DAY_MS = 86_400_000;

/** The partners of the made-up office, and what is seen of them. */
export function demoAccounts(office: Office): Pick<DemoMethods, AccountMethods> {
  const { world } = office;
  return {
    'accounts.save': (input) => {
      const index = world.accounts.findIndex(({ username }) => username === input.username);
      const { password, publicKeys, ...given } = accountInputSchema.parse(input);
      const before = world.accounts[index];
      const saved: Output<'accounts.save'> = {
        ...accountSettingsSchema.parse({ username: input.username, home: input.username, permissions: { '/': ['*'] } }),
        ...unsavedAccount(iso(world.now)),
        id: world.accounts.length + 1,
        version: 1,
        ...before,
        ...(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as typeof given & {
          readonly username: string;
        }),
        publicKeys: publicKeys?.map(({ label, key }) => ({ label, key, fingerprint: 'SHA256:example' })) ?? before?.publicKeys ?? [],
        hasPassword: password !== undefined || (before?.hasPassword ?? false),
      } as Output<'accounts.save'>;
      if (index === -1) world.accounts.push(saved);
      else world.accounts[index] = saved;
      return saved;
    },
    'accounts.list': () => world.accounts.toSorted((one, other) => one.username.localeCompare(other.username)),
    'accounts.delete': ({ username }) => {
      const index = world.accounts.findIndex((account) => account.username === username);
      const [removed] = index === -1 ? [] : world.accounts.splice(index, 1);
      if (removed === undefined) throw new AppError('not_found');
      return removed;
    },
    'accounts.effective': ({ username }) => effectiveAccount(world, username),
    'accounts.resetTransfers': ({ username }) => resetTransfers(world, username),
    'accounts.export': ({ hashes }) => {
      if (hashes && office.confirmedUntil === null)
        throw new AppError('forbidden', 'Confirm with the console password first.', { field: 'hashes' });
      return exportAccounts(world);
    },
    'accounts.import': ({ file, replace }) => importAccounts(world, file, replace),
    'accounts.overview': () =>
      world.accounts.map(({ username, lastSignInAt, id }) => ({
        username,
        lastSeenAt: lastSignInAt,
        online: username === 'acme',
        filesIn7Days: lastSignInAt === null ? 0 : id * 11,
        filesOut7Days: lastSignInAt === null ? 0 : id * 3,
        failedSignIn:
          username === 'kestrel' ? { at: iso(world.now - 3_600_000), reason: 'wrong password', address: '216.160.83.56' } : null,
      })),
    'accounts.browse': ({ path }) => ({
      path,
      permissions: ['*'],
      entries:
        path === '/'
          ? ['inbox', 'orders', 'outbox'].map((name) => ({ name, kind: 'folder' as const, size: 0, modifiedAt: iso(world.now - DAY_MS) }))
          : [{ name: 'invoice-1044.pdf', kind: 'file' as const, size: 212_334, modifiedAt: iso(world.now - DAY_MS) }],
      truncated: false,
    }),
    'accounts.checkKey': ({ key }) => {
      if (key.includes('PRIVATE KEY'))
        throw new AppError(
          'invalid_input',
          'This is a private key. Keep it secret and paste the public one, which begins with ssh-ed25519 or ssh-rsa.',
          { field: 'key' },
        );
      const [type = '', blob = '', comment = ''] = key.trim().split(/\s+/);
      if (blob === '')
        throw new AppError('invalid_input', 'This is not a public key. It begins with ssh-ed25519, ecdsa-sha2 or ssh-rsa.', {
          field: 'key',
        });
      return { type, fingerprint: 'SHA256:2zTfWJ9Vq5a0Hq3bqT0Kq0X6C5o2p0m8rYvVYb1d9pE', comment };
    },
  };
}
