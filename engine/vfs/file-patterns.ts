import type { FilePattern } from '../contract/access.ts';
import type { Account } from '../contract/account.ts';
import { compileGlob, type Glob, splitPath } from '../lib/glob.ts';
import { baseOf, parentOf } from './names.ts';

/** What may be done with a file of this name: everything that its directory allows, seen only, or not even that. */
export type Verdict = 'allowed' | 'blocked' | 'hidden';

type Compiled = { readonly allowed: readonly Glob[]; readonly denied: readonly Glob[] };

/** By entry: an account that was saved has new ones. */
const compiled = new WeakMap<FilePattern, Compiled>();

/** The entry in force in a directory: the nearest one, which replaces those above it. */
export function patternsIn({ patterns }: Pick<Account, 'patterns'>, directory: string): FilePattern | undefined {
  if (patterns.length === 0) return undefined;
  for (let path = directory; ; path = parentOf(path)) {
    const own = patterns.find((entry) => entry.path === path);
    if (own !== undefined || path === '/') return own;
  }
}

/**
 * What the patterns say of a file, by its name alone and whatever its case: allowed where an allowed pattern matches, else refused where a denied
 * one does, else allowed unless only some names are.
 */
export function verdictOn(account: Pick<Account, 'patterns'>, path: string): Verdict {
  const entry = patternsIn(account, parentOf(path));
  if (entry === undefined) return 'allowed';
  const { allowed, denied } = compile(entry);
  const name = splitPath(baseOf(path).toLowerCase());
  const matches = (globs: readonly Glob[]): boolean => globs.some((glob) => glob(name));
  if (matches(allowed) || (!matches(denied) && allowed.length === 0)) return 'allowed';
  return entry.hidden ? 'hidden' : 'blocked';
}

function compile(entry: FilePattern): Compiled {
  let known = compiled.get(entry);
  if (known === undefined) {
    const globs = (patterns: readonly string[]): Glob[] => patterns.map((pattern) => compileGlob(pattern.toLowerCase()));
    known = { allowed: globs(entry.allowed), denied: globs(entry.denied) };
    compiled.set(entry, known);
  }
  return known;
}
