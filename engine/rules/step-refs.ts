import { findAction } from '../actions/catalog.ts';
import { type FieldKind, mapFields } from '../contract/fields.ts';
import type { RuleStep } from '../contract/rule.ts';

type StepLike = Pick<RuleStep, 'action' | 'config'>;

/** Ids of the PGP keys that a step names; none for a step that is not complete. */
export function pgpKeysOf(step: StepLike): number[] {
  return leavesOf(step, 'pgp-key').map(Number);
}

/** Names of the virtual folders that a step acts in; none for a step that is not complete. */
export function foldersOf(step: StepLike): string[] {
  return leavesOf(step, 'folder')
    .map(String)
    .filter((name) => name !== '');
}

/** Whether a step acts in the virtual folder of this name, whatever its case. */
export function usesFolder(step: StepLike, name: string): boolean {
  return foldersOf(step).some((own) => own.toLowerCase() === name.toLowerCase());
}

function leavesOf({ action, config }: StepLike, wanted: FieldKind): unknown[] {
  const schema = findAction(action)?.config;
  const parsed = schema?.safeParse(config);
  if (schema === undefined || parsed?.success !== true) return [];
  const found: unknown[] = [];
  mapFields(schema, parsed.data, (leaf, { kind }) => {
    if (kind === wanted) found.push(leaf);
    return leaf;
  });
  return found;
}
