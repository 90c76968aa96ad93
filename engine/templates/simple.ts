import { TemplateSyntaxError, positionAt, type SourcePosition } from './errors.ts';
import { SIMPLE_TOKENS } from './simple-tokens.ts';

/** Something to tell the author of a template. Errors keep a rule from being switched on. */
export interface Problem extends SourcePosition {
  readonly severity: 'error' | 'warning' | 'hint';
  readonly message: string;
}

/** A simple template in Go's syntax. */
export interface Translation {
  readonly source: string;
  /** Where an offset of `source` stands in the original. */
  readonly offsetOf: (offset: number) => number;
  readonly problems: readonly Problem[];
}

/** Tokens in either notation and the two kinds of loop marks. */
const PIECE = /\{(line_start|line_end)\}|<(\/?)LINE>|\{([._]?[A-Za-z][A-Za-z0-9_]{0,39})\}|%([A-Za-z][A-Za-z0-9_]{0,39})%/g;

/** Whether a text without `{{` holds anything that the simple syntax would replace. */
export function isSimple(source: string): boolean {
  if (source.includes('{{')) return false;
  for (const [, word, , brace, percent] of source.matchAll(PIECE)) {
    const name = brace ?? percent;
    if (word !== undefined || name === undefined || SIMPLE_TOKENS.has(name)) return true;
  }
  return false;
}

/** Smallest number of letters to add, drop or change; stops counting at 3. */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return 3;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 3;
}

/** The known token that somebody probably meant, or null. */
function nearestToken(name: string): string | null {
  let best: string | null = null;
  let least = name.length <= 4 ? 1 : 2;
  for (const token of SIMPLE_TOKENS.keys()) {
    if (token.length < 3 || /^[._A-Z]/.test(token)) continue;
    const steps = token.toLowerCase() === name.toLowerCase() ? 0 : distance(name.toLowerCase(), token.toLowerCase());
    if (steps <= least && (steps < least || best === null)) {
      best = token;
      least = steps;
    }
  }
  return best;
}

/**
 * Translates the simple syntax into Go's.
 * @throws TemplateSyntaxError for nested or unclosed loops
 */
export function translateSimple(source: string): Translation {
  return new Translator(source).run();
}

class Translator {
  readonly #source: string;
  readonly #problems: Problem[] = [];
  /** Pairs of offsets: in the translation, in the original; ascending. */
  readonly #marks: [number, number][] = [];
  #out = '';
  /** Offset of the open loop's start, or -1. */
  #loopAt = -1;

  constructor(source: string) {
    this.#source = source;
  }

  run(): Translation {
    let at = 0;
    for (const match of this.#source.matchAll(PIECE)) {
      const [text, word, slash, brace, percent] = match;
      const name = brace ?? percent;
      const isToken = name !== undefined && this.#isToken(name, text, match.index);
      if (name !== undefined && !isToken) continue;
      this.#text(at, match.index);
      at = match.index + text.length;
      if (name !== undefined) this.#token(name, match.index);
      else this.#loopMark(word === 'line_start' || slash === '', match.index);
    }
    this.#text(at, this.#source.length);
    if (this.#loopAt >= 0) this.#fail('This loop is never closed.', this.#loopAt);
    const marks = this.#marks;
    return { source: this.#out, problems: this.#problems, offsetOf: (offset) => originalOffset(marks, offset) };
  }

  #fail(message: string, at: number): never {
    throw new TemplateSyntaxError(message, positionAt(this.#source, at));
  }

  #report(severity: Problem['severity'], message: string, at: number): void {
    this.#problems.push({ severity, message, ...positionAt(this.#source, at) });
  }

  /** Whether to replace it; reports tokens that cannot be and names that are nearly tokens. */
  #isToken(name: string, text: string, at: number): boolean {
    const token = SIMPLE_TOKENS.get(name);
    if (token?.action !== undefined && token.action !== null) return true;
    if (token) this.#report('warning', `${text} is not available here and stays as it is.`, at);
    else {
      const near = nearestToken(name);
      if (near !== null) this.#report('warning', `${text} is not known and stays as it is. Did you mean ${text.replace(name, near)}?`, at);
    }
    return false;
  }

  #text(from: number, to: number): void {
    if (from === to) return;
    this.#marks.push([this.#out.length, from]);
    // Braces that would open an action are written as a value.
    const text = this.#source.slice(from, to).replaceAll('{{', '{{"{{"}}');
    this.#out += text.endsWith('{') && to < this.#source.length ? `${text.slice(0, -1)}{{"{"}}` : text;
  }

  #action(action: string, at: number): void {
    this.#marks.push([this.#out.length, at]);
    this.#out += `{{${action}}}`;
  }

  #token(name: string, at: number): void {
    const token = SIMPLE_TOKENS.get(name);
    if (token?.ofFile === true && this.#loopAt < 0) {
      this.#report('hint', `{${name}} outside of a loop means the last file when there are several.`, at);
    }
    this.#action(token?.action ?? '', at);
  }

  #loopMark(isStart: boolean, at: number): void {
    if (isStart) {
      if (this.#loopAt >= 0) this.#fail('Loops cannot be nested.', at);
      this.#loopAt = at;
      this.#action('range .Items', at);
      return;
    }
    if (this.#loopAt < 0) this.#fail('There is no loop to close.', at);
    this.#loopAt = -1;
    this.#action('end', at);
  }
}

function originalOffset(marks: readonly [number, number][], offset: number): number {
  let found: readonly [number, number] = [0, 0];
  for (const mark of marks) {
    if (mark[0] > offset) break;
    found = mark;
  }
  return found[1];
}
