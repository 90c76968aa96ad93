import { ValueError } from './errors.ts';
import { canonical, rawByte, rawByteOf } from './text.ts';

const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

const NAMED_ESCAPES: ReadonlyMap<number, string> = new Map([
  [7, '\\a'],
  [8, '\\b'],
  [9, '\\t'],
  [10, '\\n'],
  [11, '\\v'],
  [12, '\\f'],
  [13, '\\r'],
]);

/** Go's strconv.IsPrint: letters, marks, numbers, punctuation, symbols and the ASCII space. */
export function isPrintable(codePoint: number): boolean {
  if (codePoint < 0x7f) return codePoint >= 0x20;
  return codePoint <= 0x10ffff && PRINTABLE.test(String.fromCodePoint(codePoint));
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}

function escaped(codePoint: number, quote: string, asciiOnly: boolean): string {
  const char = String.fromCodePoint(codePoint);
  if (char === quote || char === '\\') return `\\${char}`;
  if ((!asciiOnly || codePoint < 0x80) && isPrintable(codePoint)) return char;
  const named = NAMED_ESCAPES.get(codePoint);
  if (named !== undefined) return named;
  if (codePoint < 0x20 || codePoint === 0x7f) return `\\x${hex(codePoint, 2)}`;
  return codePoint < 0x10000 ? `\\u${hex(codePoint, 4)}` : `\\U${hex(codePoint, 8)}`;
}

/** Go's strconv.Quote: the string as a double-quoted Go literal; `asciiOnly` escapes everything beyond ASCII. */
export function quoteString(text: string, asciiOnly = false): string {
  let quoted = '"';
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    const raw = rawByteOf(code);
    quoted += raw >= 0 ? `\\x${hex(raw, 2)}` : escaped(code, '"', asciiOnly);
  }
  return `${quoted}"`;
}

/** Go's strconv.QuoteRune; what is no character becomes U+FFFD. */
export function quoteRune(codePoint: number, asciiOnly = false): string {
  const valid = codePoint >= 0 && codePoint <= 0x10ffff && (codePoint < 0xd800 || codePoint > 0xdfff);
  return `'${escaped(valid ? codePoint : 0xfffd, "'", asciiOnly)}'`;
}

/** Go's strconv.CanBackquote: whether the string can stand unchanged between backquotes. */
export function canBackquote(text: string): boolean {
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    if (rawByteOf(code) >= 0 || code === 0xfeff || code === 0x60 || code === 0x7f || (code < 0x20 && code !== 9)) return false;
  }
  return true;
}

/** One element of a quoted literal: a code point, or a raw byte from `\\xNN` or `\\NNN`. */
interface QuotedElement {
  readonly value: number;
  readonly isByte: boolean;
  readonly next: number;
}

const SIMPLE_ESCAPES: ReadonlyMap<string, number> = new Map([
  ['a', 7],
  ['b', 8],
  ['t', 9],
  ['n', 10],
  ['v', 11],
  ['f', 12],
  ['r', 13],
  ['\\', 92],
]);

function readElement(literal: string, at: number, quote: string): QuotedElement {
  const code = literal.codePointAt(at) ?? 0;
  const char = String.fromCodePoint(code);
  if (char !== '\\') return { value: code, isByte: false, next: at + char.length };
  const letter = literal[at + 1] ?? '';
  const simple = SIMPLE_ESCAPES.get(letter);
  if (simple !== undefined) return { value: simple, isByte: false, next: at + 2 };
  if (letter === quote && letter !== '`') return { value: letter.charCodeAt(0), isByte: false, next: at + 2 };
  const digits = letter === 'x' ? 2 : letter === 'u' ? 4 : letter === 'U' ? 8 : 0;
  if (digits > 0) {
    const text = literal.slice(at + 2, at + 2 + digits);
    if (text.length !== digits || !/^[0-9a-fA-F]+$/.test(text))
      throw new ValueError(`The escape \\${letter} needs ${digits} hexadecimal digits.`);
    const value = Number.parseInt(text, 16);
    if (letter !== 'x' && (value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)))
      throw new ValueError(`\\${letter}${text} is not a character.`);
    return { value, isByte: letter === 'x', next: at + 2 + digits };
  }
  const octal = literal.slice(at + 1, at + 4);
  if (/^[0-7]{3}$/.test(octal)) {
    const value = Number.parseInt(octal, 8);
    if (value > 255) throw new ValueError(`\\${octal} is not a byte.`);
    return { value, isByte: true, next: at + 4 };
  }
  throw new ValueError(`There is no escape \\${letter}.`);
}

/** The text of a string literal with its quotes (`"…"` or backquotes), as Go's strconv.Unquote. Throws ValueError. */
export function unquoteString(literal: string): string {
  const inner = literal.slice(1, -1);
  if (literal.startsWith('`')) return inner.replaceAll('\r', '');
  let text = '';
  for (let at = 0; at < inner.length; ) {
    const element = readElement(inner, at, '"');
    text += element.isByte && element.value >= 0x80 ? rawByte(element.value) : String.fromCodePoint(element.value);
    at = element.next;
  }
  return canonical(text);
}

/** The value of a character constant with its quotes (`'a'`, `'\\n'`). Throws ValueError. */
export function unquoteRune(literal: string): number {
  if (literal === "''") throw new ValueError('A character constant holds one character.');
  const element = readElement(literal, 1, "'");
  if (literal.slice(element.next) !== "'") throw new ValueError(`A character constant holds one character, not ${literal}.`);
  return element.value;
}
