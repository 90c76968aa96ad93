import { issueText } from '../text/forms.ts';

/** What zod tells of a value that it refuses; which of the fields are there depends on the code. */
export type Issue = {
  readonly code: string;
  readonly input?: unknown;
  readonly expected?: unknown;
  readonly origin?: unknown;
  readonly minimum?: unknown;
  readonly maximum?: unknown;
};

/** The issue in words for a person. Rules with words of their own never come here. */
export function plainIssue(issue: Issue): string {
  const missing = issue.input === undefined || issue.input === null || issue.input === '';
  switch (issue.code) {
    case 'invalid_type':
      if (issue.expected === 'int' && !missing) return issueText.notWhole;
      if (issue.expected === 'number' || issue.expected === 'int') return issueText.notANumber;
      return missing ? issueText.missing : issueText.wrong;
    case 'invalid_value':
      return issueText.chooseOne;
    case 'too_small':
      return tooSmall(issue.origin, Number(issue.minimum), missing);
    case 'too_big':
      return tooBig(issue.origin, Number(issue.maximum));
    default:
      return missing ? issueText.missing : issueText.wrong;
  }
}

function tooSmall(origin: unknown, least: number, missing: boolean): string {
  if (origin === 'array') return issueText.tooFew(least);
  if (origin === 'string') return missing ? issueText.missing : issueText.tooShort(least);
  return issueText.notLess(least);
}

function tooBig(origin: unknown, most: number): string {
  if (origin === 'array') return issueText.tooMany(most);
  return origin === 'string' ? issueText.tooLong(most) : issueText.notMore(most);
}
