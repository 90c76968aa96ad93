import type { Account } from '../../../engine/contract/account.ts';
import type { StoredEvent } from '../../../engine/contract/event.ts';

/**
 * Where the file of an event stands on the machine: exchange folder, home of its partner, virtual path. Null for events without a file
 * that could still be there. The exchange folder decides how the parts are joined.
 */
export function realPathOf(event: StoredEvent, exchangeFolder: string, accounts: readonly Pick<Account, 'id' | 'home'>[]): string | null {
  const home = accounts.find(({ id }) => id === event._user?._id)?.home;
  const path = event.info['operation'] === 'rename' ? event.target_path : event.path;
  if (home === undefined || path === null || event.type === 'OBJECT_DELETE' || event.outcome !== 'ok') return null;
  const backslash = exchangeFolder.includes('\\');
  const isAbsolute = home.startsWith('/') || /^[a-z]:[\\/]|^\\\\/i.test(home);
  const joined = `${isAbsolute ? home : `${exchangeFolder}/${home}`}${path.startsWith('/') ? '' : '/'}${path}`;
  return backslash ? joined.replaceAll('/', '\\') : joined;
}
