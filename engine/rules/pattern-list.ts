import type { Pattern } from '../contract/rule.ts';
import { compileGlob, type Glob, splitPath } from '../lib/glob.ts';

/** A text as the trace shows it and as patterns compare it. */
export type Text = { readonly shown: string; readonly components: readonly string[] };

/** A value for a pattern to look at. */
export function text(value: string): Text;
export function text(value: string | null): Text | null;
export function text(value: string | null): Text | null {
  return value === null ? null : { shown: value, components: splitPath(value) };
}

/** A list as a trace shows it. */
export function describePatterns(list: readonly Pattern[]): string {
  return list.map(({ pattern, inverse }) => (inverse ? `not ${pattern}` : pattern)).join(', ');
}

function sortPatterns(list: readonly Pattern[]): { readonly positives: readonly Glob[]; readonly inverses: readonly Glob[] } {
  const positives: Glob[] = [];
  const inverses: Glob[] = [];
  for (const { pattern, inverse } of list) (inverse ? inverses : positives).push(compileGlob(pattern));
  return { positives, inverses };
}

/**
 * One pattern list as a function: no positives or any of them, and none of the inverse ones, whatever their order. Something absent
 * meets no positive pattern and violates no inverse one. Throws GlobError.
 */
export function compileList(list: readonly Pattern[]): (value: Text | null) => boolean {
  const { positives, inverses } = sortPatterns(list);
  return (value) => {
    if (value === null) return positives.length === 0;
    // Plain loops: this runs for every rule and every event.
    for (const glob of inverses) if (glob(value.components)) return false;
    for (const glob of positives) if (glob(value.components)) return true;
    return positives.length === 0;
  };
}

/** The same over several values, such as the groups of a user: one of them is enough, and none may be an inverse one. */
export function compileSeveral(list: readonly Pattern[]): (values: readonly Text[]) => boolean {
  const { positives, inverses } = sortPatterns(list);
  const isAny = (globs: readonly Glob[], values: readonly Text[]): boolean =>
    globs.some((glob) => values.some(({ components }) => glob(components)));
  return (values) => !isAny(inverses, values) && (positives.length === 0 || isAny(positives, values));
}
