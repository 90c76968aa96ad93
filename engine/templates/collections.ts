import { ValueError } from './errors.ts';
import { byteLength, toBytes } from './text.ts';
import { INT, UINT8, type GoType } from './types.ts';
import { GoInt, GoMap, GoPointer, GoSlice, sliceText, typeOf, zeroValue, type GoValue } from './values.ts';

/** Go's `len`. Throws ValueError for what has no length. */
function lengthOf(value: GoValue): number {
  if (typeof value === 'string') return byteLength(value);
  if (value instanceof GoSlice) return value.length;
  if (value instanceof GoMap) return value.entries.size;
  throw new ValueError(`A ${typeOf(value)?.name ?? 'missing value'} has no length.`);
}

/** An index within 0 to `last`. */
function indexWithin(index: GoValue, last: number): number {
  if (!(index instanceof GoInt)) throw new ValueError(`The index is a ${typeOf(index)?.name ?? 'missing value'}, not an integer.`);
  if (index.value < 0n || index.value > BigInt(last)) throw new ValueError(`The index ${index.value} is out of range.`);
  return Number(index.value);
}

/** The key as the map's key type wants it. Integers convert into one another. */
function mapKey(map: GoMap, key: GoValue): GoValue {
  const wanted: GoType = map.type.key;
  if (wanted.kind === 'interface') return key;
  if (key === undefined || typeOf(key)?.name !== wanted.name)
    throw new ValueError(`The key is a ${typeOf(key)?.name ?? 'missing value'}, not a ${wanted.name}.`);
  return key;
}

/** Go's `index`: `index x 1 2` is `x[1][2]`. A missing map key gives the zero value. Throws ValueError. */
export function indexValue(value: GoValue, indexes: readonly GoValue[]): GoValue {
  let item = value;
  if (item === undefined || item === null) throw new ValueError('There is no value to index.');
  for (const index of indexes) {
    if (item instanceof GoMap) {
      const key: GoValue = mapKey(item, index ?? (item.type.key.kind === 'interface' ? null : undefined));
      item = item.has(key) ? item.get(key) : zeroValue(item.type.elem);
    } else if (item instanceof GoSlice) item = item.at(indexWithin(index, item.length - 1));
    else if (typeof item === 'string') {
      const bytes = toBytes(item);
      item = new GoInt(UINT8, BigInt(bytes[indexWithin(index, bytes.length - 1)] ?? 0));
    } else if (item instanceof GoPointer && item.target === null) throw new ValueError('The value to index is nil.');
    else throw new ValueError(`A ${typeOf(item)?.name ?? 'missing value'} cannot be indexed.`);
  }
  return item;
}

/** Go's `slice`: `slice x 1 2` is `x[1:2]`, with a third index also the capacity. Throws ValueError. */
export function sliceValue(value: GoValue, indexes: readonly GoValue[]): GoValue {
  if (indexes.length > 3) throw new ValueError(`A slice takes at most three indexes, not ${indexes.length}.`);
  if (typeof value !== 'string' && !(value instanceof GoSlice))
    throw new ValueError(`A ${typeOf(value)?.name ?? 'missing value'} cannot be sliced.`);
  if (typeof value === 'string' && indexes.length === 3) throw new ValueError('A text takes at most two slice indexes.');
  const length = lengthOf(value);
  const capacity = typeof value === 'string' ? length : value.capacity;
  const bounds = indexes.map((index) => indexWithin(index, capacity));
  const [from = 0, to = length, most = capacity] = bounds;
  if (from > to || to > most) throw new ValueError(`The slice indexes ${bounds.join(', ')} are not in order.`);
  if (typeof value === 'string') return sliceText(value, from, to);
  return new GoSlice(value.type, value.backing, {
    offset: value.offset + from,
    length: to - from,
    capacity: most - from,
    isNil: value.isNil,
  });
}

/** An `int` from a length. */
export function lengthValue(value: GoValue): GoInt {
  return new GoInt(INT, BigInt(lengthOf(value)));
}
