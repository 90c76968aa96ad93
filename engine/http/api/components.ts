import { z } from 'zod';

export type Json = Record<string, unknown>;

/** The schemas of one document, with what they share under `components`, where its references lead. */
export type Components = {
  schema(schema: z.ZodType, io: 'input' | 'output'): Json;
  /** What the schemas so far refer to, by its name in `components.schemas`. */
  shared(): Json;
};

const OWN = '#/$defs/';

export function createComponents(): Components {
  const names = new Map<string, string>();
  const shared: Json = {};

  /** The name of a part, the same for all that are alike. */
  function nameOf(key: string, parts: Json): string {
    // What refers to nothing but itself is told apart by its text alone.
    const text = JSON.stringify(parts[key]).replaceAll(`"${OWN}${key}"`, '"#"');
    const likeness = text.includes(OWN) ? `${key} of ${JSON.stringify(parts)}` : text;
    const name = names.get(likeness) ?? `Shared${names.size + 1}`;
    names.set(likeness, name);
    return name;
  }

  /** Leads references to parts of the schema to where these stand in the document. */
  function led(value: unknown, parts: Json): unknown {
    return JSON.parse(JSON.stringify(value), (key, one: unknown) =>
      key === '$ref' && typeof one === 'string' && one.startsWith(OWN)
        ? `#/components/schemas/${nameOf(one.slice(OWN.length), parts)}`
        : one,
    ) as unknown;
  }

  return {
    schema(schema, io) {
      const { $defs = {}, ...json }: Json = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
      // Said once, by the version of the whole document.
      delete json['$schema'];
      const parts = $defs as Json;
      for (const key of Object.keys(parts)) shared[nameOf(key, parts)] = led(parts[key], parts);
      return led(json, parts) as Json;
    },
    shared: () => shared,
  };
}
