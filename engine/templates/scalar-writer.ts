import { formatFloat, type FloatVerb } from './float-format.ts';
import { type Budget } from './limits.ts';
import { canBackquote, isPrintable, quoteRune, quoteString } from './quote.ts';
import { runeCount, toBytes } from './text.ts';
import { type GoComplex, type GoInt } from './values.ts';

/** Flags, width and precision of one directive of a format. */
export interface Directive {
  minus: boolean;
  plus: boolean;
  sharp: boolean;
  space: boolean;
  zero: boolean;
  /** `%+v` and `%#v` are modes of their own; the plain flags are off in them. */
  plusV: boolean;
  sharpV: boolean;
  width: number | null;
  precision: number | null;
}

/** A directive without flags. */
export function plainDirective(): Directive {
  return { minus: false, plus: false, sharp: false, space: false, zero: false, plusV: false, sharpV: false, width: null, precision: null };
}

/**
 * Writes numbers and texts as Go's package fmt does, with the flags of `directive`. The methods for values tell whether they know
 * the verb, and write nothing when they do not.
 */
export class ScalarWriter {
  text = '';
  directive = plainDirective();
  readonly #budget: Budget;

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  write(text: string): void {
    this.text += text;
    this.#budget.size(this.text.length);
  }

  #padding(count: number): string {
    if (count <= 0) return '';
    this.#budget.size(count);
    return (this.directive.zero && !this.directive.minus ? '0' : ' ').repeat(count);
  }

  /** Writes with padding to the width. */
  pad(text: string): void {
    const { width, minus } = this.directive;
    const padding = width === null || width === 0 ? '' : this.#padding(width - runeCount(text));
    this.write(minus ? text + padding : padding + text);
  }

  #padWithSpaces(text: string): void {
    const { zero } = this.directive;
    this.directive.zero = false;
    this.pad(text);
    this.directive.zero = zero;
  }

  #truncated(text: string): string {
    const { precision } = this.directive;
    if (precision === null || precision >= text.length) return text;
    let end = 0;
    for (let runes = 0; runes < precision && end < text.length; runes++) end += (text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1;
    return text.slice(0, end);
  }

  /** A text cut to the precision and padded to the width. */
  plain(text: string): void {
    this.pad(this.#truncated(text));
  }

  bool(value: boolean, verb: string): boolean {
    if (verb !== 't' && verb !== 'v') return false;
    this.pad(String(value));
    return true;
  }

  string(text: string, verb: string): boolean {
    if (verb === 'q' || (verb === 'v' && this.directive.sharpV)) this.#quoted(text);
    else if (verb === 's' || verb === 'v') this.plain(text);
    else if (verb === 'x' || verb === 'X') this.hex(toBytes(text), verb);
    else return false;
    return true;
  }

  #quoted(text: string): void {
    const shown = this.#truncated(text);
    if (this.directive.sharp && canBackquote(shown)) this.pad(`\`${shown}\``);
    else this.pad(quoteString(shown, this.directive.plus));
  }

  /** Bytes as hexadecimal digits; with a space flag apart, with `#` prefixed. */
  hex(bytes: readonly number[], verb: 'x' | 'X'): void {
    const { precision, space, sharp, width, minus } = this.directive;
    const shown = precision === null ? bytes : bytes.slice(0, precision);
    this.#budget.size(shown.length * 2);
    const prefix = sharp && shown.length > 0 ? '0x' : '';
    const pairs = shown.map((byte) => byte.toString(16).padStart(2, '0'));
    let text = prefix + pairs.join(space ? ` ${prefix}` : '');
    if (verb === 'X') text = text.toUpperCase();
    const padding = this.#padding((width ?? 0) - text.length);
    this.write(minus ? text + padding : padding + text);
  }

  integer(int: GoInt, verb: string): boolean {
    const { value } = int;
    const { signed } = int.type;
    switch (verb) {
      case 'v':
        if (this.directive.sharpV && !signed) this.prefixed(value, true);
        else this.#digits(value, 10, verb, signed);
        return true;
      case 'd':
        this.#digits(value, 10, verb, signed);
        return true;
      case 'b':
        this.#digits(value, 2, verb, signed);
        return true;
      case 'o':
      case 'O':
        this.#digits(value, 8, verb, signed);
        return true;
      case 'x':
      case 'X':
        this.#digits(value, 16, verb, signed);
        return true;
      case 'c': {
        const isCharacter = value >= 0n && value <= 0x10ffffn && (value < 0xd800n || value > 0xdfffn);
        this.pad(String.fromCodePoint(isCharacter ? Number(value) : 0xfffd));
        return true;
      }
      case 'q':
        this.pad(quoteRune(value < 0n || value > 0x10ffffn ? 0xfffd : Number(value), this.directive.plus));
        return true;
      case 'U':
        this.#codePoint(BigInt.asUintN(64, value));
        return true;
      default:
        return false;
    }
  }

  /** A hexadecimal number that has its prefix whatever the `#` flag says. */
  prefixed(value: bigint, hasPrefix: boolean): void {
    const { sharp } = this.directive;
    this.directive.sharp = hasPrefix;
    this.#digits(value, 16, 'v', false);
    this.directive.sharp = sharp;
  }

  #digits(value: bigint, base: 2 | 8 | 10 | 16, verb: string, isSigned: boolean): void {
    const { width, precision, zero, minus, plus, space, sharp } = this.directive;
    const negative = isSigned && value < 0n;
    let digits = (negative ? -value : value).toString(base);
    if (precision === 0 && value === 0n) {
      this.write(' '.repeat(width ?? 0));
      return;
    }
    let least = precision ?? 0;
    if (precision === null && zero && !minus && width !== null) least = negative || plus || space ? width - 1 : width;
    this.#budget.size(least);
    digits = digits.padStart(least, '0');
    if (sharp && base === 2) digits = `0b${digits}`;
    if (sharp && base === 8 && !digits.startsWith('0')) digits = `0${digits}`;
    if (sharp && base === 16) digits = `0x${digits}`;
    if (verb === 'O') digits = `0o${digits}`;
    if (verb === 'X') digits = digits.toUpperCase();
    const sign = negative ? '-' : plus ? '+' : space ? ' ' : '';
    this.#padWithSpaces(sign + digits);
  }

  /** `U+0078`, with `#` also the character. */
  #codePoint(value: bigint): void {
    const { precision, sharp } = this.directive;
    this.#budget.size(precision ?? 0);
    let text = `U+${value
      .toString(16)
      .toUpperCase()
      .padStart(Math.max(4, precision ?? 0), '0')}`;
    const isSurrogate = value >= 0xd800n && value <= 0xdfffn;
    if (sharp && value <= 0x10ffffn && !isSurrogate && isPrintable(Number(value))) text += ` '${String.fromCodePoint(Number(value))}'`;
    this.#padWithSpaces(text);
  }

  float(value: number, verb: string): boolean {
    switch (verb) {
      case 'v':
        this.#floatText(value, 'g', -1, verb);
        return true;
      case 'b':
      case 'g':
      case 'G':
      case 'x':
      case 'X':
        this.#floatText(value, verb, -1, verb);
        return true;
      case 'f':
      case 'F':
        this.#floatText(value, 'f', 6, 'f');
        return true;
      case 'e':
      case 'E':
        this.#floatText(value, verb, 6, verb);
        return true;
      default:
        return false;
    }
  }

  #floatText(value: number, format: FloatVerb, defaultPrecision: number, verb: string): void {
    const { plus, space, zero, minus, width, sharp } = this.directive;
    const precision = this.directive.precision ?? defaultPrecision;
    this.#budget.size(precision);
    const formatted = formatFloat(value, format, precision);
    const signed = /^[+-]/.test(formatted);
    let sign = signed ? formatted.charAt(0) : '+';
    let body = signed ? formatted.slice(1) : formatted;
    if (space && sign === '+' && !plus) sign = ' ';
    if (body.startsWith('I') || body.startsWith('N')) {
      const shown = body.startsWith('N') && !space && !plus ? body : sign + body;
      this.#padWithSpaces(shown);
      return;
    }
    if (sharp && verb !== 'b') body = withPoint(body, verb, precision);
    if (!plus && sign === '+') this.pad(body);
    // The sign goes before the zeros.
    else if (zero && !minus && width !== null && width > body.length + 1) this.write(sign + this.#padding(width - body.length - 1) + body);
    else this.pad(sign + body);
  }

  complex(value: GoComplex, verb: string): boolean {
    if (!'vbgGxXfFeE'.includes(verb)) return false;
    const { plus } = this.directive;
    this.write('(');
    this.float(value.re, verb);
    this.directive.plus = true;
    this.float(value.im, verb);
    this.write('i)');
    this.directive.plus = plus;
    return true;
  }
}

/** What `#` asks of a float: a decimal point, and for `%g` the trailing zeros. */
function withPoint(body: string, verb: string, precision: number): string {
  const isHex = verb === 'x' || verb === 'X';
  const tailAt = body.search(isHex ? /[pP]/ : /[eEpP]/);
  const tail = tailAt < 0 ? '' : body.slice(tailAt);
  let head = tailAt < 0 ? body : body.slice(0, tailAt);
  let missing = 0;
  if ('vgGx'.includes(verb)) {
    missing = precision === -1 ? 6 : precision;
    let sawNonZero = false;
    for (const char of head) {
      if (char === '.') continue;
      if (char !== '0') sawNonZero = true;
      if (sawNonZero) missing--;
    }
  }
  if (!head.includes('.')) {
    if (head === '0') missing--;
    head += '.';
  }
  return head + '0'.repeat(Math.max(0, missing)) + tail;
}
