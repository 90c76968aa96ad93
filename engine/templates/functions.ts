import { isEqual, isLess, isTrue } from './compare.ts';
import { indexValue, lengthValue, sliceValue } from './collections.ts';
import { ValueError } from './errors.ts';
import { escapeHtml, escapeJs, escapeQuery } from './escape.ts';
import { HELPERS } from './helpers.ts';
import { type Budget } from './limits.ts';
import { sprint, sprintf, sprintln } from './printf.ts';
import { ANY, STRING, VALUE, type GoType } from './types.ts';
import { type GoValue } from './values.ts';
import { type Zone } from './zone.ts';

/** What a function may know of the rendering that calls it. */
export interface Host {
  readonly budget: Budget;
  /** The machine's zone. */
  readonly localZone: Zone;
  /** Between the elements of a path of the machine itself. */
  readonly pathSeparator: '/' | '\\';
}

/** A function with the types of its parameters; the last one repeats when `variadic`. */
export interface GoFunction {
  readonly params: readonly GoType[];
  readonly variadic?: boolean;
  /** `args` have the parameters' types. Throws ValueError. */
  readonly call: (args: readonly GoValue[], host: Host) => GoValue;
}

/** Go prints a pointer's target, and shows what is missing as such. */
function printable(value: GoValue): GoValue {
  if (value === null || value === undefined) return '<no value>';
  return typeof value === 'object' && 'target' in value && value.target !== null ? value.target : value;
}

/** The text of some operands, as a template prints them. */
function textOf(args: readonly GoValue[], host: Host): string {
  return sprint(args.map(printable), host.budget);
}

const ONE_OR_MORE: Pick<GoFunction, 'params' | 'variadic'> = { params: [VALUE, VALUE], variadic: true };
const ANY_NUMBER: Pick<GoFunction, 'params' | 'variadic'> = { params: [ANY], variadic: true };
const PAIR: Pick<GoFunction, 'params'> = { params: [VALUE, VALUE] };

function never(): never {
  throw new ValueError('There are no functions among the values, so nothing can be called.');
}

/** Go's own functions. `and` and `or` are here for their names: they end early, so the evaluator runs them itself. */
export const BUILTINS: ReadonlyMap<string, GoFunction> = new Map<string, GoFunction>([
  ['and', { ...ONE_OR_MORE, call: never }],
  ['or', { ...ONE_OR_MORE, call: never }],
  ['call', { ...ONE_OR_MORE, call: never }],
  ['not', { params: [VALUE], call: ([value]) => !isTrue(value) }],
  ['eq', { ...ONE_OR_MORE, call: ([first, ...others]) => isEqual(first, others) }],
  ['ne', { ...PAIR, call: ([a, b]) => !isEqual(a, [b]) }],
  ['lt', { ...PAIR, call: ([a, b]) => isLess(a, b) }],
  ['le', { ...PAIR, call: ([a, b]) => isLess(a, b) || isEqual(a, [b]) }],
  ['gt', { ...PAIR, call: ([a, b]) => !(isLess(a, b) || isEqual(a, [b])) }],
  ['ge', { ...PAIR, call: ([a, b]) => !isLess(a, b) }],
  ['len', { params: [VALUE], call: ([value]) => lengthValue(value) }],
  ['index', { ...ONE_OR_MORE, call: ([value, ...indexes]) => indexValue(value, indexes) }],
  ['slice', { ...ONE_OR_MORE, call: ([value, ...indexes]) => sliceValue(value, indexes) }],
  ['print', { ...ANY_NUMBER, call: (args, host) => sprint(args, host.budget) }],
  ['println', { ...ANY_NUMBER, call: (args, host) => sprintln(args, host.budget) }],
  [
    'printf',
    {
      params: [STRING, ANY],
      variadic: true,
      call: ([format, ...args], host) => sprintf(typeof format === 'string' ? format : '', args, host.budget),
    },
  ],
  ['html', { ...ANY_NUMBER, call: (args, host) => escapeHtml(textOf(args, host)) }],
  ['js', { ...ANY_NUMBER, call: (args, host) => escapeJs(textOf(args, host)) }],
  ['urlquery', { ...ANY_NUMBER, call: (args, host) => escapeQuery(textOf(args, host)) }],
]);

/** Every function that a template can call. */
export const FUNCTIONS: ReadonlyMap<string, GoFunction> = new Map([...BUILTINS, ...HELPERS]);
