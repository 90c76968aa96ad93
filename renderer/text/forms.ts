import { formatNumber } from './format.ts';
import { plural } from './plural.ts';

/** Names of protocols, which are written in capitals. */
const SHORT_FORMS: ReadonlySet<string> = new Set(['sftp', 'ftp', 'ftps', 'tls', 'starttls']);

/** Texts of forms, of the template editor and of what is wrong with a field. */
export const formsText = {
  addItem: (list: string) => `Add to ${list}`,
  /** A choice of a select as a word: `replace` is "Replace", `ftps-implicit` is "FTPS implicit", `POST` stays. */
  choice: (value: string) => {
    const words = value.split('-').map((word) => (SHORT_FORMS.has(word) ? word.toUpperCase() : word));
    const said = words.join(' ');
    return said.charAt(0).toUpperCase() + said.slice(1);
  },
  completions: 'Placeholders and functions',
  removeItem: (list: string, number: number) => `Remove ${number} of ${list}`,
  item: (list: string, number: number) => `${list}, ${number}`,
  summary: (count: number) => plural(count, { one: 'One answer needs another look', other: '# answers need another look' }),
  insertPlaceholder: 'Insert placeholder',
  findPlaceholder: 'Find a placeholder',
  sample: (value: string) => `such as ${value}`,
  preview: 'With a sample event',
  previewEmpty: 'Nothing would be written.',
  problemAt: (line: number, column: number) => `Line ${line}, column ${column}`,
  severity: { error: 'Error', warning: 'Warning', hint: 'Hint' },
  replaceSecret: 'Replace',
  keepSecret: 'Keep the stored one',
  secretStored: 'A secret is stored. Nobody can read it back.',
  noFolder: 'None',
  folderGone: (name: string) => `${name} (deleted)`,
  noFlows: 'There is no flow yet. Make one under Rules, Flows.',
  flowOf: (name: string, user: string) => `${name} (of ${user})`,
  mustMatch: 'matches',
  mustNotMatch: 'does not match',
  patternKind: 'How it has to match',
} as const;

/** What is wrong with a value, for rules that say nothing of their own. */
export const issueText = {
  missing: 'Fill this in.',
  chooseOne: 'Choose one of these.',
  notANumber: 'Enter a number.',
  notWhole: 'Enter a whole number.',
  notLess: (least: number) => `Enter ${formatNumber(least)} or more.`,
  notMore: (most: number) => `Enter ${formatNumber(most)} or less.`,
  tooShort: (least: number) => plural(least, { one: 'Enter at least one character.', other: 'Enter at least # characters.' }),
  tooLong: (most: number) => `Use at most ${plural(most, { one: '# character', other: '# characters' })}.`,
  tooFew: (least: number) => plural(least, { one: 'Add at least one.', other: 'Add at least #.' }),
  tooMany: (most: number) => `Use at most ${formatNumber(most)}.`,
  wrong: 'This value cannot be used here. Look at the help below.',
} as const;
