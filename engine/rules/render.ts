import { AppError } from '../contract/errors.ts';
import {
  checkTemplate,
  compileTemplate,
  eventFields,
  type EventValues,
  type Template,
  type TemplateFields,
  TemplateRuntimeError,
  TemplateSyntaxError,
} from '../templates/index.ts';

/**
 * The one place where rules meet the template engine. Values go in as data and are never rendered again: a file named `{{.IP}}` stays that.
 */
export type Fields = TemplateFields;

/** Values by placeholder, as plain data. */
export type FieldValues = EventValues;

/** Compiled templates by source: the same few are rendered for every event. */
const compiled = new Map<string, Template>();
const MAX_COMPILED = 1000;

/** Asked for once: it takes longer than rendering most templates, and a process keeps its zone. */
const LOCAL_ZONE = new Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The fields of one step in the engine's own types; times are shown in the machine's zone. */
export function toFields(values: FieldValues): Fields {
  return eventFields(values, { timeZone: LOCAL_ZONE });
}

/** What is wrong with a template, such as a syntax error or an unknown placeholder, with line and column; undefined when it is sound. */
export function templateProblem(source: string): string | undefined {
  const error = checkTemplate(source).find(({ severity }) => severity === 'error');
  return error === undefined ? undefined : `Line ${error.line}, column ${error.column}: ${error.message}`;
}

/** Renders a template. Throws `template_error` with the position. */
export function render(source: string, fields: Fields, options: { readonly html: boolean } = { html: false }): string {
  // Most fields of most rules are plain text; every token of either syntax has one of these characters.
  if (!/[{%<]/.test(source)) return source;
  try {
    return compile(source).render(fields, options);
  } catch (error) {
    if (error instanceof TemplateSyntaxError || error instanceof TemplateRuntimeError) {
      throw new AppError(
        'template_error',
        `The template cannot be rendered, line ${error.line}, column ${error.column}: ${error.message}`,
        { cause: error },
      );
    }
    throw error;
  }
}

function compile(source: string): Template {
  const known = compiled.get(source);
  if (known !== undefined) return known;
  const template = compileTemplate(source);
  if (compiled.size >= MAX_COMPILED) compiled.clear();
  compiled.set(source, template);
  return template;
}
