import { TemplateSyntaxError, positionAt } from './errors.ts';

/** Kinds of token. Keywords are their own kind. `space` matters: it separates arguments. */
export type TokenKind =
  | 'text'
  | 'open'
  | 'close'
  | 'space'
  | 'assign'
  | 'declare'
  | 'pipe'
  | 'string'
  | 'char'
  | 'number'
  | 'complex'
  | 'variable'
  | 'field'
  | 'dot'
  | 'identifier'
  | 'bool'
  | 'leftParen'
  | 'rightParen'
  | 'symbol'
  | 'end of template'
  | Keyword;

type Keyword = 'block' | 'break' | 'continue' | 'define' | 'else' | 'end' | 'if' | 'nil' | 'range' | 'template' | 'with';

/** A piece of source; `at` is its offset in UTF-16 units. */
export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly at: number;
}

const KEYWORDS: ReadonlyMap<string, Keyword> = new Map(
  (['block', 'break', 'continue', 'define', 'else', 'end', 'if', 'nil', 'range', 'template', 'with'] as const).map((word) => [word, word]),
);

const SPACES = new Set([' ', '\t', '\r', '\n']);
const WORD = /[_\p{L}\p{Nd}]*/uy;
// Go's loose number scanner: what it lets through wrongly, the parser refuses.
const NUMBER =
  /[+-]?(?:0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?|0[oO][0-7_]*(?:\.[0-7_]*)?|0[bB][01_]*(?:\.[01_]*)?|[0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?)i?/y;

/** The tokens of a whole template, ending in `end of template`. Throws TemplateSyntaxError. */
export function tokenize(source: string): Token[] {
  return new Lexer(source).run();
}

class Lexer {
  readonly #source: string;
  readonly #tokens: Token[] = [];
  #at = 0;
  #depth = 0;

  constructor(source: string) {
    this.#source = source;
  }

  run(): Token[] {
    let trimNext = false;
    for (;;) {
      if (trimNext) while (SPACES.has(this.#peek())) this.#at++;
      const open = this.#source.indexOf('{{', this.#at);
      if (open < 0) break;
      const trim = this.#source[open + 2] === '-' && SPACES.has(this.#source[open + 3] ?? '');
      let end = open;
      if (trim) while (end > this.#at && SPACES.has(this.#source[end - 1] ?? '')) end--;
      if (end > this.#at) this.#push('text', end);
      this.#at = open;
      const body = open + (trim ? 4 : 2);
      if (this.#source.startsWith('/*', body)) trimNext = this.#comment(body);
      else {
        this.#push('open', open + 2);
        this.#at = body;
        trimNext = this.#action(open);
      }
    }
    if (this.#at < this.#source.length) this.#push('text', this.#source.length);
    this.#push('end of template', this.#source.length);
    return this.#tokens;
  }

  #peek(): string {
    return this.#source[this.#at] ?? '';
  }

  #push(kind: TokenKind, end: number): void {
    this.#tokens.push({ kind, text: this.#source.slice(this.#at, end), at: this.#at });
    this.#at = end;
  }

  #fail(message: string, at = this.#at): never {
    throw new TemplateSyntaxError(message, positionAt(this.#source, at));
  }

  /** Skips a comment; returns whether the space after it goes too. */
  #comment(body: number): boolean {
    const end = this.#source.indexOf('*/', body + 2);
    if (end < 0) this.#fail('This comment is never closed with */.');
    const trim = this.#trimsAt(end + 2);
    if (!trim && !this.#source.startsWith('}}', end + 2)) this.#fail('A comment must fill its action: }} has to follow */.', end + 2);
    this.#at = end + (trim ? 6 : 4);
    return trim;
  }

  #trimsAt(at: number): boolean {
    return SPACES.has(this.#source[at] ?? '') && this.#source.startsWith('-}}', at + 1);
  }

  /** Tokens up to the closing braces; returns whether the space after them goes too. */
  #action(open: number): boolean {
    this.#depth = 0;
    for (;;) {
      const trim = this.#trimsAt(this.#at);
      if (trim || this.#source.startsWith('}}', this.#at)) {
        if (this.#depth > 0) this.#fail('A parenthesis is not closed.');
        if (trim) this.#at += 2;
        this.#push('close', this.#at + 2);
        return trim;
      }
      if (this.#at >= this.#source.length) this.#fail('This action is not closed: }} is missing.', open);
      this.#token(open);
    }
  }

  #token(open: number): void {
    const char = this.#peek();
    if (SPACES.has(char)) {
      this.#space();
      return;
    }
    switch (char) {
      case '=':
        this.#push('assign', this.#at + 1);
        return;
      case ':':
        if (this.#source[this.#at + 1] !== '=') this.#fail('After : comes =, as in $x := 1.');
        this.#push('declare', this.#at + 2);
        return;
      case '|':
        this.#push('pipe', this.#at + 1);
        return;
      case '"':
      case "'":
        this.#quoted(char);
        return;
      case '`': {
        const end = this.#source.indexOf('`', this.#at + 1);
        if (end < 0) this.#fail('This text is not closed: a ` is missing.');
        this.#push('string', end + 1);
        return;
      }
      case '$':
        this.#name('variable');
        return;
      case '(':
        this.#depth++;
        this.#push('leftParen', this.#at + 1);
        return;
      case ')':
        if (--this.#depth < 0) this.#fail('There is no parenthesis to close.');
        this.#push('rightParen', this.#at + 1);
        return;
    }
    if (char === '.' && !/[0-9]/.test(this.#source[this.#at + 1] ?? '')) {
      // At the very end Go reads a number; the action is not closed then anyhow.
      if (this.#at + 1 >= this.#source.length) this.#fail('This action is not closed: }} is missing.', open);
      this.#name('field');
      return;
    }
    if (/[.+\-0-9]/.test(char)) {
      this.#number();
      return;
    }
    const word = this.#wordAt(this.#at);
    if (word !== '') {
      this.#identifier(word);
      return;
    }
    if (/[!-~]/.test(char)) {
      this.#push('symbol', this.#at + 1);
      return;
    }
    this.#fail('This character has no meaning inside {{ }}.');
  }

  #space(): void {
    let end = this.#at;
    while (SPACES.has(this.#source[end] ?? '')) end++;
    // The last space may belong to a closing -}}.
    if (this.#trimsAt(end - 1)) end--;
    if (end > this.#at) this.#push('space', end);
  }

  #wordAt(at: number): string {
    WORD.lastIndex = at;
    return WORD.exec(this.#source)?.[0] ?? '';
  }

  #mustEnd(at: number): void {
    const next = this.#source[at] ?? '';
    if (next === '' || SPACES.has(next) || '.,|:)('.includes(next) || this.#source.startsWith('}}', at)) return;
    this.#fail(`The character ${next} cannot follow a name.`, at);
  }

  #identifier(word: string): void {
    const end = this.#at + word.length;
    this.#mustEnd(end);
    this.#push(KEYWORDS.get(word) ?? (word === 'true' || word === 'false' ? 'bool' : 'identifier'), end);
  }

  /** `$`, `$name`, `.` or `.Name`. */
  #name(kind: 'variable' | 'field'): void {
    const word = this.#wordAt(this.#at + 1);
    const end = this.#at + 1 + word.length;
    this.#mustEnd(end);
    this.#push(kind === 'field' && word === '' ? 'dot' : kind, end);
  }

  #number(): void {
    NUMBER.lastIndex = this.#at;
    let end = this.#at + (NUMBER.exec(this.#source)?.[0].length ?? 0);
    let kind: 'number' | 'complex' = 'number';
    if (this.#wordAt(end) === '' && /[+-]/.test(this.#source[end] ?? '')) {
      NUMBER.lastIndex = end;
      end += NUMBER.exec(this.#source)?.[0].length ?? 0;
      kind = 'complex';
    }
    if (this.#wordAt(end) !== '' || (kind === 'complex' && this.#source[end - 1] !== 'i')) {
      this.#fail(`${this.#source.slice(this.#at, end + 1)} is not a number.`);
    }
    this.#push(kind, end);
  }

  #quoted(quote: string): void {
    for (let end = this.#at + 1; ; end++) {
      const char = this.#source[end];
      if (char === undefined || char === '\n') this.#fail(`This text is not closed: a ${quote} is missing.`);
      if (char === quote) {
        this.#push(quote === '"' ? 'string' : 'char', end + 1);
        return;
      }
      if (char === '\\') {
        end++;
        if (this.#source[end] === '\n') this.#fail(`This text is not closed: a ${quote} is missing.`);
      }
    }
  }
}
