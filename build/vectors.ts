/**
 * `npm run vectors -- FILE`: renders a file of reference vectors ([{context, template, output, error?}]) and compares.
 * Prints the mismatches and `N passed, M failed`; exit code 1 when any failed, 2 when the file cannot be used.
 */
import { readFileSync } from 'node:fs';
import {
  compileTemplate,
  contextFromJson,
  SAMPLE_EVENTS,
  TemplateRuntimeError,
  TemplateSyntaxError,
  type TemplateFields,
} from '../engine/templates/index.ts';

/** A template, where it is rendered and what Go makes of it. `output` is empty when there is an error. */
export interface Vector {
  readonly context: string;
  readonly template: string;
  readonly output: string;
  readonly error?: string;
}

/** What this implementation makes of a template; `message` says why. */
export interface Outcome {
  readonly output: string;
  readonly error?: 'parse' | 'exec';
  readonly message?: string;
}

const ZONE = 'Europe/Rome';

/** The contexts of the reference vectors, by name. */
type Contexts = ReadonlyMap<string, TemplateFields>;

/** New values for the contexts, equal but not the same. */
export function freshContexts(): Contexts {
  return new Map(Object.entries(SAMPLE_EVENTS).map(([name, event]) => [name, contextFromJson(event, { timeZone: ZONE, seedOnly: true })]));
}

const contexts = freshContexts();

/** Renders a vector's template in its context, in the zone of the reference vectors. Throws for an unknown context. */
export function outcomeOf({ context, template }: Pick<Vector, 'context' | 'template'>, among: Contexts = contexts): Outcome {
  const fields = among.get(context);
  if (!fields) throw new Error(`There is no context ${context}.`);
  try {
    return { output: compileTemplate(template, { name: 't', syntax: 'go' }).render(fields, { timeZone: ZONE }) };
  } catch (error) {
    if (error instanceof TemplateSyntaxError) return { output: '', error: 'parse', message: error.message };
    if (error instanceof TemplateRuntimeError) return { output: '', error: 'exec', message: error.message };
    throw error;
  }
}

/** Whether the outcome is that of the vector. */
export function isSame(vector: Vector, outcome: Outcome): boolean {
  return outcome.output === vector.output && outcome.error === vector.error;
}

function show(outcome: { output: string; error?: string; message?: string }): string {
  return outcome.error === undefined ? JSON.stringify(outcome.output) : `${outcome.error} error ${outcome.message ?? ''}`;
}

function main(file: string | undefined): number {
  if (file === undefined) {
    process.stderr.write('Usage: npm run vectors -- FILE\n');
    return 2;
  }
  const vectors = JSON.parse(readFileSync(file, 'utf8')) as Vector[];
  let failed = 0;
  for (const vector of vectors) {
    const outcome = outcomeOf(vector);
    if (isSame(vector, outcome)) continue;
    failed++;
    process.stdout.write(
      `${vector.context}: ${JSON.stringify(vector.template)}\n  expected ${show(vector)}\n  got      ${show(outcome)}\n`,
    );
  }
  process.stdout.write(`${vectors.length - failed} passed, ${failed} failed\n`);
  return failed > 0 ? 1 : 0;
}

if (import.meta.main) process.exitCode = main(process.argv[2]);
