/** Integer types that values here can have, with Go's names. `time.Month` and the like are integers with methods. */
export type IntegerName = 'int' | 'int64' | 'uint8' | 'uint64' | 'time.Month' | 'time.Weekday' | 'time.Duration';

/**
 * A Go type. `name` is what `%T` prints and identifies the type: two types are the same when their names are equal.
 * `value` is the parameter type of built-in functions that look at any value, even at none (Go's reflect.Value).
 */
export type GoType =
  | { readonly kind: 'bool' | 'string' | 'float64' | 'complex128' | 'interface' | 'value' | 'time' | 'location'; readonly name: string }
  | { readonly kind: 'int'; readonly name: IntegerName; readonly signed: boolean }
  | { readonly kind: 'slice'; readonly name: string; readonly elem: GoType }
  | { readonly kind: 'map'; readonly name: string; readonly key: GoType; readonly elem: GoType }
  | { readonly kind: 'pointer'; readonly name: string; readonly elem: GoType }
  | StructType;

/** A field of a structure. Names with a small first letter are not reachable from templates but are printed. */
export interface StructField {
  readonly name: string;
  readonly type: GoType;
}

/** A structure type; the order of `fields` is the order in which they print. */
export interface StructType {
  readonly kind: 'struct';
  readonly name: string;
  readonly fields: readonly StructField[];
  /** Position of each exported field. */
  readonly index: ReadonlyMap<string, number>;
}

export const BOOL: GoType = { kind: 'bool', name: 'bool' };
export const STRING: GoType = { kind: 'string', name: 'string' };
export const FLOAT64: GoType = { kind: 'float64', name: 'float64' };
export const COMPLEX128: GoType = { kind: 'complex128', name: 'complex128' };
/** Go's `any`. */
export const ANY: GoType = { kind: 'interface', name: 'interface {}' };
export const VALUE: GoType = { kind: 'value', name: 'reflect.Value' };
export const TIME: GoType = { kind: 'time', name: 'time.Time' };
/** `*time.Location`: the value is the zone itself. */
export const LOCATION: GoType = { kind: 'location', name: '*time.Location' };

export type IntegerType = Extract<GoType, { kind: 'int' }>;
export const INT: IntegerType = { kind: 'int', name: 'int', signed: true };
export const INT64: IntegerType = { kind: 'int', name: 'int64', signed: true };
export const UINT8: IntegerType = { kind: 'int', name: 'uint8', signed: false };
export const UINT64: IntegerType = { kind: 'int', name: 'uint64', signed: false };
export const MONTH: IntegerType = { kind: 'int', name: 'time.Month', signed: true };
export const WEEKDAY: IntegerType = { kind: 'int', name: 'time.Weekday', signed: true };
export const DURATION: IntegerType = { kind: 'int', name: 'time.Duration', signed: true };

/** The type `[]elem`. */
export function sliceOf(elem: GoType): Extract<GoType, { kind: 'slice' }> {
  return { kind: 'slice', name: `[]${elem.name}`, elem };
}

/** The type `map[key]elem`. */
export function mapOf(key: GoType, elem: GoType): Extract<GoType, { kind: 'map' }> {
  return { kind: 'map', name: `map[${key.name}]${elem.name}`, key, elem };
}

/** The type `*elem`. */
export function pointerTo(elem: GoType): Extract<GoType, { kind: 'pointer' }> {
  return { kind: 'pointer', name: `*${elem.name}`, elem };
}

/** A structure type. */
export function structType(name: string, fields: readonly StructField[]): StructType {
  const index = new Map<string, number>();
  fields.forEach((field, i) => {
    if (/^\p{Lu}/u.test(field.name)) index.set(field.name, i);
  });
  return { kind: 'struct', name, fields, index };
}

export const STRINGS = sliceOf(STRING);
export const BYTES = sliceOf(UINT8);
/** What `createDict` makes. */
export const ANY_MAP = mapOf(ANY, ANY);
