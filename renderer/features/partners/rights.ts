import type { Permission } from '../../../engine/contract/access.ts';
import { PERMISSIONS } from '../../../engine/contract/access.ts';
import { partnersText, RIGHT_WORDS } from '../../text/partners.ts';

type Right = Exclude<Permission, '*'>;

/** The rights that are offered at first; the others stand behind *More rights*. */
export const USUAL_RIGHTS: readonly Right[] = ['list', 'download', 'upload', 'overwrite', 'delete', 'rename', 'create_dirs'];

/** The rest, in the order of the contract. */
export const OTHER_RIGHTS: readonly Right[] = PERMISSIONS.filter((right): right is Right => right !== '*' && !USUAL_RIGHTS.includes(right));

/** `delete` and `rename` hold both of their halves, `*` everything. */
const HALVES: Readonly<Partial<Record<Right, readonly Right[]>>> = {
  delete: ['delete_files', 'delete_dirs'],
  rename: ['rename_files', 'rename_dirs'],
};

/** Whether a set of permissions includes a right, by itself or through a wider one. */
export function includesRight(permissions: readonly Permission[], right: Right): boolean {
  return (
    permissions.includes('*') ||
    permissions.includes(right) ||
    Object.entries(HALVES).some(([whole, halves]) => halves.includes(right) && permissions.includes(whole as Right))
  );
}

/** The set with one right more or less. Taking one from `*` leaves all others; switching a whole on drops its halves. */
export function withRight(permissions: readonly Permission[], right: Right, on: boolean): Permission[] {
  const spelled = permissions.includes('*') ? PERMISSIONS.filter((other) => other !== '*' && !isHalf(other)) : [...permissions];
  if (on) {
    const halves = HALVES[right] ?? [];
    return [...spelled.filter((other) => other !== right && !halves.includes(other as Right)), right];
  }
  const whole = Object.entries(HALVES).find(([name, halves]) => halves.includes(right) && spelled.includes(name as Right));
  const otherHalf = whole?.[1].find((half) => half !== right);
  return [...spelled.filter((other) => other !== right && other !== whole?.[0]), ...(otherHalf === undefined ? [] : [otherHalf])];
}

function isHalf(permission: Permission): boolean {
  return Object.values(HALVES).some((halves) => halves.includes(permission as Right));
}

/** The set in plain words: "see names, download". */
export function rightsInWords(permissions: readonly Permission[]): string {
  if (permissions.includes('*')) return partnersText.folders.everything.toLowerCase();
  const words = permissions.filter((permission): permission is Right => permission !== '*').map((right) => RIGHT_WORDS[right]);
  return words.length === 0 ? partnersText.browse.nothing : words.join(', ');
}
