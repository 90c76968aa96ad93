import { z } from 'zod';
import { type FieldMeta, fieldMeta, unwrap } from '../../engine/contract/fields.ts';

/** One field of a form, as its schema describes it. */
export type FormField = {
  readonly name: string;
  readonly meta: FieldMeta;
  readonly schema: z.ZodType;
  /** May be left out altogether. */
  readonly optional: boolean;
};

/** The fields of a schema made with engine/contract/fields.ts, in their order; what has no metadata has no control and is left out. */
export function formFields(schema: z.ZodObject): FormField[] {
  const shape: Readonly<Record<string, z.ZodType>> = schema.shape;
  return Object.entries(shape).flatMap(([name, inner]) => {
    const meta = fieldMeta(inner);
    return meta === undefined ? [] : [{ name, meta, schema: inner, optional: isOptional(inner) }];
  });
}

/** The schema without `optional`, `default` and the like. */
export function bareSchema(schema: z.ZodType): z.ZodType {
  const inner = unwrap(schema);
  return inner === schema ? schema : bareSchema(inner);
}

/** The schema of a list's items. */
export function itemSchema(schema: z.ZodType): z.ZodType {
  const bare = bareSchema(schema);
  if (!(bare instanceof z.ZodArray)) throw new TypeError('Only lists have items.');
  return bare.element as z.ZodType;
}

/** The choices of a select field. */
export function choices(schema: z.ZodType): readonly string[] {
  const bare = bareSchema(schema);
  return bare instanceof z.ZodEnum ? bare.options.map(String) : [];
}

/** The smallest and greatest number that a number field takes. */
export function bounds(schema: z.ZodType): { readonly min: number | undefined; readonly max: number | undefined } {
  const bare = bareSchema(schema);
  return bare instanceof z.ZodNumber
    ? { min: bare.minValue ?? undefined, max: bare.maxValue ?? undefined }
    : { min: undefined, max: undefined };
}

/** What a control of the field shows before anything was entered: the schema's default, else nothing of its kind. */
export function emptyValue(schema: z.ZodType): unknown {
  const byDefault = schema.safeParse(undefined);
  if (byDefault.success && byDefault.data !== undefined) return byDefault.data;
  const bare = bareSchema(schema);
  if (bare instanceof z.ZodObject) return initialValues(bare, {});
  switch (fieldMeta(schema)?.kind) {
    case 'number':
    case 'select':
    case 'flow':
    case 'pgp-key':
      return null;
    case 'switch':
      return false;
    case 'list':
      return [];
    default:
      return '';
  }
}

/** Values for every field of the form: those of `known`, and empty ones for the rest. */
export function initialValues(schema: z.ZodObject, known: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(formFields(schema).map(({ name, schema: inner }) => [name, known[name] ?? emptyValue(inner)]));
}

/** What the schema is to judge: the form's values without optional fields that were left empty. */
export function givenValues(schema: z.ZodObject, values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    formFields(schema).flatMap(({ name, schema: inner, optional }) => {
      const value = values[name];
      return optional && (value === '' || value === null || value === undefined) ? [] : [[name, givenValue(inner, value)]];
    }),
  );
}

function givenValue(schema: z.ZodType, value: unknown): unknown {
  const bare = bareSchema(schema);
  if (bare instanceof z.ZodObject) return givenValues(bare, value as Record<string, unknown>);
  if (bare instanceof z.ZodArray) return (value as unknown[]).map((item) => givenValue(bare.element as z.ZodType, item));
  return value;
}

/** The title of the field at a dotted path, with the item's number inside of lists: "Headers, 2, Name". */
export function fieldTitle(schema: z.ZodType, path: string): string {
  const titles: string[] = [];
  let at = schema;
  for (const step of path.split('.')) {
    const bare = bareSchema(at);
    if (bare instanceof z.ZodArray) {
      titles.push(String(Number(step) + 1));
      at = bare.element as z.ZodType;
    } else if (bare instanceof z.ZodObject) {
      const inner = (bare.shape as Readonly<Record<string, z.ZodType>>)[step];
      if (inner === undefined) break;
      titles.push(fieldMeta(inner)?.title ?? step);
      at = inner;
    } else break;
  }
  return titles.join(', ');
}

function isOptional(schema: z.ZodType): boolean {
  if (schema instanceof z.ZodOptional) return true;
  const inner = unwrap(schema);
  return inner !== schema && isOptional(inner);
}
