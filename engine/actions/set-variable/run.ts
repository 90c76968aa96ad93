import { AppError } from '../../contract/errors.ts';
import type { Runner } from '../runner.ts';
import type { setVariable } from './definition.ts';

/** The trace keeps the value, and a longer one would not come out of it whole. */
const MAX_CHARACTERS = 65_536;

/** Resolves with the value, which the run takes from there. */
export const runSetVariable: Runner<typeof setVariable> = ({ config: { name, value } }) => {
  if (value.length > MAX_CHARACTERS) {
    return Promise.reject(
      new AppError('action_failed', `The value of ${name} has ${value.length} characters; a variable holds at most ${MAX_CHARACTERS}.`),
    );
  }
  return Promise.resolve({ variable: name, value });
};
