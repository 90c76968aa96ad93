import { z } from 'zod';

/** A JSON schema as `z.toJSONSchema` makes it, as far as our schemas use it. */
type JsonSchema = {
  readonly type?: string | readonly string[];
  readonly title?: string;
  readonly help?: string;
  readonly kind?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly format?: string;
};

/** One field of an object, inner ones with their dotted path. */
export type FieldRow = {
  readonly path: string /** The form field's kind, where one of its constructors made it. */;
  readonly kind: string;
  readonly type: string;
  readonly required: boolean;
  readonly fallback: string;
  readonly meaning: string;
};

/** The schema as JSON schema; `input` is what a caller may send, `output` what is answered or kept. */
export function toJsonSchema(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  return z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as JsonSchema;
}

/** Every field of an object schema, depth first, in the order of the schema. */
export function fieldRows(schema: JsonSchema, prefix = ''): FieldRow[] {
  const inner = listItem(schema) ?? objectIn(schema);
  return Object.entries(inner?.properties ?? {}).flatMap(([name, field]) => {
    const path = `${prefix}${name}`;
    const row = {
      path,
      kind: field.kind ?? '',
      type: field.kind === 'secret' ? 'text or {"secret":N}' : typeText(field),
      required: inner?.required?.includes(name) === true,
      fallback: field.default === undefined || typeof field.default === 'object' ? '' : JSON.stringify(field.default),
      meaning: [field.title, field.help].filter((text) => text !== undefined).join('. '),
    };
    // What a reference to a secret consists of is nobody's business.
    return field.kind === 'secret' ? [row] : [row, ...fieldRows(field, `${path}${listItem(field) === undefined ? '' : '[]'}.`)];
  });
}

/** The type in words: `text`, `number 1 to 65535`, `"a" or "b"`, `list of objects`. */
export function typeText(schema: JsonSchema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(' or ');
  if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.map(typeText))].join(' or ');
  if (typeof schema.type === 'object') return schema.type.map((type) => typeText({ ...schema, type })).join(' or ');
  switch (schema.type) {
    case 'string':
      return schema.format === undefined ? 'text' : schema.format;
    case 'integer':
    case 'number':
      return ['number', bounds(schema)].filter((part) => part !== '').join(' ');
    case 'boolean':
      return 'true or false';
    case 'null':
      return 'null';
    case 'array':
      return schema.items?.properties === undefined ? `list of ${typeText(schema.items ?? {})}` : 'list of objects';
    case 'object':
      return typeof schema.additionalProperties === 'object' ? `object of ${typeText(schema.additionalProperties)} by name` : 'object';
    default:
      return 'any';
  }
}

function bounds({ minimum, maximum }: JsonSchema): string {
  const low = minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER ? minimum : undefined;
  const high = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER ? maximum : undefined;
  if (low !== undefined && high !== undefined) return `${low} to ${high}`;
  if (low !== undefined) return `from ${low}`;
  return high === undefined ? '' : `up to ${high}`;
}

/** The object that the schema is or may be. */
function objectIn(schema: JsonSchema): JsonSchema | undefined {
  return [schema, ...(schema.anyOf ?? [])].find((one) => one.properties !== undefined);
}

/** The item of a list of objects, also where the list may be absent or null. */
function listItem(schema: JsonSchema): JsonSchema | undefined {
  const items = [schema, ...(schema.anyOf ?? [])].find((one) => one.items !== undefined)?.items;
  return items?.properties === undefined ? undefined : items;
}
