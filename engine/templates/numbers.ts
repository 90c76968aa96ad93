import { ValueError } from './errors.ts';
import { unquoteRune } from './quote.ts';

/**
 * A numeric constant in every form that fits: `1` is an integer and a float, `1.0` too, `1.5` only a float. Which form is taken
 * depends on where the constant stands, as in Go.
 */
export interface NumberForms {
  readonly text: string;
  readonly int?: bigint;
  /** Set when the constant is a whole number that fits uint64 but not int64. */
  readonly isTooLarge?: boolean;
  readonly float?: number;
  readonly complex?: { readonly re: number; readonly im: number };
}

const MAX_INT64 = (1n << 63n) - 1n;
const MIN_INT64 = -(1n << 63n);
const MAX_UINT64 = (1n << 64n) - 1n;

/** Go's rule for `_`: between digits, or right after a base prefix. */
function underscoresAreFine(text: string): boolean {
  const body = text.replace(/^[+-]/, '');
  const prefix = /^0[box]/i.test(body);
  const digits = prefix ? body.slice(2) : body;
  const digit = /^0x/i.test(body) ? /[0-9a-fA-F]/ : /[0-9]/;
  let previous = prefix ? '0' : '';
  for (const char of digits) {
    if (digit.test(char)) previous = '0';
    else if (char === '_') {
      if (previous !== '0') return false;
      previous = '_';
    } else {
      if (previous === '_') return false;
      previous = '!';
    }
  }
  return previous !== '_';
}

/** A whole number with base prefix, octal after a leading 0, and underscores; null when it is none. No sign. */
function parseWhole(text: string): bigint | null {
  if (text.includes('_') && !underscoresAreFine(text)) return null;
  const plain = text.replaceAll('_', '');
  if (/^0x[0-9a-f]+$/i.test(plain) || /^0b[01]+$/i.test(plain) || /^0o[0-7]+$/i.test(plain)) return BigInt(plain.toLowerCase());
  if (plain === '0') return 0n;
  if (/^0[0-7]+$/.test(plain)) return BigInt(`0o${plain.slice(1)}`);
  return /^[1-9][0-9]*$/.test(plain) ? BigInt(plain) : null;
}

/** m · 2^e rounded half to even. */
function scaled(mantissa: bigint, exponent: number): number {
  if (mantissa === 0n) return 0;
  const bits = mantissa.toString(2).length;
  const top = bits + exponent;
  if (top > 1024) return Infinity;
  const kept = Math.min(53, top + 1074);
  if (kept < 0) return 0;
  const drop = bits - kept;
  let whole = mantissa;
  if (drop > 0) {
    const cut = BigInt(drop);
    const rest = mantissa & ((1n << cut) - 1n);
    const half = 1n << (cut - 1n);
    whole = mantissa >> cut;
    if (rest > half || (rest === half && (whole & 1n) === 1n)) whole += 1n;
    exponent += drop;
  }
  // Two steps, because 2^exponent alone may be below the smallest float.
  const first = Math.max(exponent, -1022);
  return Number(whole) * 2 ** first * 2 ** (exponent - first);
}

/** Go's strconv.ParseFloat; null for bad syntax and for what is too large. */
function parseFloatText(text: string): number | null {
  if (text.includes('_') && !underscoresAreFine(text)) return null;
  const plain = text.replaceAll('_', '');
  const hex = /^([+-]?)0x([0-9a-f]*)\.?([0-9a-f]*)p([+-]?[0-9]+)$/i.exec(plain);
  if (hex) {
    const [, sign = '', whole = '', fraction = '', power = '0'] = hex;
    if (whole === '' && fraction === '') return null;
    const exponent = Math.max(-1e6, Math.min(1e6, Number(power))) - 4 * fraction.length;
    const size = scaled(BigInt(`0x${whole}${fraction}`), exponent);
    if (size === Infinity) return null;
    return sign === '-' ? -size : size;
  }
  if (!/^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?$/i.test(plain)) return null;
  const value = Number(plain);
  return Number.isFinite(value) ? value : null;
}

/** Whether converting to int64 and back gives the same float, as Go's parser asks. */
function wholeOf(value: number): bigint | undefined {
  if (!Number.isInteger(value) || value < -(2 ** 63) || value >= 2 ** 63) return undefined;
  return BigInt(value);
}

function complexForms(text: string, re: number, im: number): NumberForms {
  const complex = { re, im };
  if (im !== 0) return { text, complex };
  const int = wholeOf(re);
  return int === undefined ? { text, complex, float: re } : { text, complex, float: re, int };
}

function parseComplex(text: string): NumberForms {
  const real = /^[+-]?(?:0x[0-9a-f_]*\.?[0-9a-f_]*(?:p[+-]?[0-9_]+)?|[0-9_]*\.?[0-9_]*(?:[ep][+-]?[0-9_]+)?)/i.exec(text)?.[0] ?? '';
  const imaginary = text.slice(real.length);
  const re = parseFloatText(real);
  const im = /^[+-].*i$/.test(imaginary) ? parseFloatText(imaginary.slice(0, -1)) : null;
  if (re === null || im === null) throw new ValueError(`${text} is not a number.`);
  return complexForms(text, re, im);
}

/** Whether a constant without context is a float64: it has a point or an exponent and is no hexadecimal integer. */
export function looksLikeFloat(text: string): boolean {
  const isHexInteger = /^0x./i.test(text) && !/p/i.test(text);
  return !isHexInteger && !text.startsWith("'") && /[.ep]/i.test(text);
}

/** Reads a constant. `kind` is the lexer's. Throws ValueError when it is no number. */
export function parseNumber(text: string, kind: 'number' | 'complex' | 'char'): NumberForms {
  if (kind === 'char') {
    const code = unquoteRune(text);
    return { text, int: BigInt(code), float: code };
  }
  if (kind === 'complex') return parseComplex(text);
  if (text.endsWith('i')) {
    const imaginary = parseFloatText(text.slice(0, -1));
    if (imaginary !== null) return complexForms(text, 0, imaginary);
  }
  const whole = parseWhole(text.replace(/^[+-]/, ''));
  if (whole !== null) {
    const signed = text.startsWith('-') ? -whole : whole;
    if (signed >= MIN_INT64 && signed <= MAX_INT64) return { text, int: signed, float: Number(signed) };
    if (whole <= MAX_UINT64 && !/^[+-]/.test(text)) return { text, isTooLarge: true, float: Number(whole) };
  }
  const float = parseFloatText(text);
  if (float === null) throw new ValueError(`${text} is not a number.`);
  if (!/[.ep]/i.test(text)) throw new ValueError(`The number ${text} does not fit 64 bits.`);
  const int = wholeOf(float);
  return int === undefined ? { text, float } : { text, float, int };
}
