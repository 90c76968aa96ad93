import { type Block, type Operand, type Pipeline, type Statement } from './ast.ts';
import { TemplateSyntaxError, positionAt } from './errors.ts';
import { methodNames } from './methods.ts';
import { EVENT } from './placeholders.ts';
import { removedPlaceholder } from './removed.ts';
import { isSimple, translateSimple, type Problem, type Translation } from './simple.ts';
import { compileGo } from './template.ts';
import { INT, type GoType } from './types.ts';

/** Syntax of a template: by its looks, always Go's, or always the simple one. */
export type TemplateSyntax = 'auto' | 'go' | 'simple';

/** A use of a placeholder: `path` from the event on, `at` the offset in the source. */
export interface PlaceholderUse {
  readonly path: readonly string[];
  readonly at: number;
}

/** The translation of a simple template; null when the source is in Go's syntax. Throws TemplateSyntaxError. */
export function translationOf(source: string, syntax: TemplateSyntax): Translation | null {
  return syntax === 'simple' || (syntax === 'auto' && isSimple(source)) ? translateSimple(source) : null;
}

/** What can be known about a value before rendering: its type, or nothing. */
type Known = GoType | null;

/** Follows the types of a template from the event on and notes where they are left. */
class Checker {
  readonly uses: PlaceholderUse[] = [];
  readonly unknown: { message: string; at: number }[] = [];
  #variables: [string, Known][] = [];

  block(block: Block, dot: Known): void {
    for (const statement of block) this.#statement(statement, dot);
  }

  /** Runs with the variables that are known now and forgets the ones declared meanwhile. */
  scoped(dollar: Known, body: () => void): void {
    const outer = this.#variables;
    this.#variables = [['$', dollar]];
    body();
    this.#variables = outer;
  }

  #statement(statement: Statement, dot: Known): void {
    switch (statement.kind) {
      case 'action':
        this.#pipeline(statement.pipeline, dot);
        return;
      case 'template':
        if (statement.argument) this.#pipeline(statement.argument, dot);
        return;
      case 'if':
      case 'with':
        this.#nested(() => {
          for (const { condition, body } of statement.branches) {
            const type = this.#pipeline(condition, dot);
            this.block(body, statement.kind === 'with' ? type : dot);
          }
          this.block(statement.otherwise, dot);
        });
        return;
      case 'range':
        this.#nested(() => {
          this.#range(statement, dot);
        });
        return;
      case 'text':
      case 'break':
      case 'continue':
        return;
    }
  }

  #nested(body: () => void): void {
    const count = this.#variables.length;
    body();
    this.#variables.length = count;
  }

  #range(statement: Extract<Statement, { kind: 'range' }>, dot: Known): void {
    const type = this.#pipeline({ ...statement.pipeline, variables: [] }, dot);
    const element = type?.kind === 'slice' || type?.kind === 'map' ? type.elem : null;
    const known = element?.kind === 'interface' ? null : element;
    const key = type?.kind === 'slice' ? INT : type?.kind === 'map' ? type.key : null;
    const [first, second] = statement.pipeline.variables;
    if (first !== undefined) this.#variables.push([first, second === undefined ? known : key]);
    if (second !== undefined) this.#variables.push([second, known]);
    this.block(statement.body, known);
    this.block(statement.otherwise, dot);
  }

  #pipeline(pipeline: Pipeline, dot: Known): Known {
    let result: Known = null;
    for (const { first, args } of pipeline.commands) {
      for (const arg of args) this.#operand(arg, dot);
      result = this.#operand(first, dot);
    }
    for (const name of pipeline.variables) {
      // An assignment may come back to code that stands before it, so the type is no longer certain.
      if (pipeline.isAssignment) this.#variables = this.#variables.map(([known, type]) => [known, known === name ? null : type]);
      else this.#variables.push([name, result]);
    }
    return result;
  }

  #operand(operand: Operand, dot: Known): Known {
    switch (operand.kind) {
      case 'dot':
        return dot;
      case 'field':
        return this.#path(dot, operand.path, operand.at);
      case 'variable': {
        const type = this.#variables.findLast(([name]) => name === operand.name)?.[1] ?? null;
        return this.#path(type, operand.path, operand.at);
      }
      case 'pipeline':
        return this.#pipeline(operand, dot);
      case 'chain':
        return this.#path(this.#operand(operand.base, dot), operand.path, operand.at);
      default:
        return null;
    }
  }

  #path(start: Known, path: readonly string[], at: number): Known {
    if (start === EVENT && path.length > 0) this.uses.push({ path, at });
    let type = start;
    for (const name of path) {
      if (type?.kind === 'pointer') type = type.elem;
      if (type === null || type.kind === 'map' || type.kind === 'interface') return null;
      if (methodNames(type.name).includes(name)) return METHOD_RESULTS.get(name) ?? null;
      const position = type.kind === 'struct' ? type.index.get(name) : undefined;
      const field = position === undefined || type.kind !== 'struct' ? undefined : type.fields[position];
      if (!field) {
        this.#missing(type, name, at);
        return null;
      }
      type = field.type;
    }
    return type?.kind === 'interface' ? null : type;
  }

  #missing(type: GoType, name: string, at: number): void {
    const removed = type === EVENT ? removedPlaceholder(name) : null;
    if (removed) this.unknown.push({ at, message: `{{.${name}}} no longer exists: use {{${removed.replacement}}} instead.` });
    else if (type === EVENT) this.unknown.push({ at, message: `There is no placeholder .${name}.` });
    else this.unknown.push({ at, message: `There is no .${name} here.` });
  }
}

/** Methods after which a time is still a time. Other results are not followed. */
const METHOD_RESULTS: ReadonlyMap<string, GoType> = new Map(
  EVENT.fields.filter((field) => field.name === 'Timestamp').flatMap(({ type }) => ['UTC', 'Local'].map((name) => [name, type] as const)),
);

function inspect(source: string): Checker {
  const { parsed } = compileGo(source, MAIN);
  const checker = new Checker();
  for (const [name, block] of parsed.templates) {
    // What a defined template is called with is not followed.
    const dot = name === MAIN ? EVENT : null;
    checker.scoped(dot, () => {
      checker.block(block, dot);
    });
  }
  return checker;
}

const MAIN = 'template';

/**
 * Everything that can be said about a template without rendering it: syntax errors, unknown and removed placeholders, near
 * misses of simple tokens. Fields of values whose type is known only while rendering are not checked.
 */
export function checkTemplate(source: string, syntax: TemplateSyntax = 'auto'): Problem[] {
  try {
    const translation = translationOf(source, syntax);
    const positionOf = (at: number) => positionAt(source, translation ? translation.offsetOf(at) : at);
    const found = inspect(translation?.source ?? source).unknown;
    const errors = found.map(({ message, at }): Problem => ({ severity: 'error', message, ...positionOf(at) }));
    return [...errors, ...(translation?.problems ?? [])];
  } catch (error) {
    if (error instanceof TemplateSyntaxError)
      return [{ severity: 'error', message: error.message, line: error.line, column: error.column }];
    throw error;
  }
}

/** The placeholders that a template uses, in the order of the source (that of the translation for simple ones). Throws TemplateSyntaxError. */
export function placeholdersOf(source: string, syntax: TemplateSyntax = 'auto'): PlaceholderUse[] {
  return inspect(translationOf(source, syntax)?.source ?? source).uses;
}

/**
 * Replaces removed placeholders by what the migration section of the documentation names. An action that is only the
 * placeholder becomes the new action; inside a longer one the replacement gets parentheses.
 * @throws TemplateSyntaxError when the template cannot be read
 */
export function replaceRemovedPlaceholders(source: string): string {
  const uses = inspect(source).uses.filter(({ path }) => removedPlaceholder(path[0] ?? '') !== null);
  let text = source;
  for (const { path, at } of uses.toSorted((a, b) => b.at - a.at)) {
    const [name = ''] = path;
    const removed = removedPlaceholder(name);
    if (!removed) continue;
    // `$.Ext` counts from the `$`.
    const dollar = text.charAt(at) === '$' ? '$' : '';
    const end = at + dollar.length + 1 + name.length;
    const isAlone = /\{\{-?\s*$/.test(text.slice(Math.max(0, at - 100), at)) && /^\s*-?\}\}/.test(text.slice(end, end + 100));
    const isField = /^\.[A-Za-z.]+$/.test(removed.replacement);
    const rooted = dollar === '' ? removed.replacement : removed.replacement.replaceAll(/(^|[\s(])\./g, '$1$$.');
    text = text.slice(0, at) + (isAlone || isField ? rooted : `(${rooted})`) + text.slice(end);
  }
  return text;
}
