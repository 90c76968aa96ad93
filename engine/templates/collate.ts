import { compareText } from './text.ts';
import { GoComplex, GoInt, GoPointer, GoStruct, GoTime, identityOf, keyOf, typeOf, type GoMap, type GoValue } from './values.ts';

/**
 * Go sorts keys of different types by the address of their type: the same in every run of one program, but up to the linker.
 * This is the order of the reference program.
 */
const TYPE_ORDER = [
  '*main.share',
  '*main.account',
  'string',
  'uint8',
  'int64',
  'int',
  'complex128',
  'float64',
  'bool',
  'time.Month',
  'time.Weekday',
  '*time.Location',
  'main.object',
  'time.Duration',
  'time.Time',
];

function compareNumbers(a: number, b: number): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function typeRank(value: GoValue): number {
  if (value === null || value === undefined) return -1;
  const rank = TYPE_ORDER.indexOf(typeOf(value)?.name ?? '');
  return rank < 0 ? TYPE_ORDER.length : rank;
}

/** Go's order of map keys: nil, then by type, then by value. */
function compareKeys(a: GoValue, b: GoValue): number {
  const byType = typeRank(a) - typeRank(b);
  if (byType !== 0) return byType;
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  if (typeof a === 'number' && typeof b === 'number') return compareNumbers(a, b);
  if (typeof a === 'boolean' && typeof b === 'boolean') return compareNumbers(Number(a), Number(b));
  if (a instanceof GoInt && b instanceof GoInt) return a.value < b.value ? -1 : a.value > b.value ? 1 : 0;
  if (a instanceof GoComplex && b instanceof GoComplex) return compareNumbers(a.re, b.re) || compareNumbers(a.im, b.im);
  // Go compares the words of a time: first the nanoseconds, then the seconds.
  if (a instanceof GoTime && b instanceof GoTime) return compareNumbers(a.nanos, b.nanos) || compareNumbers(Number(a.unix - b.unix), 0);
  if (a instanceof GoPointer && b instanceof GoPointer && a.target && b.target) return identityOf(a.target) - identityOf(b.target);
  if (a instanceof GoStruct || b instanceof GoStruct) return keyOf(a) < keyOf(b) ? -1 : 1;
  return 0;
}

/** The entries of a map in the order in which they print and range. */
export function sortedEntries(map: GoMap): (readonly [GoValue, GoValue])[] {
  return [...map.entries.values()].sort((a, b) => compareKeys(a[0], b[0]));
}
