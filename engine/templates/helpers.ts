import { encodeBase64 } from './base64.ts';
import { ValueError } from './errors.ts';
import { escapePathSegment, escapeQuery } from './escape.ts';
import { type GoFunction } from './functions.ts';
import { toJson } from './json.ts';
import { lowerCase, upperCase } from './letters.ts';
import { type Budget } from './limits.ts';
import { joinFilePath, joinPath, pathBase, pathDir, pathExt } from './paths.ts';
import { sprint } from './printf.ts';
import { canonical, fromBinary, isPlain, toBinary, toBytes } from './text.ts';
import { goTime } from './time.ts';
import { ANY, ANY_MAP, INT64, STRING, STRINGS } from './types.ts';
import { GoInt, GoMap, GoSlice, type GoValue } from './values.ts';

/** Arguments arrive with their parameter's type; these say so to the compiler. */
const text = (value: GoValue): string => (typeof value === 'string' ? value : '');
const integer = (value: GoValue): bigint => (value instanceof GoInt ? value.value : 0n);
const texts = (value: GoValue): string[] => (value instanceof GoSlice ? value.items().map(text) : []);

/** Runs a search on texts; where raw bytes are about, on the bytes themselves. */
function bytewise(operands: readonly string[], run: (operands: readonly string[]) => string): string {
  if (operands.every(isPlain)) return run(operands);
  return fromBinary(run(operands.map(toBinary)));
}

function join(elements: readonly string[], separator: string, budget: Budget): string {
  let length = Math.max(0, elements.length - 1) * separator.length;
  for (const element of elements) length += element.length;
  budget.size(length);
  return canonical(elements.join(separator));
}

function replaceAll(subject: string, old: string, replacement: string, budget: Budget): string {
  if (old === '') {
    const chars = Array.from(subject);
    budget.size(subject.length + (chars.length + 1) * replacement.length);
    return canonical(replacement + chars.map((char) => char + replacement).join(''));
  }
  return bytewise([subject, old, replacement], ([where = '', what = '', by = '']) => {
    const parts = where.split(what);
    budget.size(where.length + (parts.length - 1) * (by.length - what.length));
    return parts.join(by);
  });
}

function trimSuffix(subject: string, suffix: string): string {
  return bytewise([subject, suffix], ([where = '', what = '']) =>
    where.endsWith(what) ? where.slice(0, where.length - what.length) : where,
  );
}

function trimPrefix(subject: string, prefix: string): string {
  return bytewise([subject, prefix], ([where = '', what = '']) => (where.startsWith(what) ? where.slice(what.length) : where));
}

const hasPrefix = (subject: string, prefix: string) => toBinaryIfNeeded(subject, prefix, (where, what) => where.startsWith(what));
const hasSuffix = (subject: string, suffix: string) => toBinaryIfNeeded(subject, suffix, (where, what) => where.endsWith(what));

function toBinaryIfNeeded(a: string, b: string, test: (a: string, b: string) => boolean): boolean {
  return isPlain(a) && isPlain(b) ? test(a, b) : test(toBinary(a), toBinary(b));
}

function createDict(args: readonly GoValue[]): GoMap {
  if (args.length % 2 !== 0) throw new ValueError('createDict takes pairs: a key and its value.');
  const pairs: [GoValue, GoValue][] = [];
  for (let i = 0; i < args.length; i += 2) pairs.push([args[i], args[i + 1]]);
  return new GoMap(ANY_MAP, pairs);
}

const UNITS = ['KB', 'MB', 'GB', 'TB', 'PB', 'EB'];

/** Bytes with a decimal unit: 1500 is `1.5 KB`. Below 1000, and negative, they stay bytes. */
function humanizeBytes(bytes: bigint): string {
  if (bytes < 1000n) return `${bytes} B`;
  let unit = 0;
  for (let rest = bytes / 1000n; rest >= 1000n; rest /= 1000n) unit++;
  return `${Number(bytes) / Number(1000n ** BigInt(unit + 1))} ${UNITS[unit] ?? ''}`;
}

/** The functions that the event manager adds to Go's own. */
export const HELPERS: ReadonlyMap<string, GoFunction> = new Map<string, GoFunction>([
  ['toJson', { params: [ANY], call: ([value], { budget }) => toJson(value, budget) }],
  [
    'toJsonUnquoted',
    {
      params: [ANY],
      call: ([value], { budget }) => (typeof value === 'string' ? toJson(value, budget).slice(1, -1) : toJson(value, budget)),
    },
  ],
  ['toBase64', { params: [STRING], call: ([value]) => encodeBase64(toBytes(text(value))) }],
  [
    'toHex',
    {
      params: [STRING],
      call: ([value]) =>
        toBytes(text(value))
          .map((byte) => byte.toString(16).padStart(2, '0'))
          .join(''),
    },
  ],
  ['urlEscape', { params: [STRING], call: ([value]) => escapeQuery(text(value)) }],
  ['urlPathEscape', { params: [STRING], call: ([value]) => escapePathSegment(text(value)) }],
  ['pathDir', { params: [STRING], call: ([value]) => pathDir(text(value)) }],
  ['pathBase', { params: [STRING], call: ([value]) => pathBase(text(value)) }],
  ['pathExt', { params: [STRING], call: ([value]) => pathExt(text(value)) }],
  ['pathJoin', { params: [STRINGS], call: ([list], { budget }) => joinPath([join(texts(list), '/', budget)]) }],
  [
    'filePathJoin',
    {
      params: [STRINGS],
      call: ([list], { budget, pathSeparator }) => joinFilePath([join(texts(list), pathSeparator, budget)], pathSeparator),
    },
  ],
  ['stringSlice', { params: [STRING], variadic: true, call: (args) => new GoSlice(STRINGS, args) }],
  ['stringJoin', { params: [STRINGS, STRING], call: ([list, separator], { budget }) => join(texts(list), text(separator), budget) }],
  ['stringTrimSuffix', { params: [STRING, STRING], call: ([subject, suffix]) => trimSuffix(text(subject), text(suffix)) }],
  ['stringTrimPrefix', { params: [STRING, STRING], call: ([subject, prefix]) => trimPrefix(text(subject), text(prefix)) }],
  [
    'stringReplace',
    {
      params: [STRING, STRING, STRING],
      call: ([subject, old, replacement], { budget }) => replaceAll(text(subject), text(old), text(replacement), budget),
    },
  ],
  ['stringHasPrefix', { params: [STRING, STRING], call: ([subject, prefix]) => hasPrefix(text(subject), text(prefix)) }],
  ['stringHasSuffix', { params: [STRING, STRING], call: ([subject, suffix]) => hasSuffix(text(subject), text(suffix)) }],
  ['stringToLower', { params: [STRING], call: ([value]) => lowerCase(text(value)) }],
  ['stringToUpper', { params: [STRING], call: ([value]) => upperCase(text(value)) }],
  ['createDict', { params: [ANY], variadic: true, call: createDict }],
  [
    'mapToString',
    {
      params: [ANY, ANY_MAP],
      call: ([key, map], { budget }) => (map instanceof GoMap && map.has(key) ? sprint([map.get(key)], budget) : ''),
    },
  ],
  ['humanizeBytes', { params: [INT64], call: ([bytes]) => humanizeBytes(integer(bytes)) }],
  ['fromMillis', { params: [INT64], call: ([millis], { localZone }) => goTime(integer(millis), localZone) }],
]);
