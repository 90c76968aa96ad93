import type { FilePattern, Limits, Mount, SignInPolicy } from '../contract/access.ts';
import type { Account, AccountGroup } from '../contract/account.ts';
import type { GroupSettings } from '../contract/group.ts';

const DAY_MS = 86_400_000;
/** What an anonymous visitor may do, whatever else is stated. */
const ANONYMOUS: readonly string[] = ['list', 'download'];

/** A group as an account belongs to it. */
export type AppliedGroup = Pick<AccountGroup, 'type'> & { readonly settings: GroupSettings };

/**
 * The account with what its groups add; pure. What the account states itself goes first. Of the primary group it takes over each setting that
 * it does not state; of the primary and then the secondary ones, in their order, the directories that have no entry yet (permissions of
 * `/` from the primary only), mounts, patterns and refusals. Membership adds nothing. `%username%` and `%role%` are filled in.
 */
export function applyGroups(account: Account, groups: readonly AppliedGroup[]): Account {
  const fill = placeholders(account);
  const primary = groups.find(({ type }) => type === 'primary')?.settings;
  const sources = [
    ...(primary === undefined ? [] : [primary]),
    ...groups.filter(({ type }) => type === 'secondary').map(({ settings }) => settings),
  ];
  const permissions = mergePermissions(account.permissions, sources, primary, fill);
  return {
    ...account,
    home: fill(first(account.home, primary?.home, account.username)),
    startDirectory: fill(first(account.startDirectory, primary?.startDirectory)),
    expiresAt: account.expiresAt ?? groupExpiry(account, primary),
    quotaBytes: account.quotaBytes || (primary?.quotaBytes ?? 0),
    quotaFiles: account.quotaFiles || (primary?.quotaFiles ?? 0),
    limits: mergeLimits(account.limits, primary?.limits),
    signIn: mergeSignIn(account.signIn, primary?.signIn, sources),
    permissions: account.signIn.anonymous ? forVisitors(permissions) : permissions,
    patterns: byPath<FilePattern>(
      account.patterns,
      sources.flatMap(({ patterns }) => patterns),
      fill,
    ),
    folders: byPath<Mount>(
      account.folders,
      sources.flatMap(({ folders }) => folders),
      fill,
    ),
  };
}

/** Puts the account's own names in place of `%username%` and `%role%`; a role that it does not have leaves nothing. */
export function placeholders({ username, role }: Pick<Account, 'username' | 'role'>): (text: string) => string {
  return (text) => text.replaceAll('%username%', username).replaceAll('%role%', role ?? '');
}

function first(...texts: readonly (string | undefined)[]): string {
  return texts.find((text) => text !== undefined && text !== '') ?? '';
}

function groupExpiry(account: Account, primary: GroupSettings | undefined): string | null {
  if (primary === undefined || primary.expiresAfterDays === 0) return null;
  return new Date(Date.parse(account.createdAt) + primary.expiresAfterDays * DAY_MS).toISOString();
}

function mergeLimits(own: Limits, primary: Limits | undefined): Limits {
  if (primary === undefined) return own;
  const stated = Object.entries(own).filter(([, value]) => (Array.isArray(value) ? value.length > 0 : value !== 0));
  return { ...primary, ...Object.fromEntries(stated) };
}

function mergeSignIn(own: SignInPolicy, primary: GroupSettings['signIn'] | undefined, sources: readonly GroupSettings[]): SignInPolicy {
  const joined = <T>(mine: readonly T[], theirs: readonly T[]): T[] => [...new Set([...mine, ...theirs])];
  const either = <T>(mine: T[], theirs: T[] | undefined): T[] => (mine.length > 0 ? mine : (theirs ?? []));
  return {
    requireKey: own.requireKey || (primary?.requireKey ?? false),
    requirePasswordAndKey: own.requirePasswordAndKey || (primary?.requirePasswordAndKey ?? false),
    requireEncryption: own.requireEncryption || (primary?.requireEncryption ?? false),
    protocols: either(own.protocols, primary?.protocols),
    addresses: either(own.addresses, primary?.addresses),
    deniedAddresses: joined(
      own.deniedAddresses,
      sources.flatMap(({ signIn }) => signIn.deniedAddresses),
    ),
    deniedMethods: joined(
      own.deniedMethods,
      sources.flatMap(({ signIn }) => signIn.deniedMethods),
    ),
    anonymous: own.anonymous,
  };
}

function mergePermissions(
  own: Account['permissions'],
  sources: readonly GroupSettings[],
  primary: GroupSettings | undefined,
  fill: (text: string) => string,
): Account['permissions'] {
  const merged = new Map(Object.entries(own));
  for (const source of sources) {
    for (const [path, held] of Object.entries(source.permissions)) {
      const filled = fill(path);
      if (merged.has(filled) || (filled === '/' && source !== primary)) continue;
      merged.set(filled, held);
    }
  }
  return Object.fromEntries(merged);
}

function forVisitors(permissions: Account['permissions']): Account['permissions'] {
  const fewer = Object.entries(permissions).map(([path, held]) => {
    const all = held.includes('*') ? [...ANONYMOUS] : held.filter((permission) => ANONYMOUS.includes(permission));
    return [path, all];
  });
  return Object.fromEntries(fewer) as Account['permissions'];
}

/** The account's entries and those of its groups for other paths. */
function byPath<T extends { readonly path: string }>(own: readonly T[], theirs: readonly T[], fill: (text: string) => string): T[] {
  const merged = new Map(own.map((entry) => [entry.path, entry]));
  for (const entry of theirs) {
    const path = fill(entry.path);
    if (!merged.has(path)) merged.set(path, { ...entry, path });
  }
  return [...merged.values()];
}
