import type { Accounts } from '../accounts/service.ts';
import { AppError } from '../contract/errors.ts';
import type { Output } from '../contract/rpc.ts';
import { type Clock, isoTime } from '../lib/clock.ts';
import type { Reader } from '../store/reader.ts';
import { permissionsIn } from '../vfs/permissions.ts';
import type { FileStat, Session, SessionIdentity } from '../vfs/types.ts';

/** What administrators look at of accounts, beyond the record itself. */
export type AccountViews = {
  /** What happened lately, per account, in the order of their names. */
  overview(): Promise<Output<'accounts.overview'>>;
  /**
   * A folder with the account's own eyes and rights, read only and without a trace in the log. At most MOST_ENTRIES entries, folders first.
   * Rejects with `not_found` (no such account, or nothing there), `permission_denied` or `not_a_directory`.
   */
  browse(username: string, path: string): Promise<Output<'accounts.browse'>>;
};

const DAY_MS = 86_400_000;
const ACTIVE_DAYS = 7;
/** An older failure is no longer news. */
const FAILED_DAYS = 30;
export const MOST_ENTRIES = 1000;

export function createAccountViews(services: {
  readonly accounts: Pick<Accounts, 'get' | 'list'>;
  readonly openSession: (identity: SessionIdentity) => Promise<Session>;
  readonly sessions: () => readonly Session[];
  readonly reader: Reader;
  readonly clock: Clock;
}): AccountViews {
  const { accounts, reader, clock } = services;
  return {
    async overview() {
      const now = clock.now();
      const { activity, failed } = await reader.read('accounts.overview', now - ACTIVE_DAYS * DAY_MS, now - FAILED_DAYS * DAY_MS);
      const lately = new Map(activity.map((row) => [row.accountId, row]));
      const failures = new Map(failed.map((row) => [row.accountId, row]));
      const online = new Set(services.sessions().map(({ identity }) => identity.account.id));
      return accounts.list().map(({ id, username, lastSignInAt }) => {
        const row = lately.get(id);
        const failure = failures.get(id);
        const isNews = failure !== undefined && (lastSignInAt === null || failure.at > Date.parse(lastSignInAt));
        return {
          username,
          lastSeenAt: row === undefined ? lastSignInAt : isoTime(row.lastEventAt),
          online: online.has(id),
          filesIn7Days: row?.filesIn ?? 0,
          filesOut7Days: row?.filesOut ?? 0,
          failedSignIn: isNews ? { at: isoTime(failure.at), reason: failure.reason, address: failure.address } : null,
        };
      });
    },

    async browse(username, wanted) {
      const account = accounts.get(username);
      if (account === undefined)
        throw new AppError('not_found', 'There is no account of this name. See accounts.list.', { field: 'username' });
      const session = await services.openSession({
        account: { ...account, enabled: true },
        protocol: 'HTTP',
        address: null,
        client: null,
        method: 'browse',
        origin: 'console',
        causedBy: null,
      });
      try {
        const path = session.resolve(wanted);
        // Asked beforehand, since a listing that is refused would stand in the log as the partner's own attempt.
        const permissions = permissionsIn(account, path);
        if (!permissions.includes('*') && !permissions.includes('list'))
          throw new AppError('permission_denied', 'This partner may not see what is in this folder.', { field: 'path' });
        if ((await session.stat(path)).type !== 'directory') throw new AppError('not_a_directory', undefined, { field: 'path' });
        return { path, permissions: [...permissions], ...(await entriesOf(session, path)) };
      } finally {
        await session.close('browsed');
      }
    },
  };
}

async function entriesOf(session: Session, path: string): Promise<Pick<Output<'accounts.browse'>, 'entries' | 'truncated'>> {
  const listing = await session.list(path);
  try {
    const found = await listing.next(MOST_ENTRIES);
    const truncated = (await listing.next(1)).length > 0;
    const entries = found.map((entry) => ({
      name: entry.name,
      kind: kindOf(entry),
      size: entry.size,
      modifiedAt: isoTime(entry.mtimeMs),
    }));
    const rank = (entry: (typeof entries)[number]): number => (entry.kind === 'folder' ? 0 : 1);
    return { entries: entries.sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name)), truncated };
  } finally {
    listing.close();
  }
}

function kindOf({ type }: FileStat): 'file' | 'folder' | 'other' {
  if (type === 'file') return 'file';
  return type === 'directory' ? 'folder' : 'other';
}
