import type { StoredEvent } from '../../contract/event.ts';

/** What several triggers have in common. */

/** It came about. */
export const ok = (event: StoredEvent): boolean => event.outcome === 'ok';
/** What was done, as the log says it, such as `upload`. */
export const operation = (event: StoredEvent): unknown => event.info['operation'];
/** Sign-ins to the console and the sessions of file actions are no visits. */
export const isVisit = (event: StoredEvent): boolean => event.protocol !== null && event.origin === 'client';

/** What a partner does with a file or folder. */
export const FILE = {
  group: 'files',
  failures: 'never',
  sync: 'never',
  hasUser: true,
  hasPath: true,
  hasSize: true,
  hasTarget: false,
  hasClient: true,
  hasSession: true,
} as const;

/** What belongs to a partner's connection alone. */
export const SESSION = { ...FILE, group: 'sessions', hasPath: false, hasSize: false } as const;

/** What has nothing to do with a connection. */
export const RECORD = { ...SESSION, group: 'records', hasClient: false, hasSession: false } as const;
