import { REPLACEMENT } from './text.ts';

/**
 * Go maps each letter to one letter. JavaScript maps some to several (ß → SS): those keep Go's single mapping, which is the
 * letter itself but for the ones listed here.
 */
const SINGLE_UPPER: ReadonlyMap<string, string> = new Map(
  // Greek letters with iota subscript have capitals of their own.
  [...[0x1f80, 0x1f90, 0x1fa0].flatMap((first) => Array.from({ length: 8 }, (_, i): [number, number] => [first + i, first + i + 8]))]
    .concat([
      [0x1fb3, 0x1fbc],
      [0x1fc3, 0x1fcc],
      [0x1ff3, 0x1ffc],
    ])
    .map(([small, capital]): [string, string] => [String.fromCodePoint(small), String.fromCodePoint(capital)]),
);
const SINGLE_LOWER: ReadonlyMap<string, string> = new Map([['\u0130', 'i']]);

function mapLetters(text: string, convert: (char: string) => string, singles: ReadonlyMap<string, string>): string {
  let mapped = '';
  for (const char of text) {
    if (!char.isWellFormed()) mapped += REPLACEMENT;
    else {
      const converted = convert(char);
      const isSingle = converted.length === char.length || Array.from(converted).length === 1;
      mapped += isSingle ? converted : (singles.get(char) ?? char);
    }
  }
  return mapped;
}

const ASCII = /^[\0-\x7f]*$/;

/** Go's strings.ToUpper. Raw bytes become U+FFFD. */
export function upperCase(text: string): string {
  return ASCII.test(text) ? text.toUpperCase() : mapLetters(text, (char) => char.toUpperCase(), SINGLE_UPPER);
}

/** Go's strings.ToLower. Raw bytes become U+FFFD. */
export function lowerCase(text: string): string {
  return ASCII.test(text) ? text.toLowerCase() : mapLetters(text, (char) => char.toLowerCase(), SINGLE_LOWER);
}
