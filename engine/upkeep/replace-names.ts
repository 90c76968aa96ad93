import { isIPv6 } from 'node:net';
import { redact } from '../lib/redact.ts';

export type Replaced = 'users' | 'addresses' | 'emails' | 'folders' | 'names';

/** What must not be seen, beside what is known by its form. */
export type Known = {
  /** User names of partners. */
  readonly users: readonly string[];
  /** Absolute paths, each with the words for it. */
  readonly folders: readonly (readonly [path: string, words: string])[];
  /** Names of the machine and the office. */
  readonly names: readonly string[];
};

const EMAIL = /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g;
const IPV4 = /\b(?:\d{1,3}\.){3}\d{1,3}\b/g;
/** What could be one; times and fingerprints have colons too. */
const IPV6 = /(?<![\w:])[0-9a-f:]*:[0-9a-f:]*(?![\w:])/gi;
/** What says nothing of anybody. */
const EVERYBODYS = new Set(['0.0.0.0', '127.0.0.1', '::1', '::']);

/**
 * Takes names, addresses and paths out of texts. The same name has the same number in all of them, so that what belongs together can
 * still be told. It goes by lists and forms: people read the result before they send it.
 */
export function createReplacer(known: Known): {
  readonly replace: (text: string) => string;
  readonly counts: ReadonlyMap<Replaced, number>;
} {
  const counts = new Map<Replaced, number>();
  const numbers = new Map<string, string>();

  const count = (what: Replaced): void => void counts.set(what, (counts.get(what) ?? 0) + 1);
  function numbered(what: Replaced, word: string, found: string): string {
    count(what);
    const key = `${what} ${found.toLowerCase()}`;
    const known = numbers.get(key);
    if (known !== undefined) return known;
    const used = [...numbers.keys()].filter((one) => one.startsWith(`${what} `)).length;
    const next = `<${word} ${used + 1}>`;
    numbers.set(key, next);
    return next;
  }

  // The longest first, so that no name leaves a part of a longer one standing.
  const longestFirst = <T>(list: readonly T[], text: (item: T) => string): T[] => [...list].sort((a, b) => text(b).length - text(a).length);
  const folders = longestFirst(known.folders, ([path]) => path).filter(([path]) => path.length > 1);
  const users = wordsOf(longestFirst(known.users, (name) => name));
  const names = wordsOf(longestFirst(known.names, (name) => name).filter((name) => name.length > 2 && name !== 'localhost'));

  return {
    counts,
    replace(text) {
      let out = redact(text);
      for (const [path, words] of folders) {
        out = out.replaceAll(path, () => {
          count('folders');
          return `<${words}>`;
        });
      }
      out = out.replace(EMAIL, (found) => numbered('emails', 'e-mail', found));
      const addresses = (found: string): string => (EVERYBODYS.has(found) ? found : numbered('addresses', 'address', found));
      out = out.replace(IPV4, addresses).replace(IPV6, (found) => (isIPv6(found) ? addresses(found) : found));
      if (users !== null) out = out.replace(users, (found) => numbered('users', 'user', found));
      if (names !== null) out = out.replace(names, (found) => numbered('names', 'name', found));
      return out;
    },
  };
}

/** Whole words only, in any case; null for an empty list. */
function wordsOf(names: readonly string[]): RegExp | null {
  const escaped = names.filter((name) => name !== '').map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return escaped.length === 0 ? null : new RegExp(`(?<![\\w<])(?:${escaped.join('|')})(?![\\w>])`, 'gi');
}
