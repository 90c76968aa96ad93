import { NOTHING, callFunction, type Argument, type Piped } from './arguments.ts';
import { ValueError } from './errors.ts';
import { findMethod } from './methods.ts';
import { type Run } from './runtime.ts';
import { type StructType } from './types.ts';
import { GoMap, GoPointer, GoStruct, typeOf, type GoValue } from './values.ts';

/** Reads one field, map entry or method of a value. */
export type FieldReader = (run: Run, receiver: GoValue, args: readonly Argument[], piped: Piped, dot: GoValue) => GoValue;

function noArguments(name: string, args: readonly Argument[], piped: Piped): void {
  if (args.length > 0 || piped !== NOTHING) throw new ValueError(`${name} is a value and takes no arguments.`);
}

/** A reader of `.name`; `at` is where it stands. */
export function fieldReader(name: string, at: number): FieldReader {
  // A template sees the same types again and again: the last one's position is kept.
  let knownType: StructType | undefined;
  let knownIndex = 0;
  return (run, receiver, args, piped, dot) => {
    run.at = at;
    if (receiver === undefined) return undefined;
    if (receiver instanceof GoStruct && receiver.type === knownType) {
      noArguments(name, args, piped);
      return receiver.values[knownIndex];
    }
    if (receiver === null) throw new ValueError(`There is no .${name}, because the value before it is nil.`);
    if (receiver instanceof GoPointer && receiver.target === null) {
      throw new ValueError(`There is no .${name}, because the ${receiver.type.elem.name} before it is nil.`);
    }
    const value = receiver instanceof GoPointer ? receiver.target : receiver;
    const method = findMethod(value, name);
    if (method) return callFunction(method, name, args, piped, at, run, dot);
    if (value instanceof GoStruct) {
      const index = value.type.index.get(name);
      if (index !== undefined) {
        noArguments(name, args, piped);
        knownType = value.type;
        knownIndex = index;
        return value.values[index];
      }
    }
    if (value instanceof GoMap && (value.type.key.kind === 'string' || value.type.key.kind === 'interface')) {
      noArguments(name, args, piped);
      return value.get(name);
    }
    throw new ValueError(`A ${typeOf(value)?.name ?? 'missing value'} has no field ${name}.`);
  };
}
