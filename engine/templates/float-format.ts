/**
 * Go's strconv.FormatFloat for 64 bits. JavaScript's own toFixed and toExponential round ties away from zero and stop at 100
 * digits; Go rounds the exact binary value half to even. So digits come from exact integer arithmetic.
 */

/** A finite float taken apart: value = mantissa · 2^exponent. */
interface Parts {
  readonly mantissa: bigint;
  readonly exponent: number;
}

const view = new DataView(new ArrayBuffer(8));

function partsOf(value: number): Parts {
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  return biased === 0 ? { mantissa: fraction, exponent: -1074 } : { mantissa: fraction | (1n << 52n), exponent: biased - 1075 };
}

/** Decimal digits d1 d2 … with the point after `point` digits: 0.d1d2… · 10^point. Zero has no digits. */
interface Decimal {
  readonly digits: string;
  readonly point: number;
}

function exactDecimal(value: number): Decimal {
  const { mantissa, exponent } = partsOf(value);
  if (mantissa === 0n) return { digits: '', point: 0 };
  const scaled = exponent >= 0 ? mantissa << BigInt(exponent) : mantissa * 5n ** BigInt(-exponent);
  const digits = scaled.toString();
  const point = digits.length + Math.min(0, exponent);
  return { digits: digits.replace(/0+$/, ''), point };
}

/** Fewest digits that read back as the same float. */
function shortestDecimal(value: number): Decimal {
  if (value === 0) return { digits: '', point: 0 };
  const [mantissa = '', exponent = '0'] = value.toExponential().split('e');
  return { digits: mantissa.replace('.', '').replace(/0+$/, ''), point: Number(exponent) + 1 };
}

/** Keeps `count` digits, rounding half to even. */
function roundTo(decimal: Decimal, count: number): Decimal {
  const { digits, point } = decimal;
  if (count < 0) return { digits: '', point: 0 };
  if (count >= digits.length) return decimal;
  const next = digits.charCodeAt(count) - 48;
  const isTie = next === 5 && count + 1 === digits.length;
  const previousIsOdd = count > 0 && (digits.charCodeAt(count - 1) - 48) % 2 === 1;
  const up = isTie ? previousIsOdd : next >= 5;
  const kept = digits.slice(0, count);
  if (!up) {
    const trimmed = kept.replace(/0+$/, '');
    return { digits: trimmed, point: trimmed === '' ? 0 : point };
  }
  const grown = (BigInt(kept === '' ? '0' : kept) + 1n).toString().padStart(count, '0');
  return { digits: grown.replace(/0+$/, ''), point: point + grown.length - count };
}

function fixed(decimal: Decimal, precision: number): string {
  const { digits, point } = decimal;
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, '0') : '0';
  if (precision <= 0) return whole;
  const fraction = point >= 0 ? digits.slice(point) : '0'.repeat(Math.min(-point, precision)) + digits;
  return `${whole}.${fraction.slice(0, precision).padEnd(precision, '0')}`;
}

function exponential(decimal: Decimal, precision: number, letter: string): string {
  const { digits } = decimal;
  const exponent = digits === '' ? 0 : decimal.point - 1;
  const fraction = precision > 0 ? `.${digits.slice(1, precision + 1).padEnd(precision, '0')}` : '';
  const size = String(Math.abs(exponent)).padStart(2, '0');
  return `${digits[0] ?? '0'}${fraction}${letter}${exponent < 0 ? '-' : '+'}${size}`;
}

/** `%e` for large and small exponents, else `%f`; without trailing zeros. */
function general(decimal: Decimal, precision: number, letter: string, shortest: boolean): string {
  let limit = precision;
  if (limit > decimal.digits.length && decimal.digits.length >= decimal.point) limit = decimal.digits.length;
  if (shortest) limit = 6;
  const exponent = decimal.point - 1;
  if (exponent < -4 || exponent >= limit) {
    const shown = precision > decimal.digits.length ? decimal.digits.length : precision;
    return exponential(decimal, shown - 1, letter);
  }
  return fixed(decimal, Math.max(decimal.digits.length - decimal.point, 0));
}

function binaryExponent(value: number): string {
  const { mantissa, exponent } = partsOf(value);
  return `${mantissa}p${exponent < 0 ? '' : '+'}${exponent}`;
}

function hexadecimal(value: number, precision: number, letter: 'x' | 'X'): string {
  let { mantissa, exponent } = partsOf(value);
  if (mantissa === 0n) exponent = 0;
  else {
    // Normalise to 1.fraction with 60 fraction bits, so that hexadecimal digits fall on whole positions.
    const shift = 61 - mantissa.toString(2).length;
    mantissa <<= BigInt(shift);
    exponent += 60 - shift;
  }
  if (precision >= 0 && precision < 15) {
    const drop = BigInt(60 - precision * 4);
    const extra = mantissa & ((1n << drop) - 1n);
    const half = 1n << (drop - 1n);
    mantissa >>= drop;
    if (extra > half || (extra === half && (mantissa & 1n) === 1n)) mantissa += 1n;
    mantissa <<= drop;
    if (mantissa >> 61n !== 0n) {
      mantissa >>= 1n;
      exponent++;
    }
  }
  const lead = (mantissa >> 60n) & 1n;
  const all = (mantissa & ((1n << 60n) - 1n)).toString(16).padStart(15, '0');
  const fraction = precision < 0 ? all.replace(/0+$/, '') : all.slice(0, precision).padEnd(precision, '0');
  const size = String(Math.abs(exponent)).padStart(2, '0');
  const text = `0x${lead}${fraction === '' ? '' : `.${fraction}`}p${exponent < 0 ? '-' : '+'}${size}`;
  return letter === 'X' ? text.toUpperCase() : text;
}

/** Verbs that strconv knows. */
export type FloatVerb = 'b' | 'e' | 'E' | 'f' | 'g' | 'G' | 'x' | 'X';

/** The float as Go formats it; `precision` -1 means the fewest digits that identify it. Negative numbers carry `-`, infinities `+Inf`. */
export function formatFloat(value: number, verb: FloatVerb, precision: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const size = Math.abs(value);
  if (verb === 'b') return sign + binaryExponent(size);
  if (verb === 'x' || verb === 'X') return sign + hexadecimal(size, precision, verb);
  const shortest = precision < 0;
  const decimal = shortest ? shortestDecimal(size) : exactDecimal(size);
  switch (verb) {
    case 'e':
    case 'E': {
      const digits = shortest ? decimal : roundTo(decimal, precision + 1);
      return sign + exponential(digits, shortest ? Math.max(digits.digits.length - 1, 0) : precision, verb);
    }
    case 'f': {
      const digits = shortest ? decimal : roundTo(decimal, decimal.point + precision);
      return sign + fixed(digits, shortest ? Math.max(digits.digits.length - digits.point, 0) : precision);
    }
    case 'g':
    case 'G': {
      const wanted = precision === 0 ? 1 : precision;
      const digits = shortest ? decimal : roundTo(decimal, wanted);
      return sign + general(digits, shortest ? Math.max(digits.digits.length, 1) : wanted, verb === 'g' ? 'e' : 'E', shortest);
    }
  }
}
