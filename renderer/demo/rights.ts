import { API_PERMISSIONS, type ApiPermission, type CallerRights, permissionsWithin } from '../../engine/contract/method.ts';

/** Of somebody who may do everything. */
export const EVERYTHING: CallerRights = { permissions: new Set(API_PERMISSIONS), role: null };

/** What the demo's address says of whoever looks: `role`, and `may` with permissions between commas; all of them without it. */
export function rightsOf(query: URLSearchParams): CallerRights {
  const role = query.get('role');
  const may = query.get('may')?.split(',');
  const given = API_PERMISSIONS.filter((permission: ApiPermission) => may?.includes(permission) ?? true);
  return { role, permissions: new Set(permissionsWithin(role, given)) };
}
