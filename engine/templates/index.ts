import { translationOf, type TemplateSyntax } from './check.ts';
import { TemplateSyntaxError, positionAt } from './errors.ts';
import { compileGo, type Template } from './template.ts';

export {
  checkTemplate,
  placeholdersOf,
  replaceRemovedPlaceholders,
  translationOf,
  type PlaceholderUse,
  type TemplateSyntax,
} from './check.ts';
export {
  contextFromJson,
  eventFields,
  type AccountValues,
  type ContextOptions,
  type EventValues,
  type FileValues,
  type Moment,
  type ObjectValues,
} from './context.ts';
export { completions, hover, renderTemplateDocs, type Completion } from './editor.ts';
export { TemplateRuntimeError, TemplateSyntaxError, ValueError } from './errors.ts';
export { type Limits } from './limits.ts';
export { PLACEHOLDERS, type Placeholder } from './placeholders.ts';
export { SAMPLE_EVENTS } from './samples.ts';
export { isSimple, translateSimple, type Problem, type Translation } from './simple.ts';
export { type RenderOptions, type Template, type TemplateFields } from './template.ts';

/** How to compile. */
export interface CompileOptions {
  /** Name under which `{{template}}` can call the template itself. Default `template`. */
  readonly name?: string;
  /** Default `auto`: Go's syntax, or the simple one for a text without `{{` that holds its tokens. */
  readonly syntax?: TemplateSyntax;
}

/**
 * Compiles a template once; render it as often as needed.
 * @throws TemplateSyntaxError with line, column and a sentence. Unknown placeholders are found by `checkTemplate`.
 */
export function compileTemplate(source: string, options: CompileOptions = {}): Template {
  const name = options.name ?? 'template';
  const translation = translationOf(source, options.syntax ?? 'auto');
  if (!translation) return compileGo(source, name);
  try {
    return compileGo(translation.source, name, { source, offsetOf: translation.offsetOf });
  } catch (error) {
    // The tables make sound actions, so this speaks of the original: a text that Go's limits refuse.
    if (error instanceof TemplateSyntaxError) throw new TemplateSyntaxError(error.message, positionAt(source, 0));
    throw error;
  }
}
