import { type Completion, completions } from '../../engine/templates/index.ts';

/** The word before the caret that a suggestion would replace, from `from` to the caret. */
export type WordAtCaret = { readonly from: number; readonly word: string; readonly inAction: boolean };

const MOST = 8;
const ALL = completions();

/** What may be completed at the caret: a word inside `{{ … }}`, or one that begins a simple token with `{`; undefined where nothing is. */
export function wordAtCaret(text: string, caret: number): WordAtCaret | undefined {
  const before = text.slice(0, caret);
  const inAction = before.lastIndexOf('{{') > before.lastIndexOf('}}');
  if (inAction) {
    // Inside of a text in quotes nothing is a name.
    const action = before.slice(before.lastIndexOf('{{') + 2);
    if ((action.match(/(?<!\\)"/g)?.length ?? 0) % 2 === 1 || (action.match(/`/g)?.length ?? 0) % 2 === 1) return undefined;
    const word = /[$.A-Za-z][\w.]*$|$/.exec(action)?.[0] ?? '';
    return { from: caret - word.length, word, inAction };
  }
  const [word] = /\{\w*$/.exec(before) ?? [];
  return word === undefined ? undefined : { from: caret - word.length, word, inAction };
}

/** Suggestions for a word, the ones that begin with it first, then those that hold it; at most eight. */
export function suggestions({ word, inAction }: WordAtCaret): readonly Completion[] {
  if (inAction && word === '') return [];
  const wanted = word.toLowerCase();
  const fitting = ALL.filter(({ kind }) => (kind === 'simple') !== inAction);
  const beginning = fitting.filter(({ label }) => label.toLowerCase().startsWith(wanted));
  const holding = fitting.filter(
    ({ label }) => !label.toLowerCase().startsWith(wanted) && label.toLowerCase().includes(wanted.replace(/^[.{]/, '')),
  );
  const found = wanted.length < 2 ? beginning : [...beginning, ...holding];
  // What stands there already needs no suggestion.
  return found.length === 1 && found[0]?.label === word ? [] : found.slice(0, MOST);
}

/** Puts a suggestion in the place of the word; gives the new text and caret. */
export function complete(
  text: string,
  caret: number,
  { from }: WordAtCaret,
  { label }: Completion,
): { readonly text: string; readonly caret: number } {
  return { text: text.slice(0, from) + label + text.slice(caret), caret: from + label.length };
}

/** Puts a placeholder in at the caret: as an action of its own, or as a word where the caret stands in one. */
export function insertPlaceholder(text: string, caret: number, { label }: Completion): { readonly text: string; readonly caret: number } {
  const before = text.slice(0, caret);
  const inAction = before.lastIndexOf('{{') > before.lastIndexOf('}}');
  const piece = inAction ? `${/[\s({|]$/.test(before) ? '' : ' '}${label}` : `{{${label}}}`;
  return { text: before + piece + text.slice(caret), caret: caret + piece.length };
}

/** The placeholders that a picker offers: values of the event, without methods and functions, found by name or sentence. */
export function findPlaceholders(search: string): readonly Completion[] {
  const words = search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return ALL.filter(
    ({ kind, label, sentence }) =>
      kind === 'placeholder' && words.every((word) => label.toLowerCase().includes(word) || sentence.toLowerCase().includes(word)),
  );
}

/** Where a line and column (both from 1) stand in a text. */
export function offsetOf(text: string, line: number, column: number): number {
  const before = text.split('\n').slice(0, line - 1);
  return Math.min(text.length, before.reduce((sum, one) => sum + one.length + 1, 0) + column - 1);
}
