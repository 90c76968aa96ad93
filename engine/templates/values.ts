import { ValueError } from './errors.ts';
import { fromBytes, wellFormed, toBytes } from './text.ts';
import {
  ANY,
  BOOL,
  BYTES,
  COMPLEX128,
  FLOAT64,
  INT,
  INT64,
  LOCATION,
  STRING,
  TIME,
  UINT8,
  mapOf,
  sliceOf,
  type GoType,
  type IntegerType,
  type StructType,
} from './types.ts';
import { type Zone } from './zone.ts';

/**
 * A value of the template language.
 * - `undefined`: no value at all (a missing map key); prints `<no value>`
 * - `null`: a nil inside an `any`
 * - `string`: a Go string (see text.ts), `boolean`: bool, `number`: always float64
 * - integers of every size are `GoInt`, so that 1 and 1.0 stay different
 */
export type GoValue =
  | undefined
  | null
  | string
  | boolean
  | number
  | GoInt
  | GoComplex
  | GoSlice
  | GoMap
  | GoStruct
  | GoPointer
  | GoTime
  | Zone;

/** An integer with its Go type; `value` is within the type's range. */
export class GoInt {
  readonly type: IntegerType;
  readonly value: bigint;

  constructor(type: IntegerType, value: bigint) {
    this.type = type;
    this.value = value;
  }
}

/** A complex128. */
export class GoComplex {
  readonly re: number;
  readonly im: number;

  constructor(re: number, im: number) {
    this.re = re;
    this.im = im;
  }
}

/** A slice: a window on a backing array. `capacity` counts from `offset`. A nil slice has `isNil`. */
export class GoSlice {
  readonly type: Extract<GoType, { kind: 'slice' }>;
  readonly backing: readonly GoValue[];
  readonly offset: number;
  readonly length: number;
  readonly capacity: number;
  readonly isNil: boolean;

  constructor(
    type: Extract<GoType, { kind: 'slice' }>,
    backing: readonly GoValue[],
    window: { offset?: number; length?: number; capacity?: number; isNil?: boolean } = {},
  ) {
    this.type = type;
    this.backing = backing;
    this.offset = window.offset ?? 0;
    this.length = window.length ?? backing.length;
    this.capacity = window.capacity ?? this.length;
    this.isNil = window.isNil ?? false;
  }

  /** Element `i`, which must be below the capacity; elements never written are the zero value. */
  at(i: number): GoValue {
    const index = this.offset + i;
    return index < this.backing.length ? this.backing[index] : zeroValue(this.type.elem);
  }

  /** The elements of the window. */
  items(): GoValue[] {
    return Array.from({ length: this.length }, (_, i) => this.at(i));
  }
}

/** A map. Entries are found by `keyOf`, so that 1 and "1" are different keys. A nil map has `isNil`. */
export class GoMap {
  readonly type: Extract<GoType, { kind: 'map' }>;
  readonly entries: ReadonlyMap<string, readonly [GoValue, GoValue]>;
  readonly isNil: boolean;

  constructor(type: Extract<GoType, { kind: 'map' }>, pairs: Iterable<readonly [GoValue, GoValue]>, isNil = false) {
    const entries = new Map<string, readonly [GoValue, GoValue]>();
    for (const pair of pairs) entries.set(keyOf(pair[0]), pair);
    this.type = type;
    this.entries = entries;
    this.isNil = isNil;
  }

  /** The value under a key, `undefined` when missing. Throws ValueError for a key that cannot be one. */
  get(key: GoValue): GoValue {
    return this.entries.get(keyOf(key))?.[1];
  }

  /** Whether the key is there. */
  has(key: GoValue): boolean {
    return this.entries.has(keyOf(key));
  }
}

/** A structure; `values` are in the order of the type's fields. */
export class GoStruct {
  readonly type: StructType;
  readonly values: readonly GoValue[];

  constructor(type: StructType, values: readonly GoValue[]) {
    this.type = type;
    this.values = values;
  }
}

/** A pointer to a structure, or nil. */
export class GoPointer {
  readonly type: Extract<GoType, { kind: 'pointer' }>;
  readonly target: GoStruct | null;

  constructor(type: Extract<GoType, { kind: 'pointer' }>, target: GoStruct | null) {
    this.type = type;
    this.target = target;
  }
}

/** An instant with nanoseconds and the zone in which it is shown. */
export class GoTime {
  /** Whole seconds since 1970 UTC; negative before. */
  readonly unix: bigint;
  /** 0 to 999,999,999. */
  readonly nanos: number;
  readonly zone: Zone;

  constructor(unix: bigint, nanos: number, zone: Zone) {
    this.unix = unix;
    this.nanos = nanos;
    this.zone = zone;
  }
}

const smallInts = Array.from({ length: 256 }, (_, i) => new GoInt(INT, BigInt(i)));

/** A Go `int`. Throws RangeError when `n` is not a whole number. Values beyond 64 bits wrap, as in Go. */
export function goInt(n: number | bigint): GoInt {
  if (typeof n === 'number') return smallInts[n] ?? new GoInt(INT, BigInt.asIntN(64, BigInt(n)));
  return new GoInt(INT, BigInt.asIntN(64, n));
}

/** A Go `int64` (sizes, milliseconds). Throws RangeError when `n` is not a whole number. */
export function goInt64(n: number | bigint): GoInt {
  return new GoInt(INT64, BigInt.asIntN(64, BigInt(n)));
}

/** A `[]byte`. `capacity` is that of Go's buffer, where a template could see it. */
export function goBytes(bytes: readonly number[], capacity = bytes.length): GoSlice {
  const backing = bytes.map((byte) => new GoInt(UINT8, BigInt(byte)));
  return new GoSlice(BYTES, backing, { capacity });
}

/** The bytes of a `[]byte`. */
export function bytesOf(slice: GoSlice): number[] {
  return slice.items().map((item) => (item instanceof GoInt ? Number(item.value) : 0));
}

/**
 * Plain JSON data as Go's encoding/json would read it: objects are `map[string]any`, arrays `[]any`, numbers float64. A bigint
 * is an `int`, which JSON itself cannot say.
 * Throws ValueError for data nested deeper than 64.
 */
export function goFromJson(json: unknown, depth = 0): GoValue {
  if (depth > 64) throw new ValueError('The data is nested deeper than 64.');
  if (json === null || json === undefined) return null;
  if (typeof json === 'string') return wellFormed(json);
  if (typeof json === 'boolean' || typeof json === 'number') return json;
  if (typeof json === 'bigint') return goInt(json);
  if (Array.isArray(json))
    return new GoSlice(
      sliceOf(ANY),
      json.map((item: unknown) => goFromJson(item, depth + 1)),
    );
  if (typeof json === 'object') {
    const pairs = Object.entries(json).map(([key, value]): [string, GoValue] => [wellFormed(key), goFromJson(value, depth + 1)]);
    return new GoMap(mapOf(STRING, ANY), pairs);
  }
  throw new ValueError(`A ${typeof json} is not data.`);
}

/** Reads `Zone` values apart from the classes of this file without importing the class (zone.ts knows nothing of values). */
function isZone(value: object): value is Zone {
  return 'offsetAt' in value;
}

/** The Go type of a value; `null` and `undefined` have none. */
export function typeOf(value: GoValue): GoType | null {
  if (typeof value === 'string') return STRING;
  if (typeof value === 'boolean') return BOOL;
  if (typeof value === 'number') return FLOAT64;
  if (value === null || value === undefined) return null;
  if (value instanceof GoComplex) return COMPLEX128;
  if (value instanceof GoTime) return TIME;
  return isZone(value) ? LOCATION : value.type;
}

/** The zero value of a type. */
export function zeroValue(type: GoType): GoValue {
  switch (type.kind) {
    case 'bool':
      return false;
    case 'string':
      return '';
    case 'float64':
      return 0;
    case 'complex128':
      return new GoComplex(0, 0);
    case 'interface':
      return null;
    case 'int':
      return type.name === 'int' ? goInt(0) : new GoInt(type, 0n);
    case 'slice':
      return new GoSlice(type, [], { isNil: true });
    case 'map':
      return new GoMap(type, [], true);
    case 'pointer':
      return new GoPointer(type, null);
    case 'struct':
      return new GoStruct(
        type,
        type.fields.map((field) => zeroValue(field.type)),
      );
    case 'value':
    case 'time':
    case 'location':
      return undefined;
  }
}

let pointerCount = 0;
const pointerNumbers = new WeakMap<object, number>();

/** A number that is the same for the same object, where Go would use its address. */
export function identityOf(target: object): number {
  let id = pointerNumbers.get(target);
  if (id === undefined) pointerNumbers.set(target, (id = ++pointerCount));
  return id;
}

/** A text that is equal for equal keys. Throws ValueError for slices and maps, which Go cannot hash. */
export function keyOf(value: GoValue): string {
  if (typeof value === 'string') return `s${value}`;
  if (typeof value === 'number') return `f${value === 0 ? 0 : value}`;
  if (typeof value === 'boolean') return `b${value}`;
  if (value === null || value === undefined) return 'n';
  if (value instanceof GoInt) return `${value.type.name}:${value.value}`;
  if (value instanceof GoComplex) return `c${value.re}:${value.im}`;
  if (value instanceof GoTime) return `t${value.unix}:${value.nanos}:${identityOf(value.zone)}`;
  if (value instanceof GoPointer) return `p${value.type.name}:${value.target === null ? 0 : identityOf(value.target)}`;
  if (value instanceof GoStruct) return `{${value.type.name} ${value.values.map((item) => JSON.stringify(keyOf(item))).join(' ')}}`;
  if (value instanceof GoSlice || value instanceof GoMap) throw new ValueError(`A ${value.type.name} cannot be a map key.`);
  return `z${identityOf(value)}`;
}

/** A slice of bytes of a string, Go's `text[from:to]`. */
export function sliceText(text: string, from: number, to: number): string {
  return fromBytes(toBytes(text).slice(from, to));
}
