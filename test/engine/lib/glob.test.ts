import { expect, test } from 'vitest';
import { compileGlob, GlobError, splitPath } from '../../../engine/lib/glob.ts';

const matches = (pattern: string, path: string): boolean => compileGlob(pattern)(splitPath(path));

test.each<[pattern: string, yes: string[], no: string[]]>([
  ['/dir/**', ['/dir', '/dir/a', '/dir/a/b', '/dir/'], ['/dirname', '/', '/x/dir']],
  ['/**/*.txt', ['/a.txt', '/x/y/a.txt'], ['/a.txt/b', '/a.pdf']],
  ['/dir/**/*.txt', ['/dir/a.txt', '/dir/x/a.txt'], ['/dir', '/a.txt']],
  ['**', ['/', '/a', '/a/b', 'a'], []],
  ['/**', ['/', '/a', '/a/b'], []],
  ['/*', ['/a', '/.a'], ['/a/b']],
  ['/a/**/b/**/c', ['/a/b/c', '/a/x/b/y/z/c', '/a/b/b/c'], ['/a/c', '/a/b', '/b/c']],
  ['/**/a/**/a/**', ['/a/a', '/x/a/y/a/z'], ['/a', '/x/a/y']],
  ['/a**b', ['/ab', '/axxb'], ['/a/b']],
  ['a?c', ['abc', 'a😀c', 'a.c'], ['ac', 'abbc', 'a/c']],
  ['[a-c]x', ['ax', 'cx'], ['dx', 'x', '[a-c]x']],
  ['[!a-c]x', ['dx', '😀x'], ['ax']],
  ['[^a]', ['b'], ['a']],
  ['[]a]', [']', 'a'], ['b']],
  ['[a-]', ['a', '-'], ['b']],
  ['*a*b*', ['ab', 'xaxbx', 'aab'], ['ba', 'a']],
  ['*.tar.gz', ['x.tar.gz', '.tar.gz'], ['x.tar', 'xtar.gz']],
  ['(a|b)+{c,d}!@', ['(a|b)+{c,d}!@'], ['a', 'b', 'ac']],
  ['a.c', ['a.c'], ['abc']],
  ['$^', ['$^'], ['']],
  ['\\in\\*.txt', ['/in/a.txt'], ['/in\\a.txt', '\\in\\a.txt']],
])('%s', (pattern, yes, no) => {
  expect(yes.filter((path) => !matches(pattern, path))).toEqual([]);
  expect(no.filter((path) => matches(pattern, path))).toEqual([]);
});

test.each(['[', '[a', 'x[]', '[!]', '/[a/b]', '[z-a]'])('%s is not a pattern', (pattern) => {
  expect(() => compileGlob(pattern)).toThrow(GlobError);
});

test('names made to be slow are not', () => {
  const pattern = `${'*a'.repeat(60)}*b`;
  const glob = compileGlob(pattern);
  const stars = compileGlob(`/${'**/a/'.repeat(60)}b`);
  // A backtracking matcher would not come back from either within the test's time.
  expect(glob(['a'.repeat(255)])).toBe(false);
  expect(stars(['', ...Array.from({ length: 2000 }, () => 'a')])).toBe(false);
});
