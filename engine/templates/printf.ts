import { type Budget } from './limits.ts';
import { Printer } from './printer.ts';
import { plainDirective } from './scalar-writer.ts';
import { canonical } from './text.ts';
import { GoInt, type GoValue, typeOf } from './values.ts';

/** Widths and precisions beyond this are refused, as in Go. */
const MAX_NUMBER = 1_000_000;

/** Go's fmt.Sprint: default format, a space between operands when neither is a string. */
export function sprint(values: readonly GoValue[], budget: Budget): string {
  const [only] = values;
  if (values.length === 1) {
    if (typeof only === 'string') return only;
    if (only instanceof GoInt && (only.type.name === 'int' || only.type.name === 'int64')) return only.value.toString();
  }
  const printer = new Printer(budget);
  let previousIsString = true;
  values.forEach((value, i) => {
    const isString = typeof value === 'string';
    if (i > 0 && !isString && !previousIsString) printer.write(' ');
    printer.printOperand(value, 'v');
    previousIsString = isString;
  });
  return canonical(printer.text);
}

/** Go's fmt.Sprintln: spaces between all operands and a line feed at the end. */
export function sprintln(values: readonly GoValue[], budget: Budget): string {
  const printer = new Printer(budget);
  values.forEach((value, i) => {
    if (i > 0) printer.write(' ');
    printer.printOperand(value, 'v');
  });
  printer.write('\n');
  return canonical(printer.text);
}

/** Go's fmt.Sprintf, with its notes about wrong verbs and missing operands in the text. */
export function sprintf(format: string, values: readonly GoValue[], budget: Budget): string {
  budget.work(format.length);
  return new Formatter(format, values, budget).run();
}

class Formatter {
  readonly #format: string;
  readonly #values: readonly GoValue[];
  readonly #printer: Printer;
  readonly #budget: Budget;
  #at = 0;
  #operand = 0;
  /** Whether an explicit index such as %[2]d was used: then unused operands are not reported. */
  #reordered = false;
  #indexIsGood = true;
  #afterIndex = false;

  constructor(format: string, values: readonly GoValue[], budget: Budget) {
    this.#format = format;
    this.#values = values;
    this.#budget = budget;
    this.#printer = new Printer(budget);
  }

  run(): string {
    const format = this.#format;
    while (this.#at < format.length) {
      const percent = format.indexOf('%', this.#at);
      const end = percent < 0 ? format.length : percent;
      if (end > this.#at) this.#printer.write(format.slice(this.#at, end));
      this.#at = end + 1;
      if (percent < 0) break;
      this.#budget.step();
      if (!this.#directive()) break;
    }
    if (!this.#reordered && this.#operand < this.#values.length) this.#extra();
    return canonical(this.#printer.text);
  }

  #char(): string {
    return this.#format.charAt(this.#at);
  }

  /** Reads and writes one directive; false when the format ends inside it. */
  #directive(): boolean {
    this.#begin();
    this.#flags();
    this.#index();
    this.#width();
    if (this.#char() === '.' && this.#at + 1 < this.#format.length) this.#precision();
    if (!this.#afterIndex) this.#index();
    if (this.#at >= this.#format.length) {
      this.#printer.write('%!(NOVERB)');
      return false;
    }
    const code = this.#format.codePointAt(this.#at) ?? 0;
    const char = String.fromCodePoint(code);
    this.#at += char.length;
    this.#verb(char.isWellFormed() ? char : '\ufffd');
    return true;
  }

  #begin(): void {
    this.#indexIsGood = true;
    this.#afterIndex = false;
    this.#printer.directive = plainDirective();
  }

  #flags(): void {
    const { directive } = this.#printer;
    for (; ; this.#at++) {
      switch (this.#char()) {
        case '#':
          directive.sharp = true;
          continue;
        case '0':
          directive.zero = true;
          continue;
        case '+':
          directive.plus = true;
          continue;
        case '-':
          directive.minus = true;
          continue;
        case ' ':
          directive.space = true;
          continue;
      }
      return;
    }
  }

  /** `[n]`: which operand comes next, counted from 1. */
  #index(): void {
    this.#afterIndex = false;
    if (this.#char() !== '[') return;
    this.#reordered = true;
    const close = this.#format.indexOf(']', this.#at);
    // Go reads an index only when at least three bytes are left.
    if (close < 0 || this.#format.length - this.#at < 3) {
      this.#indexIsGood = false;
      this.#at++;
      return;
    }
    const inside = this.#format.slice(this.#at + 1, close);
    this.#at = close + 1;
    const number = /^[0-9]+$/.test(inside) ? Number(inside) : NaN;
    const isNumber = Number.isFinite(number) && !overflows(inside);
    if (isNumber && number >= 1 && number <= this.#values.length) {
      this.#operand = number - 1;
      this.#afterIndex = true;
      return;
    }
    this.#indexIsGood = false;
    this.#afterIndex = isNumber;
  }

  /** A number in the format, null when there is none. A number that is too large ends the format, as in Go. */
  #number(): number | null {
    const digits = /^[0-9]*/.exec(this.#format.slice(this.#at, this.#at + 400))?.[0] ?? '';
    if (digits === '') return null;
    if (overflows(digits)) {
      this.#at = this.#format.length;
      return null;
    }
    this.#at += digits.length;
    return Number(digits);
  }

  /** `*`: the next operand as a number; null when it is none. */
  #star(): number | null {
    this.#at++;
    this.#afterIndex = false;
    if (this.#operand >= this.#values.length) return null;
    const value = this.#values[this.#operand++];
    if (!(value instanceof GoInt)) return null;
    return value.value > BigInt(MAX_NUMBER) || value.value < BigInt(-MAX_NUMBER) ? null : Number(value.value);
  }

  #width(): void {
    const { directive } = this.#printer;
    if (this.#char() !== '*') {
      const wasIndexed = this.#afterIndex;
      directive.width = this.#number();
      if (wasIndexed && directive.width !== null) this.#indexIsGood = false;
      return;
    }
    const width = this.#star();
    if (width === null) this.#printer.write('%!(BADWIDTH)');
    directive.width = width === null ? null : Math.abs(width);
    if (width !== null && width < 0) {
      directive.minus = true;
      directive.zero = false;
    }
  }

  #precision(): void {
    const { directive } = this.#printer;
    this.#at++;
    if (this.#afterIndex) this.#indexIsGood = false;
    this.#index();
    if (this.#char() !== '*') {
      directive.precision = this.#number() ?? 0;
      return;
    }
    const precision = this.#star();
    directive.precision = precision !== null && precision >= 0 ? precision : null;
    if (directive.precision === null) this.#printer.write('%!(BADPREC)');
  }

  #verb(verb: string): void {
    const printer = this.#printer;
    if (verb === '%') printer.write('%');
    else if (!this.#indexIsGood) printer.write(`%!${verb}(BADINDEX)`);
    else if (this.#operand >= this.#values.length) printer.write(`%!${verb}(MISSING)`);
    else this.#print(verb);
  }

  #print(verb: string): void {
    const printer = this.#printer;
    const { directive } = printer;
    if (verb === 'v' || verb === 'w') {
      directive.sharpV = directive.sharp;
      directive.plusV = directive.plus;
      directive.sharp = false;
      directive.plus = false;
    }
    printer.printOperand(this.#values[this.#operand++], verb);
  }

  #extra(): void {
    const printer = this.#printer;
    printer.directive = plainDirective();
    printer.write('%!(EXTRA ');
    this.#values.slice(this.#operand).forEach((value, i) => {
      if (i > 0) printer.write(', ');
      const type = typeOf(value);
      printer.write(type === null ? '' : `${type.name}=`);
      printer.printOperand(value, 'v');
    });
    printer.write(')');
  }
}

/** Whether Go's reader gives up on these digits: it stops once the number so far exceeds a million. */
function overflows(digits: string): boolean {
  let value = 0;
  for (const digit of digits) {
    if (value > MAX_NUMBER) return true;
    value = value * 10 + Number(digit);
  }
  return false;
}
