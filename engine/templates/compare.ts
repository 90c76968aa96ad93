import { ValueError } from './errors.ts';
import { compareText } from './text.ts';
import { GoComplex, GoInt, GoMap, GoPointer, GoSlice, GoStruct, keyOf, typeOf, type GoValue } from './values.ts';

/** Go's truth: not the zero value of its type; structures are always true. */
export function isTrue(value: GoValue): boolean {
  if (typeof value === 'string') return value !== '';
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return value !== 0;
  if (value === null || value === undefined) return false;
  if (value instanceof GoInt) return value.value !== 0n;
  if (value instanceof GoSlice) return value.length > 0;
  if (value instanceof GoMap) return value.entries.size > 0;
  if (value instanceof GoPointer) return value.target !== null;
  return value instanceof GoComplex ? value.re !== 0 || value.im !== 0 : true;
}

type BasicKind = 'bool' | 'int' | 'float' | 'complex' | 'string';

/** Kinds that compare by value. Signed and unsigned integers compare with each other. */
function basicKind(value: GoValue): BasicKind | null {
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return 'float';
  if (value instanceof GoInt) return 'int';
  return value instanceof GoComplex ? 'complex' : null;
}

/** What kind of thing Go's reflection calls a value that has no basic kind. */
function shape(value: GoValue): string | null {
  const kind = typeOf(value)?.kind ?? null;
  if (kind === 'time') return 'struct';
  return kind === 'location' ? 'pointer' : kind;
}

function isNil(value: GoValue): boolean {
  if (value === null || value === undefined) return true;
  if (value instanceof GoPointer) return value.target === null;
  return (value instanceof GoSlice || value instanceof GoMap) && value.isNil;
}

function typeName(value: GoValue): string {
  return typeOf(value)?.name ?? 'nil';
}

/** Whether Go's type of the value allows `==` at all. */
function isComparable(value: GoValue): boolean {
  if (value instanceof GoSlice || value instanceof GoMap) return false;
  return !(value instanceof GoStruct && value.type.fields.some((field) => field.type.kind === 'slice' || field.type.kind === 'map'));
}

function equalPair(a: GoValue, b: GoValue): boolean {
  const kind = basicKind(a);
  if (kind !== basicKind(b)) {
    if (a === null || a === undefined || b === null || b === undefined) return false;
    throw new ValueError(`${typeName(a)} and ${typeName(b)} cannot be compared.`);
  }
  if (a instanceof GoInt && b instanceof GoInt) return a.value === b.value;
  if (a instanceof GoComplex && b instanceof GoComplex) return a.re === b.re && a.im === b.im;
  if (kind !== null) return a === b;
  const shapeA = shape(a);
  const shapeB = shape(b);
  if (shapeA !== shapeB && shapeA !== null && shapeB !== null)
    throw new ValueError(`${typeName(a)} and ${typeName(b)} cannot be compared.`);
  if (isNil(a) || isNil(b)) return isNil(a) === isNil(b);
  if (!isComparable(b)) throw new ValueError(`A ${typeName(b)} cannot be compared.`);
  return typeName(a) === typeName(b) && keyOf(a) === keyOf(b);
}

/** Go's `eq`: whether the first equals any other. Throws ValueError for values that do not compare. */
export function isEqual(first: GoValue, others: readonly GoValue[]): boolean {
  if (others.length === 0) throw new ValueError('There is nothing to compare with.');
  return others.some((other) => equalPair(first, other));
}

/** Go's `lt`. Throws ValueError for values without an order. */
export function isLess(a: GoValue, b: GoValue): boolean {
  const kinds = [basicKind(a), basicKind(b)];
  for (const kind of kinds) if (kind === null) throw new ValueError('Only numbers and texts have an order.');
  if (kinds[0] !== kinds[1]) throw new ValueError(`${typeName(a)} and ${typeName(b)} cannot be compared.`);
  if (a instanceof GoInt && b instanceof GoInt) return a.value < b.value;
  if (typeof a === 'number' && typeof b === 'number') return a < b;
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b) < 0;
  throw new ValueError(`Values of type ${typeName(a)} have no order.`);
}
