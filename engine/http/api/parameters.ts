import { z } from 'zod';
import { AppError } from '../../contract/errors.ts';
import { invalidInput } from '../../lib/invalid-input.ts';

/** Query strings for the schemas of the contract: `date_from=…` for `dateFrom`. */

/**
 * The query string checked by the schema. What is no text in JSON is read as what the schema wants: numbers, true and false; lists by
 * repeating the name or with commas. Throws `invalid_input` that names the parameter.
 */
export function readParameters<T extends z.ZodObject>(schema: T, query: URLSearchParams): z.output<T> {
  const input: Record<string, unknown> = {};
  for (const name of new Set(query.keys())) {
    const key = camelCase(name);
    const field = schema.shape[key] as z.ZodType | undefined;
    if (field === undefined || name !== snakeCase(key)) {
      throw new AppError('invalid_input', `There is no parameter "${name.slice(0, 64)}". /api/openapi.json lists them.`, {
        field: name.slice(0, 64),
      });
    }
    input[key] = readValue(name, query.getAll(name), kindOf(field));
  }
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw invalidInput(
    new z.ZodError(parsed.error.issues.map((issue) => ({ ...issue, path: issue.path.map((key) => snakeCase(String(key))) }))),
  );
}

type Kind = 'text' | 'number' | 'boolean' | 'list';

/** What values of the schema are in JSON. */
function kindOf(schema: z.ZodType): Kind {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  if (json.anyOf?.some((one) => typeof one === 'object' && one.type === 'array') === true) return 'list';
  if (json.type === 'integer' || json.type === 'number') return 'number';
  return json.type === 'boolean' ? 'boolean' : 'text';
}

function readValue(name: string, values: readonly string[], kind: Kind): unknown {
  if (kind === 'list') return values.flatMap((value) => value.split(','));
  const [value = '', ...more] = values;
  if (more.length > 0) throw new AppError('invalid_input', `${name}: this stands there more than once. Give one value.`, { field: name });
  if (kind === 'number' && /^-?\d{1,15}$/.test(value)) return Number(value);
  if (kind === 'boolean' && /^(true|1)$/.test(value)) return true;
  if (kind === 'boolean' && /^(false|0)$/.test(value)) return false;
  return value;
}

export function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function camelCase(name: string): string {
  return name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
