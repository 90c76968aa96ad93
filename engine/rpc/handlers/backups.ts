import type { Backups } from '../../upkeep/backups.ts';
import type { Handlers } from '../dispatch.ts';

export function backupHandlers(backups: Backups): Pick<Handlers, 'backups.list' | 'backups.create'> {
  return {
    'backups.list': () => backups.list(),
    // Whoever has asked may go away; the backup is made all the same.
    'backups.create': (options) => backups.create(options, new AbortController().signal),
  };
}
