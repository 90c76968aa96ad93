/** Position in a template's source: both start at 1, the column counts UTF-16 code units (as editors do). */
export interface SourcePosition {
  readonly line: number;
  readonly column: number;
}

/** The template cannot be parsed. `message` is a sentence without the position, which is in `line` and `column`. */
export class TemplateSyntaxError extends Error {
  readonly line: number;
  readonly column: number;

  constructor(message: string, position: SourcePosition) {
    super(message);
    this.name = 'TemplateSyntaxError';
    this.line = position.line;
    this.column = position.column;
  }
}

/** Rendering stopped: a wrong value, an unknown field, a limit. `line` and `column` are those of the expression at fault. */
export class TemplateRuntimeError extends Error {
  readonly line: number;
  readonly column: number;

  constructor(message: string, position: SourcePosition) {
    super(message);
    this.name = 'TemplateRuntimeError';
    this.line = position.line;
    this.column = position.column;
  }
}

/** What helpers and value operations throw: they do not know where in the source they run; `render` adds the position. */
export class ValueError extends Error {}

/** Line and column of an offset in `source`. Offsets beyond the end mean the end. */
export function positionAt(source: string, offset: number): SourcePosition {
  const before = source.slice(0, Math.max(0, offset));
  const lastBreak = before.lastIndexOf('\n');
  let line = 1;
  for (let at = before.indexOf('\n'); at >= 0; at = before.indexOf('\n', at + 1)) line++;
  return { line, column: before.length - lastBreak };
}
