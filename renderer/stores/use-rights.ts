import type { ApiPermission } from '../../engine/contract/method.ts';
import type { Method } from '../../engine/contract/rpc.ts';
import type { Section } from '../routes.ts';
import { useQuery } from './use-query.ts';

/** What a section of the console is nothing without. */
export const SECTION_NEEDS: Readonly<Record<Section, Method>> = {
  home: 'server.status',
  activity: 'activity.list',
  partners: 'accounts.list',
  rules: 'rules.list',
  settings: 'settings.get',
};

/** What a page of Settings needs beside them. */
export const SETTINGS_NEEDS: Readonly<Record<string, Method>> = { keys: 'pgpKeys.list', backup: 'backups.list' };

/**
 * What whoever uses this console may do, as the engine says: the one place by which pages and buttons are offered. Until that is known,
 * everything is offered: the engine decides anyway.
 */
export function useRights(): {
  /** For what he can give to others; whether he may do something himself, `calls` says. */
  readonly may: (permission: ApiPermission) => boolean;
  readonly calls: (method: Method) => boolean;
  readonly opens: (section: Section) => boolean;
  /** The role whose partners are all that he sees; null: no role, everything. */
  readonly role: string | null;
} {
  const session = useQuery('console.session', {}).data;
  const calls = (method: Method): boolean => session?.methods.includes(method) ?? true;
  return {
    may: (permission) => session?.permissions.includes(permission) ?? true,
    calls,
    opens: (section) => calls(SECTION_NEEDS[section]),
    role: session?.role ?? null,
  };
}
