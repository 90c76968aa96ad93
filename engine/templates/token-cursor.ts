import { TemplateSyntaxError, ValueError, positionAt } from './errors.ts';
import { tokenize, type Token, type TokenKind } from './lexer.ts';

/** Reads the tokens of a source one after the other, and reports what is wrong with them. */
export class TokenCursor {
  readonly #source: string;
  readonly #tokens: readonly Token[];
  #index = 0;

  /** Throws TemplateSyntaxError. */
  constructor(source: string) {
    this.#source = source;
    this.#tokens = tokenize(source);
  }

  /** Throws TemplateSyntaxError for the offset `at`. */
  fail(message: string, at: number): never {
    throw new TemplateSyntaxError(message, positionAt(this.#source, at));
  }

  /** A place to come back to with `rewind`. */
  mark(): number {
    return this.#index;
  }

  rewind(mark: number): void {
    this.#index = mark;
  }

  /** The next token, which stays. */
  peek(): Token {
    const last = this.#tokens.length - 1;
    return this.#tokens[Math.min(this.#index, last)] ?? { kind: 'end of template', text: '', at: this.#source.length };
  }

  /** Takes the next token. */
  next(): Token {
    const token = this.peek();
    this.#index++;
    return token;
  }

  /** The next token that is no space; spaces before it are taken. */
  peekNonSpace(): Token {
    while (this.peek().kind === 'space') this.#index++;
    return this.peek();
  }

  /** Takes the next token that is no space. */
  nextNonSpace(): Token {
    this.peekNonSpace();
    return this.next();
  }

  /** The kind of the first token of the action that starts here. */
  wordAfterOpen(): TokenKind | undefined {
    let i = this.#index + 1;
    while (this.#tokens[i]?.kind === 'space') i++;
    return this.#tokens[i]?.kind;
  }

  /** Throws TemplateSyntaxError: this token cannot stand in `where`. */
  unexpected(token: Token, where: string): never {
    if (token.kind === 'end of template') this.fail(`The template ends in the middle of ${where}.`, token.at);
    this.fail(`Unexpected ${token.kind === 'close' ? '}}' : token.text} in ${where}.`, token.at);
  }

  /** Takes the next token, which must be of a kind. */
  expect(kind: TokenKind, where: string): Token {
    const token = this.nextNonSpace();
    if (token.kind !== kind) this.unexpected(token, where);
    return token;
  }

  /** Runs a reader that throws ValueError and puts the position to it. */
  located<Result>(at: number, read: () => Result): Result {
    try {
      return read();
    } catch (error) {
      if (error instanceof ValueError) this.fail(error.message, at);
      throw error;
    }
  }
}
