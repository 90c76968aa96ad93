import { ValueError } from './errors.ts';

/** What one rendering may use. */
export interface Limits {
  /** Most UTF-8 bytes of output, and of any text made on the way. */
  readonly outputBytes: number;
  /** Most steps: statements, calls and loop rounds count one, work on long values one per KiB. */
  readonly steps: number;
  /** Deepest nesting of template calls and of printed data. */
  readonly depth: number;
}

/** 1 MiB of output, 100,000 steps, depth 64. */
export const DEFAULT_LIMITS: Limits = { outputBytes: 1024 * 1024, steps: 100_000, depth: 64 };

/** Counts down while a template renders; passing a limit throws ValueError. */
export class Budget {
  readonly limits: Limits;
  #steps: number;

  constructor(limits: Limits) {
    this.limits = limits;
    this.#steps = limits.steps;
  }

  /** Pays for a step. */
  step(): void {
    if (--this.#steps < 0) throw new ValueError(`The template takes more than ${this.limits.steps} steps.`);
  }

  /** Pays for work on `size` characters or items beyond the step itself. */
  work(size: number): void {
    if (size < 1024) return;
    this.#steps -= size >> 10;
    if (this.#steps < 0) this.step();
  }

  /** Checks the size of a text before or after it is made. UTF-16 units are never more than bytes. */
  size(length: number): void {
    if (length > this.limits.outputBytes) throw new ValueError(`The text grows beyond ${this.limits.outputBytes} bytes.`);
  }

  /** Checks how deep data or calls are nested. */
  depth(depth: number): void {
    if (depth > this.limits.depth) throw new ValueError(`Values or template calls are nested deeper than ${this.limits.depth}.`);
  }
}
