import { type Host } from './functions.ts';
import { ValueError } from './errors.ts';
import { type Budget } from './limits.ts';
import { type GoValue } from './values.ts';
import { findZone, localZone, type Zone } from './zone.ts';

/** Where a statement leaves its block: on with the next one, or out of the loop round or loop. */
export type Flow = 'next' | 'break' | 'continue';

/** A compiled statement or block. */
export type Step = (run: Run, dot: GoValue) => Flow;

/** A compiled expression. */
export type Expression = (run: Run, dot: GoValue) => GoValue;

/** Templates by name, compiled. */
export type Programs = ReadonlyMap<string, Step>;

/** The state of one rendering. */
export class Run implements Host {
  readonly programs: Programs;
  readonly budget: Budget;
  readonly pathSeparator: '/' | '\\';
  /** Whether values are HTML-escaped as they are written. */
  readonly html: boolean;
  output = '';
  /** Offset in the source of what is being evaluated, for errors. */
  at = 0;
  /** How many template calls are open. */
  depth = 0;
  readonly #timeZone: string | undefined;
  #names: string[] = [];
  #values: GoValue[] = [];

  constructor(programs: Programs, options: { budget: Budget; timeZone: string | undefined; pathSeparator: '/' | '\\'; html: boolean }) {
    this.programs = programs;
    this.budget = options.budget;
    this.#timeZone = options.timeZone;
    this.pathSeparator = options.pathSeparator;
    this.html = options.html;
  }

  /** Looked up when asked for: most templates never do. Throws RangeError for an unknown zone. */
  get localZone(): Zone {
    return this.#timeZone === undefined ? localZone() : findZone(this.#timeZone, true);
  }

  write(text: string): void {
    this.output += text;
    this.budget.size(this.output.length);
  }

  /** How many variables there are; `release` goes back to it. */
  mark(): number {
    return this.#names.length;
  }

  release(mark: number): void {
    if (this.#names.length === mark) return;
    this.#names.length = mark;
    this.#values.length = mark;
  }

  declare(name: string, value: GoValue): void {
    this.#names.push(name);
    this.#values.push(value);
  }

  /** Sets the nth variable from the top, counted from 1: the variables of a loop. */
  setTop(n: number, value: GoValue): void {
    this.#values[this.#values.length - n] = value;
  }

  assign(name: string, value: GoValue): void {
    this.#values[this.#find(name)] = value;
  }

  read(name: string): GoValue {
    return this.#values[this.#find(name)];
  }

  // Variables are looked up by name as in Go, because an expression that is skipped declares none.
  #find(name: string): number {
    const position = this.#names.lastIndexOf(name);
    if (position < 0) throw new ValueError(`The variable ${name} has no value here.`);
    return position;
  }

  /** Runs `body` with `$` as the only variable. */
  isolated(dollar: GoValue, body: () => void): void {
    const names = this.#names;
    const values = this.#values;
    this.#names = ['$'];
    this.#values = [dollar];
    body();
    this.#names = names;
    this.#values = values;
  }
}
