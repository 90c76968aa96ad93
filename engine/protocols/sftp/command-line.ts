/**
 * The words of a command line as a POSIX shell would split them: quotes and backslashes, and nothing else of a shell. Null for a line that
 * needs one (variables, patterns, pipes, several commands) or that ends inside quotes: it is not guessed what was meant.
 */
export function splitCommandLine(line: string): readonly string[] | null {
  const words: string[] = [];
  let word: string | null = null;
  for (let at = 0; at < line.length; at++) {
    const character = line[at] as string;
    if (character === "'") {
      const end = line.indexOf("'", at + 1);
      if (end === -1) return null;
      word = (word ?? '') + line.slice(at + 1, end);
      at = end;
    } else if (character === '"') {
      const quoted = doubleQuoted(line, at + 1);
      if (quoted === null) return null;
      word = (word ?? '') + quoted.text;
      at = quoted.end;
    } else if (character === '\\') {
      if (at + 1 === line.length) return null;
      word = (word ?? '') + (line[++at] as string);
    } else if (character === ' ' || character === '\t') {
      if (word !== null) words.push(word);
      word = null;
    } else if (/[\n\r;&|<>()$`*?[\]{}#~!]/.test(character)) {
      // `~` and `#` mean something only at the start of a word.
      if (!/[#~]/.test(character) || word === null) return null;
      word += character;
    } else word = (word ?? '') + character;
  }
  if (word !== null) words.push(word);
  return words;
}

function doubleQuoted(line: string, start: number): { readonly text: string; readonly end: number } | null {
  let text = '';
  for (let at = start; at < line.length; at++) {
    const character = line[at] as string;
    if (character === '"') return { text, end: at };
    if (character === '$' || character === '`') return null;
    if (character === '\\' && /["\\$`]/.test(line[at + 1] ?? '')) text += line[++at] as string;
    else text += character;
  }
  return null;
}
