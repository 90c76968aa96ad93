import type { z } from 'zod';
import { AppError } from '../contract/errors.ts';

/** A failed validation in the words of the table: the first problem, with the dotted path of its field such as `steps.0.action`. */
export function invalidInput(error: z.ZodError): AppError {
  const { path, message } = deepest(error.issues, []);
  const field = path.map(String).join('.');
  const words = message.replace(/\.$/, '');
  if (field === '') return new AppError('invalid_input', `The input is not of the expected form: ${words}.`);
  return new AppError('invalid_input', `${field}: ${words}.`, { field });
}

/** One problem of a validation, for a person. */
export function issueWords(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return 'there is no such field';
  if (issue.code === 'invalid_type' && issue.message.endsWith('received undefined')) return 'this is missing';
  return issue.message.replace(/^Invalid input: /, '');
}

type Problem = { readonly path: readonly PropertyKey[]; readonly message: string };

/** The most exact of the problems: an alternative that got further into the value says more than "none of them fits". */
function deepest(issues: readonly z.core.$ZodIssue[], above: readonly PropertyKey[]): Problem {
  const [issue] = issues;
  if (issue === undefined) return { path: above, message: 'it is not valid' };
  const path = [...above, ...issue.path];
  if (issue.code === 'unrecognized_keys') return { path: [...path, ...issue.keys.slice(0, 1)], message: issueWords(issue) };
  if (issue.code === 'invalid_union') {
    const inner = issue.errors.map((alternative) => deepest(alternative, path)).sort((a, b) => b.path.length - a.path.length)[0];
    if (inner !== undefined && inner.path.length > path.length) return inner;
    // One alternative that failed on its own words ("This is not an e-mail address.") beats zod's "Invalid input".
    const worded = issue.errors.flat().find((other) => !other.message.startsWith('Invalid input'));
    if (worded !== undefined) return { path, message: worded.message };
  }
  return { path, message: issueWords(issue) };
}
