import { describe, expect, it } from 'vitest';
import {
  complete,
  findPlaceholders,
  insertPlaceholder,
  offsetOf,
  suggestions,
  wordAtCaret,
} from '../../../renderer/forms/template-completion.ts';

/** `|` marks the caret. */
function at(marked: string): { readonly text: string; readonly caret: number } {
  return { text: marked.replace('|', ''), caret: marked.indexOf('|') };
}

function offered(marked: string): string[] {
  const { text, caret } = at(marked);
  const word = wordAtCaret(text, caret);
  return word === undefined ? [] : suggestions(word).map(({ label }) => label);
}

describe('suggestions', () => {
  it('begin with what was typed inside of an action', () => {
    expect(offered('Hello {{.Virt|}}')).toEqual(['.VirtualPath', '.VirtualTargetPath']);
    expect(offered('{{toJ|')).toContain('toJson');
    expect(offered('{{toJson .FileS|')).toContain('.FileSize');
  });

  it('find a name by its middle after those that begin with it', () => {
    expect(offered('{{.path|')).toContain('.VirtualPath');
  });

  it('are simple tokens outside of actions, after a brace', () => {
    expect(offered('{na|')).toContain('{name}');
    expect(offered('{na|').every((label) => label.startsWith('{'))).toBe(true);
  });

  it.each(['plain text|', '{{|}}', '{{.Name}} after|', '{{printf ".Na|', '{{.Errors}}|'])('are none at %s', (marked) => {
    expect(offered(marked)).toEqual([]);
  });

  it('are put in the place of the word', () => {
    const { text, caret } = at('a {{.Virt|}} b');
    const word = wordAtCaret(text, caret);
    const [first] = word === undefined ? [] : suggestions(word);
    if (word === undefined || first === undefined) throw new Error('Nothing was offered.');
    expect(complete(text, caret, word, first)).toEqual(at('a {{.VirtualPath|}} b'));
  });
});

describe('the picker', () => {
  const [name] = findPlaceholders('.Name');
  if (name === undefined) throw new Error('There is no .Name.');

  it('finds placeholders by name or meaning, and no functions', () => {
    expect(findPlaceholders('bytes').map(({ label }) => label)).toContain('.FileSize');
    expect(new Set(findPlaceholders('').map(({ kind }) => kind))).toEqual(new Set(['placeholder']));
    expect(findPlaceholders('no such thing')).toEqual([]);
  });

  it.each([
    ['Dear |,', 'Dear {{.Name}}|,'],
    ['{{toJson |}}', '{{toJson .Name|}}'],
    ['{{toJson|}}', '{{toJson .Name|}}'],
  ])('puts one in at the caret of %s', (before, after) => {
    const { text, caret } = at(before);
    expect(insertPlaceholder(text, caret, name)).toEqual(at(after));
  });
});

describe('a place by line and column', () => {
  it('is found, and never beyond the end', () => {
    expect(offsetOf('ab\ncd', 2, 2)).toBe(4);
    expect(offsetOf('ab\ncd', 9, 9)).toBe(5);
  });
});
