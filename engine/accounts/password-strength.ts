/** What a new password has to be. 0: no such rule. */
export type PasswordRules = { readonly minimumLength: number; readonly minimumBits: number };

/** Characters of each class, as somebody who guesses would try them. */
const CLASSES: readonly { readonly form: RegExp; readonly size: number }[] = [
  { form: /[a-z]/u, size: 26 },
  { form: /[A-Z]/u, size: 26 },
  { form: /[0-9]/u, size: 10 },
  { form: /[ -/:-@[-`{-~]/u, size: 33 },
  { form: /[^ -~]/u, size: 100 },
];

/** Runs along these are one guess. */
const SEQUENCES = ['abcdefghijklmnopqrstuvwxyz', '01234567890', 'qwertyuiop', 'qwertzuiop', 'asdfghjkl', 'zxcvbnm', 'yxcvbnm'];

/**
 * An upper bound of a password's entropy in bits: the characters that are not a repetition of the two before them nor the continuation of a
 * keyboard or alphabet run, each one of all the classes in use.
 */
export function passwordBits(password: string): number {
  const characters = Array.from(password);
  const pool = CLASSES.filter(({ form }) => form.test(password)).reduce((sum, { size }) => sum + size, 0);
  const counted = characters.filter((_, index) => index < 2 || !continues(characters.slice(index - 2, index + 1)));
  return pool === 0 ? 0 : counted.length * Math.log2(pool);
}

/** Why the password cannot be taken, in words that say what would do; undefined when it can. */
export function passwordProblem(password: string, { minimumLength, minimumBits }: PasswordRules): string | undefined {
  const { length } = Array.from(password);
  if (length < minimumLength) return `A password has at least ${minimumLength} characters; this one has ${length}. Choose a longer one.`;
  if (passwordBits(password) < minimumBits) return 'This password is too easy to guess. Choose a longer one, such as four words by chance.';
  return undefined;
}

function continues([one = '', two = '', three = '']: readonly string[]): boolean {
  if (one === two && two === three) return true;
  const run = `${one}${two}${three}`.toLowerCase();
  const back = Array.from(run).reverse().join('');
  return SEQUENCES.some((sequence) => sequence.includes(run) || sequence.includes(back));
}
