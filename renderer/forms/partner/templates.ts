import type { Permission } from '../../../engine/contract/access.ts';

/** What a new partner comes for. Every template lets clients work as they do: WinSCP renames what it has uploaded and sets its time. */
export const PARTNER_TEMPLATES = {
  'drop-off': ['list', 'upload', 'rename', 'create_dirs', 'chtimes'],
  'pick-up': ['list', 'download'],
  both: ['*'],
} as const satisfies Record<string, readonly Permission[]>;
export type PartnerTemplate = keyof typeof PARTNER_TEMPLATES;

/** The template that gives exactly these permissions; null for any other set. */
export function templateOf(permissions: readonly Permission[]): PartnerTemplate | null {
  const names = Object.keys(PARTNER_TEMPLATES) as PartnerTemplate[];
  return names.find((name) => sameSet(PARTNER_TEMPLATES[name], permissions)) ?? null;
}

function sameSet(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((item) => other.includes(item));
}
