/**
 * Go strings are bytes; JavaScript strings are UTF-16. A Go string is held here as a JavaScript string in which a byte that is
 * not part of valid UTF-8 stands as the lone surrogate U+DC00 + byte (0x80–0xFF). Such a string is *canonical* when no run of
 * these surrogates forms valid UTF-8: every function of this folder takes and returns canonical strings, so `===` is Go's `==`.
 */

const RAW_BASE = 0xdc00;

/** What Go shows for a byte that is not valid UTF-8. */
export const REPLACEMENT = '\ufffd';

/** True when the string holds no raw bytes, so that JavaScript's own operations agree with Go's. */
export function isPlain(text: string): boolean {
  return text.isWellFormed();
}

/**
 * Text as it may cross the border, both ways: coming in, lone surrogates cannot be encoded; going out, raw bytes become U+FFFD, as when Go's
 * output is read as UTF-8.
 */
export function wellFormed(text: string): string {
  return text.isWellFormed() ? text : text.toWellFormed();
}

/** The lone surrogate that stands for a raw byte (0x80–0xFF). */
export function rawByte(byte: number): string {
  return String.fromCharCode(RAW_BASE + byte);
}

/** The raw byte for which this code point stands, or -1. Only lone surrogates come out of `codePointAt` in this range. */
export function rawByteOf(codePoint: number): number {
  return codePoint >= 0xdc80 && codePoint <= 0xdcff ? codePoint - RAW_BASE : -1;
}

/** Number of UTF-8 bytes, Go's `len`. */
export function byteLength(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    if (unit < 0x800) length += 1;
    else if (unit >= 0xd800 && unit <= 0xdbff) {
      length += 2;
      i++;
    } else if (unit < 0xdc00 || unit > 0xdfff) length += 2;
  }
  return length;
}

/** Number of runes; each raw byte counts as one. */
export function runeCount(text: string): number {
  let count = text.length;
  for (let i = 0; i < text.length - 1; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0xd800 && unit <= 0xdbff) {
      count--;
      i++;
    }
  }
  return count;
}

/** The bytes of a Go string. */
export function toBytes(text: string): number[] {
  const bytes: number[] = [];
  for (let i = 0; i < text.length; i++) {
    const code = text.codePointAt(i) ?? 0;
    const raw = rawByteOf(code);
    if (code < 0x80) bytes.push(code);
    else if (raw >= 0) bytes.push(raw);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63));
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    else {
      bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
      i++;
    }
  }
  return bytes;
}

/** Length of the UTF-8 sequence at `at`, or 0 when the byte there starts none. */
function sequenceLength(bytes: ArrayLike<number>, at: number): number {
  const first = bytes[at] ?? 0;
  const second = bytes[at + 1] ?? 0;
  const continues = (offset: number) => ((bytes[at + offset] ?? 0) & 0xc0) === 0x80;
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return continues(1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    // No overlong forms (E0 80–9F) and no surrogates (ED A0–BF).
    if ((first === 0xe0 && second < 0xa0) || (first === 0xed && second > 0x9f)) return 0;
    return continues(1) && continues(2) ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    if ((first === 0xf0 && second < 0x90) || (first === 0xf4 && second > 0x8f)) return 0;
    return continues(1) && continues(2) && continues(3) ? 4 : 0;
  }
  return 0;
}

/** The canonical string of some bytes. */
export function fromBytes(bytes: ArrayLike<number>): string {
  let text = '';
  for (let i = 0; i < bytes.length; ) {
    const first = bytes[i] ?? 0;
    const length = sequenceLength(bytes, i);
    const low = (offset: number) => (bytes[i + offset] ?? 0) & 63;
    if (length === 0) text += rawByte(first);
    else if (length === 1) text += String.fromCharCode(first);
    else if (length === 2) text += String.fromCharCode(((first & 31) << 6) | low(1));
    else if (length === 3) text += String.fromCharCode(((first & 15) << 12) | (low(1) << 6) | low(2));
    else text += String.fromCodePoint(((first & 7) << 18) | (low(1) << 12) | (low(2) << 6) | low(3));
    i += Math.max(1, length);
  }
  return text;
}

/** Makes the result of a concatenation canonical: raw bytes that met may have become a character. */
export function canonical(text: string): string {
  return text.isWellFormed() ? text : fromBytes(toBytes(text));
}

/** The string as one UTF-16 unit per byte, on which JavaScript's search and comparison are bytewise. */
export function toBinary(text: string): string {
  let binary = '';
  for (const byte of toBytes(text)) binary += String.fromCharCode(byte);
  return binary;
}

/** Inverse of `toBinary`. */
export function fromBinary(binary: string): string {
  const bytes: number[] = [];
  for (let i = 0; i < binary.length; i++) bytes.push(binary.charCodeAt(i));
  return fromBytes(bytes);
}

/** Moves surrogates above the other units, so that comparing units is comparing code points. */
function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit <= 0xdfff ? unit + 0x2000 : unit - 0x800;
}

/** Go's order of strings: by bytes. Negative, 0 or positive. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  if (!isPlain(a) || !isPlain(b)) return toBinary(a) < toBinary(b) ? -1 : 1;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(i);
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}
