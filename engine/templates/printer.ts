import { MONTHS, WEEKDAYS } from './calendar.ts';
import { sortedEntries } from './collate.ts';
import { formatFloat, type FloatVerb } from './float-format.ts';
import { type Budget } from './limits.ts';
import { canBackquote, isPrintable, quoteRune, quoteString } from './quote.ts';
import { fromBytes, runeCount, toBytes } from './text.ts';
import { timeSource, timeText } from './time-layout.ts';
import { YEAR_ONE, durationText } from './time.ts';
import { ANY, BYTES, INT64, UINT64, pointerTo, structType, type GoType } from './types.ts';
import { GoComplex, GoInt, GoMap, GoPointer, GoSlice, GoStruct, GoTime, bytesOf, identityOf, typeOf, type GoValue } from './values.ts';

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

/** What the String method of a value gives; null for values without one. */
export function stringMethod(value: GoValue): string | null {
  if (value instanceof GoTime) return timeText(value);
  if (value instanceof GoInt) {
    switch (value.type.name) {
      case 'time.Duration':
        return durationText(value.value);
      case 'time.Month':
        return MONTHS[Number(value.value) - 1] ?? `%!Month(${value.value})`;
      case 'time.Weekday':
        return WEEKDAYS[Number(value.value)] ?? `%!Weekday(${value.value})`;
      default:
        return null;
    }
  }
  return typeof value === 'object' && value !== null && 'offsetAt' in value ? value.name : null;
}

const LOCATION_STRUCT = structType('time.Location', []);
const LOCATION_POINTER = pointerTo(LOCATION_STRUCT);
/** The fields of Go's time.Time, which verbs that know no time print. */
const TIME_STRUCT = structType('time.Time', [
  { name: 'wall', type: UINT64 },
  { name: 'ext', type: INT64 },
  { name: 'loc', type: LOCATION_POINTER },
]);

function timeWords(time: GoTime): GoStruct {
  const zone = time.zone.name === 'UTC' && !time.zone.isLocal ? null : new GoStruct(LOCATION_STRUCT, []);
  return new GoStruct(TIME_STRUCT, [
    new GoInt(UINT64, BigInt(time.nanos)),
    new GoInt(INT64, BigInt.asIntN(64, time.unix + YEAR_ONE)),
    new GoPointer(LOCATION_POINTER, zone),
  ]);
}

/** Writes values as Go's package fmt does. `directive` is that of the verb being written. */
export class Printer {
  text = '';
  directive = plainDirective();
  readonly #budget: Budget;
  /** While a wrong verb is reported, String methods are not called. */
  #reportsBadVerb = false;

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  write(text: string): void {
    this.text += text;
    this.#budget.size(this.text.length);
  }

  /** One operand with a verb, as `Printf` would. */
  printOperand(value: GoValue, verb: string): void {
    this.#budget.step();
    const type = typeOf(value);
    if (type === null) {
      if (verb === 'T' || verb === 'v') this.#pad('<nil>');
      else this.write(`%!${verb}(<nil>)`);
      return;
    }
    if (verb === 'T') return void this.#pad(this.#truncated(type.name));
    if (verb === 'p') return void this.#pointer(value, type, verb);
    this.#print(value, verb, 0);
  }

  #badVerb(value: GoValue, verb: string): void {
    this.#reportsBadVerb = true;
    const type = typeOf(value);
    this.write(`%!${verb}(`);
    if (type === null) this.write('<nil>');
    else {
      this.write(`${type.name}=`);
      this.#print(value, 'v', 0);
    }
    this.write(')');
    this.#reportsBadVerb = false;
  }

  /** Writes through the value's own methods; false when it has none for this verb. */
  #method(value: GoValue, verb: string): boolean {
    if (this.#reportsBadVerb || typeof value !== 'object' || value === null) return false;
    const isSimple = value instanceof GoInt && !value.type.name.startsWith('time.');
    if (isSimple || value instanceof GoComplex || (value instanceof GoSlice && value.type.name === BYTES.name)) return false;
    if (verb === 'w') {
      this.#badVerb(value, verb);
      return true;
    }
    if (this.directive.sharpV) {
      if (!(value instanceof GoTime)) return false;
      this.#pad(this.#truncated(timeSource(value)));
      return true;
    }
    if (!'vsxXq'.includes(verb)) return false;
    const text = stringMethod(value);
    if (text === null) return false;
    this.#string(text, verb);
    return true;
  }

  #print(value: GoValue, verb: string, depth: number): void {
    this.#budget.depth(depth);
    if (depth > 0) this.#budget.step();
    if (this.#method(value, verb)) return;
    if (typeof value === 'string') return void this.#string(value, verb);
    if (typeof value === 'number') return void this.#float(value, verb, value);
    if (typeof value === 'boolean') return void (verb === 't' || verb === 'v' ? this.#pad(String(value)) : this.#badVerb(value, verb));
    if (value === null || value === undefined) return void this.#nil();
    if (value instanceof GoInt) return void this.#integer(value, verb);
    if (value instanceof GoComplex) return void this.#complex(value, verb);
    if (value instanceof GoSlice) return void this.#slice(value, verb, depth);
    if (value instanceof GoMap) return void this.#map(value, verb, depth);
    if (value instanceof GoStruct) return void this.#struct(value, verb, depth);
    if (value instanceof GoTime) return void this.#struct(timeWords(value), verb, depth);
    if (value instanceof GoPointer && value.target !== null && depth === 0) {
      this.write('&');
      return void this.#print(value.target, verb, depth + 1);
    }
    this.#pointer(value, typeOf(value) ?? ANY, verb);
  }

  /** A nil inside an `any`. */
  #nil(): void {
    this.write(this.directive.sharpV ? 'interface {}(nil)' : '<nil>');
  }

  // Containers -----------------------------------------------------------------------------------------------------------

  #slice(slice: GoSlice, verb: string, depth: number): void {
    const isBytes = slice.type.name === BYTES.name;
    if (isBytes && 'sqxX'.includes(verb)) return void this.#bytes(slice, verb);
    const { sharpV } = this.directive;
    if (sharpV) {
      this.write(isBytes && depth === 0 && 'vd'.includes(verb) ? '[]byte' : slice.type.name);
      if (slice.isNil) return void this.write('(nil)');
    }
    this.write(sharpV ? '{' : '[');
    for (let i = 0; i < slice.length; i++) {
      if (i > 0) this.write(sharpV ? ', ' : ' ');
      this.#print(slice.at(i), verb, depth + 1);
    }
    this.write(sharpV ? '}' : ']');
  }

  #map(map: GoMap, verb: string, depth: number): void {
    const { sharpV } = this.directive;
    if (sharpV) {
      this.write(map.type.name);
      if (map.isNil) return void this.write('(nil)');
    }
    this.write(sharpV ? '{' : 'map[');
    sortedEntries(map).forEach(([key, value], i) => {
      if (i > 0) this.write(sharpV ? ', ' : ' ');
      this.#print(key, verb, depth + 1);
      this.write(':');
      this.#print(value, verb, depth + 1);
    });
    this.write(sharpV ? '}' : ']');
  }

  #struct(struct: GoStruct, verb: string, depth: number): void {
    const { sharpV, plusV } = this.directive;
    if (sharpV) this.write(struct.type.name);
    this.write('{');
    struct.type.fields.forEach((field, i) => {
      if (i > 0) this.write(sharpV ? ', ' : ' ');
      if (sharpV || plusV) this.write(`${field.name}:`);
      this.#print(struct.values[i], verb, depth + 1);
    });
    this.write('}');
  }

  /** An address. Values here have none; a number of their own stands for it. */
  #pointer(value: GoValue, type: GoType, verb: string): void {
    if (typeof value !== 'object' || value === null || !(['slice', 'map', 'pointer', 'location'] as string[]).includes(type.kind)) {
      return void this.#badVerb(value, verb);
    }
    const isNil = value instanceof GoPointer ? value.target === null : (value instanceof GoSlice || value instanceof GoMap) && value.isNil;
    const target = value instanceof GoPointer ? (value.target ?? value) : value;
    const address = isNil ? 0n : 0xc000000000n + BigInt(identityOf(target)) * 16n;
    const { sharp, sharpV } = this.directive;
    if (verb === 'v' && sharpV) {
      this.write(`(${type.name})(`);
      if (isNil) this.write('nil');
      else this.#prefixed(address, true);
      this.write(')');
    } else if (verb === 'v' && isNil) this.#pad('<nil>');
    else if (verb === 'v' || verb === 'p') this.#prefixed(address, !sharp);
    else if ('bodxX'.includes(verb)) this.#integer(new GoInt(UINT64, address), verb);
    else this.#badVerb(value, verb);
  }

  #prefixed(value: bigint, prefix: boolean): void {
    const { sharp } = this.directive;
    this.directive.sharp = prefix;
    this.#digits(value, 16, 'v', false);
    this.directive.sharp = sharp;
  }

  // Text -----------------------------------------------------------------------------------------------------------------

  #padding(count: number): string {
    if (count <= 0) return '';
    this.#budget.size(count);
    return (this.directive.zero && !this.directive.minus ? '0' : ' ').repeat(count);
  }

  /** Writes with padding to the width. */
  #pad(text: string): void {
    const { width, minus } = this.directive;
    if (width === null || width === 0) return void this.write(text);
    const padding = this.#padding(width - runeCount(text));
    this.write(minus ? text + padding : padding + text);
  }

  #padWithSpaces(text: string): void {
    const { zero } = this.directive;
    this.directive.zero = false;
    this.#pad(text);
    this.directive.zero = zero;
  }

  #truncated(text: string): string {
    const { precision } = this.directive;
    if (precision === null || precision >= text.length) return text;
    let end = 0;
    for (let runes = 0; runes < precision && end < text.length; runes++) end += (text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1;
    return text.slice(0, end);
  }

  #string(text: string, verb: string): void {
    switch (verb) {
      case 'v':
        return this.directive.sharpV ? void this.#quoted(text) : void this.#pad(this.#truncated(text));
      case 's':
        return void this.#pad(this.#truncated(text));
      case 'x':
      case 'X':
        return void this.#hex(toBytes(text), verb);
      case 'q':
        return void this.#quoted(text);
      default:
        this.#badVerb(text, verb);
    }
  }

  #quoted(text: string): void {
    const shown = this.#truncated(text);
    if (this.directive.sharp && canBackquote(shown)) this.#pad(`\`${shown}\``);
    else this.#pad(quoteString(shown, this.directive.plus));
  }

  #bytes(slice: GoSlice, verb: string): void {
    const bytes = bytesOf(slice);
    if (verb === 'x' || verb === 'X') return void this.#hex(bytes, verb);
    this.#string(fromBytes(bytes), verb);
  }

  #hex(bytes: readonly number[], verb: 'x' | 'X'): void {
    const { precision, space, sharp, width, minus } = this.directive;
    const shown = precision === null ? bytes : bytes.slice(0, precision);
    if (shown.length === 0) return void this.write(this.#padding(width ?? 0));
    this.#budget.size(shown.length * 2);
    const prefix = sharp ? `0${verb}` : '';
    const pairs = shown.map((byte) => byte.toString(16).padStart(2, '0'));
    let text = pairs.join(space ? ` ${prefix.toLowerCase()}` : '');
    if (verb === 'X') text = text.toUpperCase();
    text = prefix + text;
    const padding = this.#padding((width ?? 0) - text.length);
    this.write(minus ? text + padding : padding + text);
  }

  // Numbers --------------------------------------------------------------------------------------------------------------

  #integer(int: GoInt, verb: string): void {
    const { value } = int;
    const isSigned = int.type.signed;
    switch (verb) {
      case 'v':
        if (this.directive.sharpV && !isSigned) this.#prefixed(value, true);
        else this.#digits(value, 10, verb, isSigned);
        return;
      case 'd':
        return void this.#digits(value, 10, verb, isSigned);
      case 'b':
        return void this.#digits(value, 2, verb, isSigned);
      case 'o':
      case 'O':
        return void this.#digits(value, 8, verb, isSigned);
      case 'x':
      case 'X':
        return void this.#digits(value, 16, verb, isSigned);
      case 'c': {
        const code = value < 0n || value > 0x10ffffn || (value >= 0xd800n && value <= 0xdfffn) ? 0xfffd : Number(value);
        return void this.#pad(String.fromCodePoint(code));
      }
      case 'q': {
        const code = value < 0n || value > 0x10ffffn ? 0xfffd : Number(value);
        return void this.#pad(quoteRune(code, this.directive.plus));
      }
      case 'U':
        return void this.#codePoint(BigInt.asUintN(64, value));
      default:
        this.#badVerb(int, verb);
    }
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

  /** `owner` is the operand to name when the verb is wrong. */
  #float(value: number, verb: string, owner: GoValue): void {
    switch (verb) {
      case 'v':
        return void this.#floatText(value, 'g', -1, verb);
      case 'b':
      case 'g':
      case 'G':
      case 'x':
      case 'X':
        return void this.#floatText(value, verb, -1, verb);
      case 'f':
      case 'F':
        return void this.#floatText(value, 'f', 6, 'f');
      case 'e':
      case 'E':
        return void this.#floatText(value, verb, 6, verb);
      default:
        this.#badVerb(owner, verb);
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
      return void this.#padWithSpaces(shown);
    }
    if (sharp && verb !== 'b') body = withPoint(body, verb, precision);
    if (!plus && sign === '+') return void this.#pad(body);
    if (zero && !minus && width !== null && width > body.length + 1) {
      // The sign goes before the zeros.
      return void this.write(sign + this.#padding(width - body.length - 1) + body);
    }
    this.#pad(sign + body);
  }

  #complex(value: GoComplex, verb: string): void {
    if (!'vbgGxXfFeE'.includes(verb)) return void this.#badVerb(value, verb);
    const { plus } = this.directive;
    this.write('(');
    this.#float(value.re, verb, value);
    this.directive.plus = true;
    this.#float(value.im, verb, value);
    this.write('i)');
    this.directive.plus = plus;
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
