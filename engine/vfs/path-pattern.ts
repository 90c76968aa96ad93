import { AppError } from '../contract/errors.ts';
import { compileGlob, type Glob, GlobError, splitPath } from '../lib/glob.ts';
import { baseOf, parentOf } from './names.ts';
import { statOrNull } from './placement.ts';
import { readFolder, type TreeEntry } from './tree.ts';
import type { FileTree } from './types.ts';

const WILDCARDS = /[*?[]/g;
const TEMPLATE_ACTION = /\{\{[\s\S]*?\}\}/g;
const BRANCHING_ACTION = /\{\{-?\s*(if|else|end|range|with|break|continue|define|block|template)\b/;

/** Whether the text that somebody typed for a path ends with a slash: it means what is in the folder. Values of placeholders do not count. */
export function meansContents(typed: string): boolean {
  return /[/\\]$/.test(typed);
}

/** Whether the last component that somebody typed holds a wildcard (`*`, `?`, `[`). Values of placeholders do not count. */
export function isPattern(typed: string): boolean {
  return countWildcards(lastComponent(typed)) > 0;
}

/**
 * What a path field leads to: the entry at `path`, or, where `typed` is a pattern, the entries of its folder that match, by name. `path` is
 * the rendered form of `typed`. Nothing there gives an empty list. Rejects with `action_failed` for a pattern that cannot be read, or whose
 * placeholders gave wildcards of their own: what partners name their files must not widen a pattern.
 */
export async function findEntries(session: FileTree, path: string, typed: string, signal: AbortSignal): Promise<TreeEntry[]> {
  if (!isPattern(typed)) {
    const stat = await statOrNull(session, path);
    return stat === null ? [] : [{ path, stat }];
  }
  const matches = compilePattern(baseOf(path), typed);
  const folder = parentOf(path);
  if ((await statOrNull(session, folder)) === null) return [];
  return (await readFolder(session, folder, signal)).filter(({ stat }) => matches(splitPath(stat.name)));
}

function compilePattern(rendered: string, typed: string): Glob {
  if (BRANCHING_ACTION.test(typed))
    throw new AppError('action_failed', `${typed} has a wildcard beside if, range or with. Use wildcards beside plain placeholders only.`);
  if (countWildcards(rendered) !== countWildcards(lastComponent(typed)))
    throw new AppError('action_failed', `A value in the pattern ${typed} has a wildcard of its own, so it was not used: ${rendered}.`);
  try {
    return compileGlob(rendered);
  } catch (error) {
    if (error instanceof GlobError) throw new AppError('action_failed', `The pattern ${typed} cannot be read. ${error.message}`);
    throw error;
  }
}

/** The last component of what was typed, with a space for each placeholder. */
function lastComponent(typed: string): string {
  const parts = typed.replace(TEMPLATE_ACTION, ' ').split(/[/\\]/);
  return parts.findLast((part) => part !== '') ?? '';
}

function countWildcards(text: string): number {
  return text.match(WILDCARDS)?.length ?? 0;
}
