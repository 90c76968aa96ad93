import { compilePrograms } from './evaluate.ts';
import { TemplateRuntimeError, ValueError, positionAt } from './errors.ts';
import { FUNCTIONS } from './functions.ts';
import { Budget, DEFAULT_LIMITS, type Limits } from './limits.ts';
import { parseTemplate } from './parser.ts';
import { Run, type Programs } from './runtime.ts';
import { byteLength, canonical, wellFormed } from './text.ts';
import { type GoStruct } from './values.ts';
import { type ParsedTemplate } from './ast.ts';

/** What a template is rendered with: a structure as `eventFields` or `contextFromJson` make it. */
export type TemplateFields = GoStruct;

/** How to render. */
export interface RenderOptions {
  /** HTML-escape what actions print. Literal text stays as it is, and so does a value piped into `html`. */
  readonly html?: boolean;
  /** The machine's zone, Go's `time.Local`; a name of the time zone database (RangeError when unknown). Default: that of this process. */
  readonly timeZone?: string;
  /** Separator of `filePathJoin`. Default `/`. */
  readonly pathSeparator?: '/' | '\\';
  /** Other limits than 1 MiB of output, 100,000 steps and depth 64. */
  readonly limits?: Partial<Limits>;
}

/** A compiled template; can be rendered any number of times, and by several callers at once. */
export interface Template {
  readonly source: string;
  /** The syntax tree, for checks. */
  readonly parsed: ParsedTemplate;
  /** The output. Throws TemplateRuntimeError. */
  render(fields: TemplateFields, options?: RenderOptions): string;
}

const NAMES: ReadonlySet<string> = new Set(FUNCTIONS.keys());

/**
 * Compiles a template in Go's syntax.
 * @param name the name under which `{{template}}` can call the source itself
 * @param original what the user wrote, when `source` is a translation, and where an offset of `source` stands in it
 * @throws TemplateSyntaxError
 */
export function compileGo(source: string, name: string, original?: { source: string; offsetOf: (offset: number) => number }): Template {
  const text = wellFormed(source);
  const parsed = parseTemplate(text, name, NAMES);
  const programs: Programs = compilePrograms(parsed);

  function positionOf(at: number) {
    return original ? positionAt(original.source, original.offsetOf(at)) : positionAt(text, at);
  }

  function render(fields: TemplateFields, options: RenderOptions = {}): string {
    const limits = { ...DEFAULT_LIMITS, ...options.limits };
    const run = new Run(programs, {
      budget: new Budget(limits),
      timeZone: options.timeZone,
      pathSeparator: options.pathSeparator ?? '/',
      html: options.html ?? false,
    });
    try {
      run.isolated(fields, () => programs.get(name)?.(run, fields));
      const output = canonical(run.output);
      if (output.length * 3 > limits.outputBytes) run.budget.size(byteLength(output));
      return wellFormed(output);
    } catch (error) {
      if (error instanceof ValueError) throw new TemplateRuntimeError(error.message, positionOf(run.at));
      throw error;
    }
  }

  return { source, parsed, render };
}
