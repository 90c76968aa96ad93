import { MONTHS, WEEKDAYS } from './calendar.ts';
import { sortedEntries } from './collate.ts';
import { type Budget } from './limits.ts';
import { ScalarWriter, type Directive } from './scalar-writer.ts';
import { fromBytes } from './text.ts';
import { timeSource, timeText } from './time-layout.ts';
import { YEAR_ONE, durationText } from './time.ts';
import { BYTES, INT64, UINT64, pointerTo, structType } from './types.ts';
import { GoComplex, GoInt, GoMap, GoPointer, GoSlice, GoStruct, GoTime, bytesOf, identityOf, typeOf, type GoValue } from './values.ts';

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

/** Writes values of all kinds as Go's package fmt does. */
export class Printer {
  readonly #budget: Budget;
  readonly #out: ScalarWriter;
  /** While a wrong verb is reported, String methods are not called. */
  #reportsBadVerb = false;

  constructor(budget: Budget) {
    this.#budget = budget;
    this.#out = new ScalarWriter(budget);
  }

  /** What was written so far. */
  get text(): string {
    return this.#out.text;
  }

  /** Flags of the verb that is written next. */
  get directive(): Directive {
    return this.#out.directive;
  }

  set directive(directive: Directive) {
    this.#out.directive = directive;
  }

  write(text: string): void {
    this.#out.write(text);
  }

  /** One operand with a verb, as `Printf` would. */
  printOperand(value: GoValue, verb: string): void {
    this.#budget.step();
    const type = typeOf(value);
    if (type === null && (verb === 'T' || verb === 'v')) this.#out.pad('<nil>');
    else if (type === null) this.write(`%!${verb}(<nil>)`);
    else if (verb === 'T') this.#out.plain(type.name);
    else if (verb === 'p') this.#pointer(value, type.name, verb);
    else this.#print(value, verb, 0);
  }

  #badVerb(value: GoValue, verb: string): void {
    this.#reportsBadVerb = true;
    this.write(`%!${verb}(${typeOf(value)?.name ?? ''}=`);
    this.#print(value, 'v', 0);
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
      this.#out.plain(timeSource(value));
      return true;
    }
    const text = 'vsxXq'.includes(verb) ? stringMethod(value) : null;
    return text !== null && this.#out.string(text, verb);
  }

  #print(value: GoValue, verb: string, depth: number): void {
    this.#budget.depth(depth);
    if (depth > 0) this.#budget.step();
    if (this.#method(value, verb) || this.#container(value, verb, depth)) return;
    // A nil inside an `any`.
    if (value === null || value === undefined) this.write(this.directive.sharpV ? 'interface {}(nil)' : '<nil>');
    else if (!this.#scalar(value, verb)) this.#badVerb(value, verb);
  }

  /** Writes a value without parts; false when the verb is not for it. */
  #scalar(value: GoValue, verb: string): boolean {
    if (typeof value === 'string') return this.#out.string(value, verb);
    if (typeof value === 'number') return this.#out.float(value, verb);
    if (typeof value === 'boolean') return this.#out.bool(value, verb);
    if (value instanceof GoInt) return this.#out.integer(value, verb);
    return value instanceof GoComplex && this.#out.complex(value, verb);
  }

  // Containers -----------------------------------------------------------------------------------------------------------

  /** Writes a value with parts, or a pointer; false for other values. */
  #container(value: GoValue, verb: string, depth: number): boolean {
    if (value instanceof GoSlice) this.#slice(value, verb, depth);
    else if (value instanceof GoMap) this.#map(value, verb, depth);
    else if (value instanceof GoStruct) this.#struct(value, verb, depth);
    else if (value instanceof GoTime) this.#struct(timeWords(value), verb, depth);
    else if (value instanceof GoPointer && value.target !== null && depth === 0) {
      this.write('&');
      this.#print(value.target, verb, depth + 1);
    } else if (typeOf(value)?.name.startsWith('*') === true) this.#pointer(value, typeOf(value)?.name ?? '', verb);
    else return false;
    return true;
  }

  #slice(slice: GoSlice, verb: string, depth: number): void {
    const isBytes = slice.type.name === BYTES.name;
    if (isBytes && (verb === 'x' || verb === 'X')) this.#out.hex(bytesOf(slice), verb);
    else if (isBytes && (verb === 's' || verb === 'q')) this.#out.string(fromBytes(bytesOf(slice)), verb);
    else {
      const { sharpV } = this.directive;
      if (sharpV) this.write(isBytes && depth === 0 && 'vd'.includes(verb) ? '[]byte' : slice.type.name);
      if (sharpV && slice.isNil) this.write('(nil)');
      else {
        this.write(sharpV ? '{' : '[');
        for (let i = 0; i < slice.length; i++) {
          if (i > 0) this.write(sharpV ? ', ' : ' ');
          this.#print(slice.at(i), verb, depth + 1);
        }
        this.write(sharpV ? '}' : ']');
      }
    }
  }

  #map(map: GoMap, verb: string, depth: number): void {
    const { sharpV } = this.directive;
    if (sharpV && map.isNil) {
      this.write(`${map.type.name}(nil)`);
      return;
    }
    this.write(sharpV ? `${map.type.name}{` : 'map[');
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
  #pointer(value: GoValue, typeName: string, verb: string): void {
    const isReference = value instanceof GoPointer || value instanceof GoSlice || value instanceof GoMap || typeName === '*time.Location';
    if (!isReference || typeof value !== 'object' || value === null) {
      this.#badVerb(value, verb);
      return;
    }
    const isNil = value instanceof GoPointer ? value.target === null : (value instanceof GoSlice || value instanceof GoMap) && value.isNil;
    const target = value instanceof GoPointer ? (value.target ?? value) : value;
    const address = isNil ? 0n : 0xc000000000n + BigInt(identityOf(target)) * 16n;
    const { sharp, sharpV } = this.directive;
    if (verb === 'v' && sharpV) {
      this.write(`(${typeName})(`);
      if (isNil) this.write('nil');
      else this.#out.prefixed(address, true);
      this.write(')');
    } else if (verb === 'v' && isNil) this.#out.pad('<nil>');
    else if (verb === 'v' || verb === 'p') this.#out.prefixed(address, !sharp);
    else if (!'bodxX'.includes(verb) || !this.#out.integer(new GoInt(UINT64, address), verb)) this.#badVerb(value, verb);
  }
}
