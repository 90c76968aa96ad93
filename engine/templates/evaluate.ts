import { NOTHING, callFunction, constantValue, fitted, looseArgument, type Argument, type Piped } from './arguments.ts';
import { type Block, type Branch, type Command, type Operand, type ParsedTemplate, type Pipeline, type Statement } from './ast.ts';
import { sortedEntries } from './collate.ts';
import { isTrue } from './compare.ts';
import { ValueError } from './errors.ts';
import { escapeHtml } from './escape.ts';
import { fieldReader, type FieldReader } from './fields.ts';
import { BUILTINS, FUNCTIONS } from './functions.ts';
import { sprint } from './printf.ts';
import { type Expression, type Flow, type Programs, type Run, type Step } from './runtime.ts';
import { VALUE } from './types.ts';
import { GoInt, GoMap, GoPointer, GoSlice, goInt, typeOf, type GoValue } from './values.ts';

type CommandStep = (run: Run, dot: GoValue, piped: Piped) => GoValue;

/** Turns a parsed template into functions, once; rendering runs them. */
export function compilePrograms(parsed: ParsedTemplate): Programs {
  return new Map([...parsed.templates].map(([name, block]) => [name, compileBlock(block)]));
}

function compileBlock(block: Block): Step {
  const steps = block.map(compileStatement);
  return (run, dot) => {
    for (const step of steps) {
      const flow = step(run, dot);
      if (flow !== 'next') return flow;
    }
    return 'next';
  };
}

function compileStatement(statement: Statement): Step {
  switch (statement.kind) {
    case 'text': {
      const { text } = statement;
      return (run) => {
        run.budget.step();
        run.write(text);
        return 'next';
      };
    }
    case 'action':
      return compileAction(statement.pipeline);
    case 'if':
    case 'with':
      return compileConditional(statement.kind, statement.branches, statement.otherwise);
    case 'range':
      return compileRange(statement.pipeline, statement.body, statement.otherwise);
    case 'template':
      return compileCall(statement.name, statement.argument, statement.at);
    case 'break':
    case 'continue': {
      const flow = statement.kind;
      return () => flow;
    }
  }
}

/** What a template prints for a value. */
function printed(value: GoValue, run: Run): string {
  if (typeof value === 'string') return value;
  if (value === undefined) return '<no value>';
  return sprint([value instanceof GoPointer && value.target !== null ? value.target : value], run.budget);
}

function compileAction(pipeline: Pipeline): Step {
  const evaluate = compilePipeline(pipeline);
  const declares = pipeline.variables.length > 0;
  const last = pipeline.commands.at(-1)?.first;
  // Old rules pipe into html by hand; escaping that again would show the entities.
  const isEscaped = last?.kind === 'function' && last.name === 'html';
  return (run, dot) => {
    run.budget.step();
    const value = evaluate(run, dot);
    if (!declares) {
      run.at = pipeline.at;
      const text = printed(value, run);
      run.write(run.html && !isEscaped ? escapeHtml(text) : text);
    }
    return 'next';
  };
}

function compileConditional(kind: 'if' | 'with', branches: readonly Branch[], otherwise: Block): Step {
  const compiled = branches.map((branch) => ({ condition: compilePipeline(branch.condition), body: compileBlock(branch.body) }));
  const rest = compileBlock(otherwise);
  return (run, dot) => {
    const mark = run.mark();
    run.budget.step();
    let flow: Flow | null = null;
    for (const { condition, body } of compiled) {
      const value = condition(run, dot);
      if (!isTrue(value)) continue;
      flow = body(run, kind === 'with' ? value : dot);
      break;
    }
    flow ??= rest(run, dot);
    run.release(mark);
    return flow;
  };
}

/** Key and element of every round. Integers have no key. */
function* rounds(value: GoValue): Generator<readonly [GoValue, GoValue]> {
  if (value instanceof GoInt) for (let i = 0n; i < value.value; i++) yield [undefined, new GoInt(value.type, i)];
  else if (value instanceof GoSlice) for (let i = 0; i < value.length; i++) yield [goInt(i), value.at(i)];
  else if (value instanceof GoMap) yield* sortedEntries(value);
  else if (value !== undefined) throw new ValueError(`A ${typeOf(value)?.name ?? 'missing value'} cannot be ranged over.`);
}

function compileRange(pipeline: Pipeline, body: Block, otherwise: Block): Step {
  const evaluate = compilePipeline(pipeline);
  const round = compileBlock(body);
  const rest = compileBlock(otherwise);
  const [first, second] = pipeline.variables;

  function setVariables(run: Run, key: GoValue, element: GoValue): void {
    if (first === undefined) return;
    if (pipeline.isAssignment) {
      run.assign(first, second === undefined ? element : key);
      if (second !== undefined) run.assign(second, element);
      return;
    }
    run.setTop(1, element);
    if (second !== undefined) run.setTop(2, key);
  }

  return (run, dot) => {
    const outer = run.mark();
    run.budget.step();
    const value = evaluate(run, dot);
    run.at = pipeline.at;
    if (value instanceof GoInt && second !== undefined) throw new ValueError('A range over an integer has one variable.');
    const inner = run.mark();
    let ran = false;
    let flow: Flow = 'next';
    for (const [key, element] of rounds(value)) {
      ran = true;
      run.budget.step();
      setVariables(run, key, element);
      flow = round(run, element);
      run.release(inner);
      if (flow === 'break') break;
    }
    if (ran) flow = 'next';
    // Go keeps the loop's variables, which then hold the whole value, while the else part runs. A break there ends this range
    // and not the one around it, though a continue goes on with the one around it.
    else flow = rest(run, dot) === 'continue' ? 'continue' : 'next';
    run.release(outer);
    return flow;
  };
}

function compileCall(name: string, argument: Pipeline | null, at: number): Step {
  const evaluate = argument ? compilePipeline(argument) : null;
  return (run, dot) => {
    run.at = at;
    run.budget.step();
    const program = run.programs.get(name);
    if (!program) throw new ValueError(`There is no template "${name}".`);
    const value = evaluate?.(run, dot);
    run.at = at;
    run.budget.depth(++run.depth);
    run.isolated(value, () => program(run, value));
    run.depth--;
    return 'next';
  };
}

function compilePipeline(pipeline: Pipeline): Expression {
  const commands = pipeline.commands.map(compileCommand);
  const { variables, isAssignment } = pipeline;
  const [only] = commands;
  if (only && commands.length === 1 && variables.length === 0) return (run, dot) => only(run, dot, NOTHING) ?? undefined;
  return (run, dot) => {
    let value: Piped = NOTHING;
    // A nil inside an `any` is no value once it leaves a command.
    for (const command of commands) value = command(run, dot, value) ?? undefined;
    const result = value === NOTHING ? undefined : value;
    for (const name of variables) {
      if (isAssignment) run.assign(name, result);
      else run.declare(name, result);
    }
    return result;
  };
}

function compileArgument(operand: Operand): Argument {
  switch (operand.kind) {
    case 'string':
    case 'bool':
    case 'number':
    case 'nil':
      return { at: operand.at, literal: operand };
    default:
      return { at: operand.at, expression: compileOperand(operand) };
  }
}

/** An operand that is no constant, on its own: as an argument or as the start of a chain. */
function compileOperand(operand: Exclude<Operand, { kind: 'string' | 'bool' | 'number' | 'nil' }>): Expression {
  if (operand.kind === 'pipeline') return compilePipeline(operand);
  const command = compileCommand({ at: operand.at, first: operand, args: [] });
  return (run, dot) => command(run, dot, NOTHING);
}

function compilePath(path: readonly string[], at: number): { base: readonly FieldReader[]; last: FieldReader } | null {
  const readers = path.map((name) => fieldReader(name, at));
  const last = readers.at(-1);
  return last ? { base: readers.slice(0, -1), last } : null;
}

/** Reads `path` from what `start` gives; the last name may be a method and gets the arguments. */
function compileChain(start: Expression, path: readonly string[], at: number, args: readonly Argument[]): CommandStep {
  const compiled = compilePath(path, at);
  if (!compiled) return (run, dot, piped) => withoutArguments(start(run, dot), args, piped);
  const { base, last } = compiled;
  return (run, dot, piped) => {
    run.at = at;
    let value = start(run, dot);
    for (const reader of base) value = reader(run, value, [], NOTHING, dot);
    return last(run, value, args, piped, dot);
  };
}

function withoutArguments(value: GoValue, args: readonly Argument[], piped: Piped): GoValue {
  if (args.length > 0 || piped !== NOTHING) throw new ValueError('This is a value, not a function: it takes no arguments.');
  return value;
}

function compileCommand(command: Command): CommandStep {
  const { first, at } = command;
  const args = command.args.map(compileArgument);
  const plain = (read: Expression): CommandStep => {
    return (run, dot, piped) => {
      run.at = first.at;
      if (args.length > 0 || piped !== NOTHING) return withoutArguments(undefined, args, piped);
      return read(run, dot);
    };
  };
  switch (first.kind) {
    case 'string':
      return plain(() => first.text);
    case 'bool':
      return plain(() => first.value);
    case 'number':
      return plain(() => constantValue(first.forms));
    case 'nil':
      return plain(() => {
        throw new ValueError('nil is not a command.');
      });
    case 'dot':
      return plain((_, dot) => dot);
    case 'pipeline':
      return plain(compilePipeline(first));
    case 'field':
      return compileChain((_, dot) => dot, first.path, first.at, args);
    case 'variable': {
      const { name } = first;
      return compileChain((run) => run.read(name), first.path, first.at, args);
    }
    case 'chain':
      return compileChain(compileOperand(first.base), first.path, first.at, args);
    case 'function':
      return compileFunction(first.name, args, at);
  }
}

function compileFunction(name: string, args: readonly Argument[], at: number): CommandStep {
  const fn = FUNCTIONS.get(name);
  if (!fn) throw new ValueError(`There is no function ${name}.`);
  if (fn === BUILTINS.get('and') || fn === BUILTINS.get('or')) return compileLogic(name === 'or', name, args);
  return (run, dot, piped) => callFunction(fn, name, args, piped, at, run, dot);
}

/** `and` and `or`: the first argument that decides is the result, and the rest is not looked at. */
function compileLogic(stopsAt: boolean, name: string, args: readonly Argument[]): CommandStep {
  return (run, dot, piped) => {
    run.budget.step();
    if (args.length === 0 && piped === NOTHING) throw new ValueError(`${name} takes at least one argument.`);
    let value: GoValue;
    for (const argument of args) {
      value = looseArgument(argument, VALUE, run, dot);
      if (isTrue(value) === stopsAt) return value;
    }
    return piped === NOTHING ? value : fitted(piped, VALUE);
  };
}
