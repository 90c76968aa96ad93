import { describe, expect, it } from 'vitest';
import { isTemporary, nameKey, nameProblem, type Platform, resolveVirtual } from '../../../engine/vfs/names.ts';

const PLATFORMS: Platform[] = ['linux', 'darwin', 'win32'];

/** Name, then whether it may be used on Linux, macOS and Windows. */
const NAMES: [string, boolean, boolean, boolean][] = [
  ['invoice.pdf', true, true, true],
  ['Rechnung März.pdf', true, true, true],
  ['…', true, true, true],
  ['a b', true, true, true],
  ['"quoted" \'name\'', true, true, false],
  ['-rf', true, true, true],
  ['~', true, true, true],
  ['.hidden', true, true, true],
  ['日本語.txt', true, true, true],
  ['', false, false, false],
  ['.', false, false, false],
  ['..', false, false, false],
  ['a/b', false, false, false],
  ['nul\0byte', false, false, false],
  ['line\nbreak', false, false, false],
  ['tab\tstop', false, false, false],
  ['bell\x07', false, false, false],
  ['delete\x7f', false, false, false],
  ['lone \ud800 surrogate', false, false, false],
  ['x'.repeat(255), true, true, true],
  ['x'.repeat(256), false, false, false],
  ['é'.repeat(128), false, false, false],
  ['.gatehouse-0123456789abcdef.part', false, false, false],
  ['.GATEHOUSE-0123456789ABCDEF.PART', false, false, false],
  ['.gatehouse-short.part', true, true, true],
  ['back\\slash', true, true, false],
  ['C:', true, false, false],
  ['C:evil', true, false, false],
  ['file:stream', true, false, false],
  ['file::$DATA', true, false, false],
  ['con', true, true, false],
  ['CON', true, true, false],
  ['con.txt', true, true, false],
  ['con .txt', true, true, true],
  ['aux', true, true, false],
  ['nul.tar.gz', true, true, false],
  ['com1', true, true, false],
  ['com¹', true, true, false],
  ['com10', true, true, true],
  ['lpt9.doc', true, true, false],
  ['conin$', true, true, false],
  ['console', true, true, true],
  ['trailing.', true, true, false],
  ['trailing ', true, true, false],
  ['PROGRA~1', true, true, false],
  ['REPORT~2.PDF', true, true, false],
  ['long-name~1.txt', true, true, true],
  ['what?', true, true, false],
  ['star*', true, true, false],
  ['pipe|', true, true, false],
  ['<angle>', true, true, false],
];

describe('names', () => {
  it.each(NAMES)('%j is allowed on Linux %s, macOS %s, Windows %s', (name, ...allowed) => {
    expect(PLATFORMS.map((platform) => nameProblem(name, platform) === undefined)).toEqual(allowed);
  });

  it('says in a sentence why a name cannot be used', () => {
    expect(nameProblem('con', 'win32')).toMatch(/device/);
    expect(nameProblem('a\nb', 'linux')).toMatch(/control characters/);
  });

  it.each([
    ['case differs', 'Invoice.PDF', 'invoice.pdf', [false, true, true]],
    ['normalisation differs', 'Ma\u0308rz', 'März', [false, true, true]],
    ['nothing differs', 'same', 'same', [true, true, true]],
    ['other name', 'one', 'two', [false, false, false]],
  ])('two names are one file where the platform folds them: %s', (_what, one, other, same) => {
    expect(PLATFORMS.map((platform) => nameKey(one, platform) === nameKey(other, platform))).toEqual(same);
  });

  it('knows its own temporaries in any case', () => {
    expect(isTemporary('.gatehouse-0123456789abcdef.part')).toBe(true);
    expect(isTemporary('.Gatehouse-0123456789ABCDEF.part')).toBe(true);
    expect(isTemporary('gatehouse-0123456789abcdef.part')).toBe(false);
  });
});

describe('virtual paths', () => {
  it.each([
    ['/', '/', '/'],
    ['', '/', '/'],
    ['.', '/a', '/a'],
    ['b', '/a', '/a/b'],
    ['/b', '/a', '/b'],
    ['../b', '/a', '/b'],
    ['..', '/', '/'],
    ['../../../../etc/passwd', '/', '/etc/passwd'],
    ['/a/../../b', '/', '/b'],
    ['//a///b//', '/', '/a/b'],
    ['/a/./b/.', '/', '/a/b'],
    ['a/b/../c', '/x', '/x/a/c'],
  ])('%j from %j is %j', (path, base, resolved) => {
    expect(resolveVirtual(path, base, 'linux')).toBe(resolved);
  });

  it.each([['/a/\0'], ['/a\nb'], [`/${'x'.repeat(300)}`], [`/${'long/'.repeat(1000)}`], ['/a/.gatehouse-0123456789abcdef.part']])(
    'refuses %j with invalid_name',
    (path) => {
      expect(() => resolveVirtual(path, '/', 'linux')).toThrow(expect.objectContaining({ code: 'invalid_name' }) as Error);
    },
  );

  it.each([['C:\\Windows'], ['\\\\server\\share'], ['/..\\..\\secret'], ['/con/x']])('refuses %j on Windows', (path) => {
    expect(() => resolveVirtual(path, '/', 'win32')).toThrow(expect.objectContaining({ code: 'invalid_name' }) as Error);
  });
});
