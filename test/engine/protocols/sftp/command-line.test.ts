import { expect, it } from 'vitest';
import { splitCommandLine } from '../../../../engine/protocols/sftp/command-line.ts';

it.each<[string, readonly string[] | null]>([
  ['', []],
  ['md5sum a', ['md5sum', 'a']],
  ['  md5sum\ta  b ', ['md5sum', 'a', 'b']],
  ["md5sum 'a b' c", ['md5sum', 'a b', 'c']],
  ['md5sum "a b"', ['md5sum', 'a b']],
  [String.raw`md5sum a\ b\'c`, ['md5sum', "a b'c"]],
  [String.raw`md5sum "a\"\\b\n"`, ['md5sum', String.raw`a"\b\n`]],
  ["md5sum 'it'\\''s'", ['md5sum', "it's"]],
  ["md5sum ''", ['md5sum', '']],
  ["md5sum '$(rm) ; | *'", ['md5sum', '$(rm) ; | *']],
  ['md5sum a#b~c ä', ['md5sum', 'a#b~c', 'ä']],
  ["md5sum 'a", null],
  ['md5sum "a', null],
  ['md5sum a\\', null],
  ['md5sum ~/a', null],
  ['md5sum a; rm b', null],
  ['md5sum a | cat', null],
  ['md5sum $HOME', null],
  ['md5sum "$HOME"', null],
  ['md5sum `id`', null],
  ['md5sum *', null],
  ['md5sum a > b', null],
  ['md5sum a\nrm b', null],
])('%j', (line, words) => {
  expect(splitCommandLine(line)).toEqual(words);
});
