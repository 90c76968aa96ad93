import type { Json } from '../contract/event.ts';
import { redact } from '../lib/redact.ts';
import type { EventInfo } from './catalog.ts';

/** What changed of a record, as OBJECT_UPDATE tells it. */

type Fields = Readonly<Record<string, Json>>;

/** What stands in events in place of a secret. */
const MASK = '***';
const SECRET_KEY = /pass(word|phrase)|secret|token|hash|privateKey/i;
/** Bookkeeping of the row, which changes with every save or by itself. */
const UNTOLD = new Set(['version', 'createdAt', 'updatedAt', 'usedBytes', 'usedFiles', 'lastSignInAt', 'passwordChangedAt']);
const MOST_CHARACTERS = 1024;
const MOST_CHARACTERS_IN_ALL = 16_384;

/**
 * The `info` of a record that was saved again: `old` and `new` hold its name and the fields of `after` that are other than before, those of
 * objects one by one, secrets masked. A long text is cut; where all is too long, the names of the fields are left. What only one side has is
 * null in the other.
 */
export function updateInfo(
  names: { readonly old: string; readonly new: string },
  before: object,
  after: object,
): EventInfo<'OBJECT_UPDATE'> {
  const fields = asJson(after);
  const [old, changed] = differences(asJson(before), fields, Object.keys(fields));
  return { operation: 'update', old: bounded({ ...old, name: names.old }), new: bounded({ ...changed, name: names.new }) };
}

function differences(before: Fields, after: Fields, keys: readonly string[]): [old: Fields, changed: Fields] {
  const old: Record<string, Json> = {};
  const changed: Record<string, Json> = {};
  for (const key of keys) {
    const [was, is] = [before[key] ?? null, after[key] ?? null];
    if (UNTOLD.has(key) || JSON.stringify(was) === JSON.stringify(is)) continue;
    if (isFields(was) && isFields(is))
      [old[key], changed[key]] = differences(was, is, [...new Set([...Object.keys(was), ...Object.keys(is)])]);
    else [old[key], changed[key]] = [shown(key, was), shown(key, is)];
  }
  return [old, changed];
}

function shown(key: string, value: Json): Json {
  const isSecret = SECRET_KEY.test(key) && (typeof value === 'string' || typeof value === 'object' || key === 'secret');
  if (isSecret) return value === null || value === '' ? value : MASK;
  if (typeof value === 'string') return cut(redact(value));
  if (isList(value)) return value.map((one) => shown('', one));
  if (isFields(value)) return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, shown(name, one)]));
  return value;
}

function cut(text: string): string {
  return text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS)}…`;
}

function bounded(side: Fields): EventInfo<'OBJECT_UPDATE'>['old'] {
  const text = JSON.stringify(side);
  const { name = null, ...rest } = side;
  const kept = text.length <= MOST_CHARACTERS_IN_ALL ? text : JSON.stringify({ name, left_out: Object.keys(rest) });
  return JSON.parse(kept) as EventInfo<'OBJECT_UPDATE'>['old'];
}

function isFields(value: Json): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function asJson(value: object): Fields {
  return JSON.parse(JSON.stringify(value)) as Fields;
}
