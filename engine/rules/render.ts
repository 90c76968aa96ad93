import { AppError } from '../contract/errors.ts';
import { compileGo, eventFields, TemplateRuntimeError, TemplateSyntaxError } from '../templates/index.ts';

/**
 * The one place where rules meet the template engine. Values go in as data and are never rendered again: a file named `{{.IP}}` stays that.
 */
export type Fields = ReturnType<typeof eventFields>;

/** Values by placeholder, as plain data. */
export type FieldValues = Parameters<typeof eventFields>[0];

type Template = ReturnType<typeof compileGo>;

/** Compiled templates by source: the same few are rendered for every event. */
const compiled = new Map<string, Template>();
const MAX_COMPILED = 1000;

/** The fields of one step in the engine's own types. */
export function toFields(values: FieldValues): Fields {
  return eventFields(values);
}

/** What is wrong with a template, with line and column, or undefined when it can be compiled. */
export function templateProblem(source: string): string | undefined {
  try {
    compile(source);
    return undefined;
  } catch (error) {
    if (error instanceof TemplateSyntaxError) return `Line ${error.line}, column ${error.column}: ${error.message}`;
    throw error;
  }
}

/** Renders a template. Throws `template_error` with the position. */
export function render(source: string, fields: Fields, options: { readonly html: boolean } = { html: false }): string {
  // Most fields of most rules are plain text.
  if (!source.includes('{') && !source.includes('%') && !source.includes('<')) return source;
  try {
    return compile(source).render(fields, options);
  } catch (error) {
    if (error instanceof TemplateSyntaxError || error instanceof TemplateRuntimeError) {
      throw new AppError('template_error', `The template cannot be rendered, line ${error.line}, column ${error.column}: ${error.message}`, { cause: error });
    }
    throw error;
  }
}

function compile(source: string): Template {
  const known = compiled.get(source);
  if (known !== undefined) return known;
  const template = compileGo(source, 'template');
  if (compiled.size >= MAX_COMPILED) compiled.clear();
  compiled.set(source, template);
  return template;
}
