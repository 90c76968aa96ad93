/**
 * Shell patterns over virtual paths and names: `*` and `?` stay within one component, `[a-z]` and `[!a-z]` are classes, a component `**`
 * stands for any number of components, none included. Case counts. A pattern may be typed with backslashes; in the name of a file one is a
 * character like any other.
 *
 * Written here rather than taken from a package for two reasons: partners choose the names, so matching must take linear time per component
 * (a regular expression of `*_*_*_*` does not), and `(`, `{`, `!` or `+` in a file name have to stand for themselves.
 */
export type Glob = (components: readonly string[]) => boolean;

/** The pattern cannot be read; the message is a sentence for the person who typed it. */
export class GlobError extends Error {}

type Token = { readonly kind: 'text'; readonly code: number } | { readonly kind: 'any' } | { readonly kind: 'star' } | ClassToken;
type ClassToken = { readonly kind: 'class'; readonly inverse: boolean; readonly ranges: readonly (readonly [number, number])[] };
/** A literal, a test, or null for `**`. */
type Component = string | ((text: string) => boolean) | null;

/** Compiles a pattern. Throws GlobError when it is not one. */
export function compileGlob(pattern: string): Glob {
  const components = normalize(pattern.replaceAll('\\', '/'))
    .split('/')
    .map((component): Component => (component === '**' ? null : compileComponent(component)));
  const last = components.at(-1) ?? null;
  if (last === null) return (path) => matchComponents(components, path);
  // The last component decides most often, a file's ending for one, so it is looked at first.
  if (components.length === 1) return (path) => path.length === 1 && accepts(last, path[0] ?? '');
  return (path) => accepts(last, path[path.length - 1] ?? '') && matchComponents(components, path);
}

/** A path, name or user in the form that globs compare; split once however many patterns look at it. */
export function splitPath(path: string): readonly string[] {
  return path === '/' ? [''] : normalize(path).split('/');
}

/** The pattern, or a path to be matched, in its one form: no `/` at the end, composed Unicode. */
function normalize(text: string): string {
  const composed = text.normalize('NFC');
  return composed.length > 1 && composed.endsWith('/') ? composed.slice(0, -1) : composed;
}

/** Two pointers; after a mismatch the latest `**` takes one component more. Earlier ones need no second look. */
function matchComponents(pattern: readonly Component[], path: readonly string[]): boolean {
  let p = 0;
  let t = 0;
  let afterStars = -1;
  let resumeAt = 0;
  while (t < path.length) {
    const component = pattern[p];
    if (component === null) {
      afterStars = ++p;
      resumeAt = t;
    } else if (component !== undefined && accepts(component, path[t] ?? '')) {
      p++;
      t++;
    } else if (afterStars >= 0) {
      p = afterStars;
      t = ++resumeAt;
    } else {
      return false;
    }
  }
  while (pattern[p] === null) p++;
  return p === pattern.length;
}

function accepts(component: Exclude<Component, null>, text: string): boolean {
  return typeof component === 'string' ? component === text : component(text);
}

/** The forms that nearly every pattern has become a comparison of strings. */
function compileComponent(source: string): Exclude<Component, null> {
  const special = source.search(/[*?[]/);
  if (special < 0) return source;
  if (source === '*') return () => true;
  const rest = source.slice(1);
  if (source.startsWith('*') && !/[*?[]/.test(rest)) return (text) => text.endsWith(rest);
  if (special === source.length - 1 && source.endsWith('*')) {
    const start = source.slice(0, -1);
    return (text) => text.startsWith(start);
  }
  const tokens = tokenize(source);
  return (text) => matchTokens(tokens, text);
}

function matchTokens(tokens: readonly Token[], text: string): boolean {
  let k = 0;
  let t = 0;
  let afterStar = -1;
  let resumeAt = 0;
  while (t < text.length) {
    const code = text.codePointAt(t) ?? 0;
    const width = code > 0xffff ? 2 : 1;
    const token = tokens[k];
    if (token?.kind === 'star') {
      afterStar = ++k;
      resumeAt = t;
    } else if (token !== undefined && tokenAccepts(token, code)) {
      k++;
      t += width;
    } else if (afterStar >= 0) {
      k = afterStar;
      resumeAt += (text.codePointAt(resumeAt) ?? 0) > 0xffff ? 2 : 1;
      t = resumeAt;
    } else {
      return false;
    }
  }
  while (tokens[k]?.kind === 'star') k++;
  return k === tokens.length;
}

function tokenAccepts(token: Exclude<Token, { kind: 'star' }>, code: number): boolean {
  if (token.kind === 'any') return true;
  if (token.kind === 'text') return token.code === code;
  return token.ranges.some(([low, high]) => low <= code && code <= high) !== token.inverse;
}

function tokenize(source: string): Token[] {
  const characters = Array.from(source);
  const tokens: Token[] = [];
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i] ?? '';
    if (character === '*') {
      if (tokens.at(-1)?.kind !== 'star') tokens.push({ kind: 'star' });
    } else if (character === '?') {
      tokens.push({ kind: 'any' });
    } else if (character === '[') {
      const [token, end] = readClass(characters, i);
      tokens.push(token);
      i = end;
    } else {
      tokens.push({ kind: 'text', code: character.codePointAt(0) ?? 0 });
    }
  }
  return tokens;
}

/** The class that opens at `start`, and the position of its closing bracket. */
function readClass(characters: readonly string[], start: number): [ClassToken, number] {
  const inverse = characters[start + 1] === '!' || characters[start + 1] === '^';
  const first = start + (inverse ? 2 : 1);
  // A bracket in first place stands for itself, as in every shell.
  const end = characters.indexOf(']', first + 1);
  if (end < 0) throw new GlobError('The [ has no closing ]. To mean the character itself write [[].');
  const ranges: [number, number][] = [];
  for (let i = first; i < end; i++) {
    const low = characters[i]?.codePointAt(0) ?? 0;
    if (characters[i + 1] === '-' && i + 2 < end) {
      const high = characters[i + 2]?.codePointAt(0) ?? 0;
      if (high < low) throw new GlobError(`The range ${characters.slice(i, i + 3).join('')} runs backwards.`);
      ranges.push([low, high]);
      i += 2;
    } else {
      ranges.push([low, low]);
    }
  }
  return [{ kind: 'class', inverse, ranges }, end];
}
