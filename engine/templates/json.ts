import { ValueError } from './errors.ts';
import { type Budget } from './limits.ts';
import { compareText } from './text.ts';
import { formatTime } from './time-layout.ts';
import { clockOf } from './time.ts';
import { BYTES } from './types.ts';
import { GoComplex, GoInt, GoMap, GoPointer, GoSlice, GoStruct, GoTime, bytesOf, typeOf, type GoValue } from './values.ts';
import { encodeBase64 } from './base64.ts';

const CONTROL: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

function quoteJson(text: string, escapeHtml: boolean): string {
  const special = escapeHtml ? /["\\<>&\u2028\u2029]|[\0-\x1f]|[\ud800-\udfff]/gu : /["\\\u2028\u2029]|[\0-\x1f]|[\ud800-\udfff]/gu;
  const quoted = text.replace(special, (char) => {
    const code = char.charCodeAt(0);
    // With the u flag only lone surrogates match: raw bytes.
    if (code >= 0xd800 && code <= 0xdfff) return '\\ufffd';
    return CONTROL.get(char) ?? `\\u${code.toString(16).padStart(4, '0')}`;
  });
  return `"${quoted}"`;
}

function numberText(value: number): string {
  if (!Number.isFinite(value)) throw new ValueError('JSON has no infinite numbers.');
  return Object.is(value, -0) ? '-0' : String(value);
}

/** A time as RFC 3339 with nanoseconds. Throws ValueError for years that the format cannot hold. */
export function timeJson(time: GoTime): string {
  const clock = clockOf(time);
  if (clock.year < 0 || clock.year > 9999) throw new ValueError(`The year ${clock.year} does not fit RFC 3339.`);
  if (Math.abs(clock.zone.offset) >= 86_400) throw new ValueError('The zone does not fit RFC 3339.');
  return formatTime(time, '2006-01-02T15:04:05.999999999Z07:00');
}

/**
 * Go's encoding/json: sorted keys, structures with their exported fields. `escapeHtml` also escapes `<`, `>` and `&`.
 * Throws ValueError for what JSON cannot hold.
 */
export function toJson(value: GoValue, budget: Budget, escapeHtml = false): string {
  return new JsonWriter(budget, escapeHtml).write(value, 0);
}

class JsonWriter {
  readonly #budget: Budget;
  readonly #escapeHtml: boolean;

  constructor(budget: Budget, escapeHtml: boolean) {
    this.#budget = budget;
    this.#escapeHtml = escapeHtml;
  }

  write(value: GoValue, depth: number): string {
    this.#budget.depth(depth);
    if (depth > 0) this.#budget.step();
    if (typeof value === 'string') {
      this.#budget.work(value.length);
      return quoteJson(value, this.#escapeHtml);
    }
    if (typeof value === 'number') return numberText(value);
    if (typeof value === 'boolean') return String(value);
    return value === null || value === undefined ? 'null' : this.#object(value, depth);
  }

  #object(value: GoValue & object, depth: number): string {
    if (value instanceof GoInt) return value.value.toString();
    if (value instanceof GoTime) return `"${timeJson(value)}"`;
    if (value instanceof GoPointer) return this.write(value.target ?? null, depth);
    if (value instanceof GoSlice) return this.#slice(value, depth);
    if (value instanceof GoMap) return this.#map(value, depth);
    if (value instanceof GoStruct) return this.#struct(value, depth);
    if (value instanceof GoComplex) throw new ValueError(`JSON has no ${typeOf(value)?.name ?? 'such values'}.`);
    // A time zone has no exported fields.
    return '{}';
  }

  #slice(slice: GoSlice, depth: number): string {
    if (slice.isNil) return 'null';
    if (slice.type.name === BYTES.name) return `"${encodeBase64(bytesOf(slice))}"`;
    return this.#wrap(
      '[',
      slice.items().map((item) => this.write(item, depth + 1)),
      ']',
    );
  }

  #map(map: GoMap, depth: number): string {
    if (map.type.key.kind !== 'string') throw new ValueError(`JSON has no ${map.type.name}: keys must be text.`);
    if (map.isNil) return 'null';
    const entries = [...map.entries.values()].map(([key, value]): [string, GoValue] => [typeof key === 'string' ? key : '', value]);
    entries.sort((a, b) => compareText(a[0], b[0]));
    const members = entries.map(([key, value]) => `${quoteJson(key, this.#escapeHtml)}:${this.write(value, depth + 1)}`);
    return this.#wrap('{', members, '}');
  }

  #struct(struct: GoStruct, depth: number): string {
    const members: string[] = [];
    for (const [name, position] of struct.type.index)
      members.push(`${quoteJson(name, false)}:${this.write(struct.values[position], depth + 1)}`);
    return this.#wrap('{', members, '}');
  }

  #wrap(open: string, members: readonly string[], close: string): string {
    let length = members.length + 1;
    for (const member of members) length += member.length;
    this.#budget.size(length);
    return open + members.join(',') + close;
  }
}
