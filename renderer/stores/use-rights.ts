import type { ApiPermission } from '../../engine/contract/method.ts';
import type { Section } from '../routes.ts';
import { useQuery } from './use-query.ts';

/** What a section of the console is nothing without. */
const NEEDED: Readonly<Record<Section, ApiPermission>> = {
  home: 'status',
  activity: 'events.read',
  partners: 'accounts.read',
  rules: 'rules.read',
  settings: 'settings.read',
};

/** What whoever uses this console may do. Until that is known, everything is offered: the engine decides anyway. */
export function useRights(): {
  readonly may: (permission: ApiPermission) => boolean;
  readonly opens: (section: Section) => boolean;
  /** The role whose partners are all that he sees; null: no role, everything. */
  readonly role: string | null;
} {
  const session = useQuery('console.session', {}).data;
  const permissions = session?.permissions;
  const may = (permission: ApiPermission): boolean => permissions?.includes(permission) ?? true;
  return { may, opens: (section) => may(NEEDED[section]), role: session?.role ?? null };
}
