import { z } from 'zod';
import type { PgpUse } from './pgp-key.ts';

/**
 * The closed list of form fields. A definition builds its schema from these constructors; validation, wizard form, template rendering,
 * secret handling and documentation read the kind from the schema's metadata.
 */

export type FieldKind =
  | 'text'
  | 'text-template'
  | 'long-template'
  | 'html-template'
  | 'path-template'
  | 'secret'
  | 'number'
  | 'switch'
  | 'select'
  | 'flow'
  | 'pgp-key'
  | 'folder'
  | 'list';

export type FieldMeta = {
  readonly title: string;
  readonly help?: string;
  readonly kind: FieldKind;
  readonly more?: boolean;
  /** Of secrets: has lines, such as an armoured key. */
  readonly multiline?: boolean;
  /** Of numbers: a name rather than a quantity, such as a port, and so without marks between its thousands. */
  readonly ungrouped?: boolean;
  /** Of keys of OpenPGP: what they have to be good for. */
  readonly use?: PgpUse;
  /** Of virtual folders: has to be one of this machine. */
  readonly localOnly?: boolean;
};

type Described = { readonly title: string; readonly help?: string; readonly more?: boolean };

/** A stored secret: what a saved configuration holds and what the API shows in its place. */
export type SecretRef = { readonly secret: number };

const secretRef = z.strictObject({ secret: z.int().positive() });

const meta = (kind: FieldKind, described: Described & Pick<FieldMeta, 'multiline' | 'use' | 'ungrouped' | 'localOnly'>): FieldMeta => ({
  kind,
  ...described,
});

export const field = {
  /** A literal text, never rendered. */
  text: (described: Described) => z.string().max(4096).meta(meta('text', described)),
  /** One line that takes templates. */
  template: (described: Described) => z.string().max(16_384).meta(meta('text-template', described)),
  /** Many lines that take templates. */
  longTemplate: (described: Described) => z.string().max(1_048_576).meta(meta('long-template', described)),
  /** HTML whose substituted values are escaped. */
  htmlTemplate: (described: Described) => z.string().max(1_048_576).meta(meta('html-template', described)),
  /** A virtual path; takes templates, cleaned to an absolute path after rendering. */
  path: (described: Described) => z.string().min(1).max(4096).meta(meta('path-template', described)),
  /** A secret: given as text once, kept sealed, shown and kept afterwards as a reference. */
  secret: (described: Described & { readonly multiline?: boolean }) =>
    z.union([z.string().max(16_384), secretRef]).meta(meta('secret', described)),
  /** A whole number with its bounds. */
  number: ({ min, max, ...described }: Described & { readonly min: number; readonly max: number; readonly ungrouped?: boolean }) =>
    z.int().min(min).max(max).meta(meta('number', described)),
  switch: (described: Described) => z.boolean().meta(meta('switch', described)),
  select: <const Options extends readonly [string, ...string[]]>(options: Options, described: Described) =>
    z.enum(options).meta(meta('select', described)),
  /** The id of a flow. */
  flow: (described: Described) => z.int('Choose a flow.').positive().meta(meta('flow', described)),
  /** The id of a key of the store of PGP keys, which has to be good for `use`. */
  pgpKey: (described: Described & { readonly use: PgpUse }) => z.int('Choose a key.').positive().meta(meta('pgp-key', described)),
  /** The name of a virtual folder; empty for none. */
  folder: (described: Described & { readonly localOnly?: boolean }) => z.string().max(255).meta(meta('folder', described)),
  /** A list whose items have fields of their own. */
  list: <Item extends z.ZodType>(item: Item, described: Described) => z.array(item).max(1000).meta(meta('list', described)),
};

/** The field's metadata, looking through `optional`, `default` and `nullable`; undefined for what no constructor made. */
export function fieldMeta(schema: z.ZodType): FieldMeta | undefined {
  const own = schema.meta() as FieldMeta | undefined;
  if (own?.kind !== undefined) return own;
  const inner = unwrap(schema);
  return inner === schema ? undefined : fieldMeta(inner);
}

/** The schema inside `optional`, `default`, `nullable` and the like; the schema itself where there is none. */
export function unwrap(schema: z.ZodType): z.ZodType {
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodPrefault
  ) {
    return schema.unwrap() as z.ZodType;
  }
  return schema;
}

/**
 * A copy of `value` (already valid for `schema`) in which `change` replaced each leaf that has field metadata.
 * `path` is dotted, such as `headers.0.value`. Used to render templates, seal and resolve secrets, mask traces.
 */
export function mapFields(
  schema: z.ZodType,
  value: unknown,
  change: (leaf: unknown, meta: FieldMeta, path: string) => unknown,
  path = '',
): unknown {
  if (value === undefined || value === null) return value;
  const bare = bottom(schema);
  if (bare instanceof z.ZodObject) {
    const out: Record<string, unknown> = { ...(value as Record<string, unknown>) };
    const shape: Readonly<Record<string, z.ZodType>> = bare.shape;
    for (const [key, inner] of Object.entries(shape)) {
      if (key in out) out[key] = mapFields(inner, out[key], change, path === '' ? key : `${path}.${key}`);
    }
    return out;
  }
  if (bare instanceof z.ZodArray) {
    return (value as unknown[]).map((item, index) => mapFields(bare.element as z.ZodType, item, change, `${path}.${String(index)}`));
  }
  const found = fieldMeta(schema);
  return found === undefined ? value : change(value, found, path);
}

function bottom(schema: z.ZodType): z.ZodType {
  const inner = unwrap(schema);
  return inner === schema ? schema : bottom(inner);
}
