import { type Literal } from './ast.ts';
import { ValueError } from './errors.ts';
import { type GoFunction } from './functions.ts';
import { looksLikeFloat, type NumberForms } from './numbers.ts';
import { type Expression, type Run } from './runtime.ts';
import { type GoType } from './types.ts';
import { GoComplex, GoInt, GoPointer, goInt, typeOf, zeroValue, type GoValue } from './values.ts';

/** Stands for "nothing came through the pipe", which is not the same as a missing value. */
export const NOTHING = Symbol('nothing');
export type Piped = GoValue | typeof NOTHING;

/** A compiled argument: a constant whose type depends on the parameter, or an expression. */
export type Argument = { readonly at: number } & ({ readonly literal: Literal } | { readonly expression: Expression });

/** The value of a numeric constant where nothing says which type it should have. */
export function constantValue(forms: NumberForms): GoValue {
  if (forms.complex) return new GoComplex(forms.complex.re, forms.complex.im);
  if (forms.float !== undefined && looksLikeFloat(forms.text)) return forms.float;
  if (forms.int !== undefined) return goInt(forms.int);
  throw new ValueError(`The number ${forms.text} does not fit an int.`);
}

function canBeNil(type: GoType): boolean {
  return ['interface', 'slice', 'map', 'pointer', 'location', 'value'].includes(type.kind);
}

/** A literal as an argument of some type. */
function literalValue(literal: Literal, type: GoType): GoValue {
  if (literal.kind === 'nil') {
    if (canBeNil(type)) return zeroValue(type);
    throw new ValueError(`nil is no ${type.name}.`);
  }
  switch (type.kind) {
    case 'interface':
    case 'value':
      if (literal.kind === 'string') return literal.text;
      return literal.kind === 'bool' ? literal.value : constantValue(literal.forms);
    case 'string':
      if (literal.kind === 'string') return literal.text;
      break;
    case 'bool':
      if (literal.kind === 'bool') return literal.value;
      break;
    case 'int':
      if (literal.kind === 'number' && literal.forms.int !== undefined) return new GoInt(type, literal.forms.int);
      break;
    case 'float64':
      if (literal.kind === 'number' && literal.forms.float !== undefined) return literal.forms.float;
      break;
    default:
      break;
  }
  throw new ValueError(`A ${type.name} is expected, not this ${literal.kind}.`);
}

/** Checks that a value may be passed where `type` is expected. Throws ValueError. */
export function fitted(value: GoValue, type: GoType): GoValue {
  if (type.kind === 'value') return value;
  if (type.kind === 'interface') return value === undefined ? null : value;
  if (value === undefined) {
    if (canBeNil(type)) return zeroValue(type);
    throw new ValueError(`A ${type.name} is expected, but there is no value.`);
  }
  const actual = typeOf(value);
  if (actual !== null && (actual === type || actual.name === type.name)) return value;
  // One pointer may be followed.
  if (value instanceof GoPointer && value.target && value.target.type.name === type.name) return value.target;
  throw new ValueError(`A ${type.name} is expected, not a ${actual?.name ?? 'missing value'}.`);
}

function argumentValue(argument: Argument, type: GoType, run: Run, dot: GoValue): GoValue {
  run.at = argument.at;
  if ('literal' in argument) return literalValue(argument.literal, type);
  const value = argument.expression(run, dot);
  run.at = argument.at;
  return fitted(value, type);
}

/** The type of parameter `i`. */
function parameterType(fn: GoFunction, i: number): GoType {
  const type = fn.params[Math.min(i, fn.params.length - 1)];
  if (!type) throw new ValueError('Too many arguments.');
  return type;
}

/** Largest texts among arguments are what a function works on; the budget is charged for them. */
function charge(args: readonly GoValue[], run: Run): void {
  for (const arg of args) if (typeof arg === 'string') run.budget.work(arg.length);
}

/**
 * Calls a function or method: counts and checks the arguments, with `piped` as the last one.
 * @param at where the call stands, for errors that the function itself reports
 */
export function callFunction(
  fn: GoFunction,
  name: string,
  args: readonly Argument[],
  piped: Piped,
  at: number,
  run: Run,
  dot: GoValue,
): GoValue {
  const count = args.length + (piped === NOTHING ? 0 : 1);
  const least = fn.variadic === true ? fn.params.length - 1 : fn.params.length;
  if (count < least || (fn.variadic !== true && count > least)) {
    throw new ValueError(
      `${name} takes ${fn.variadic === true ? 'at least ' : ''}${least} argument${least === 1 ? '' : 's'}, not ${count}.`,
    );
  }
  const values: GoValue[] = args.map((argument, i) => argumentValue(argument, parameterType(fn, i), run, dot));
  if (piped !== NOTHING) values.push(fitted(piped, parameterType(fn, count - 1)));
  run.at = at;
  run.budget.step();
  charge(values, run);
  const result = fn.call(values, run);
  if (typeof result === 'string') run.budget.size(result.length);
  return result;
}

/** The value of an argument of `and` and `or`, which look at one after the other. */
export function looseArgument(argument: Argument, type: GoType, run: Run, dot: GoValue): GoValue {
  return argumentValue(argument, type, run, dot);
}
