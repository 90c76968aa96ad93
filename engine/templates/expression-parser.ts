import { type Command, type Operand, type Pipeline, type Reference } from './ast.ts';
import { type Token, type TokenKind } from './lexer.ts';
import { parseNumber } from './numbers.ts';
import { unquoteString } from './quote.ts';
import { type TokenCursor } from './token-cursor.ts';

/** Deepest nesting of parentheses, and of blocks. */
export const MAX_NESTING = 64;

/** Where a pipeline stands. */
export type Context = 'if' | 'with' | 'range' | 'an action' | 'a template call' | 'a block' | 'parentheses';

/** Reads what stands inside the braces: pipelines, commands, operands. */
export class ExpressionParser {
  /** The variables that are declared where the next expression stands. */
  variables: string[] = ['$'];
  readonly #cursor: TokenCursor;
  readonly #functions: ReadonlySet<string>;
  #parenDepth = 0;

  constructor(cursor: TokenCursor, functions: ReadonlySet<string>) {
    this.#cursor = cursor;
    this.#functions = functions;
  }

  /** Reads a pipeline and the token that ends it. Throws TemplateSyntaxError. */
  pipeline(context: Context, end: 'close' | 'rightParen'): Pipeline {
    const at = this.#cursor.peekNonSpace().at;
    const variables: string[] = [];
    const isAssignment = this.#declarations(context, variables);
    const commands: Command[] = [];
    for (;;) {
      const token = this.#cursor.peekNonSpace();
      if (token.kind === end) break;
      if (!STARTS_COMMAND.has(token.kind)) {
        this.#cursor.next();
        this.#cursor.unexpected(token, context === 'parentheses' || context.startsWith('a') ? context : `{{${context}}}`);
      }
      commands.push(this.#command());
    }
    const closing = this.#cursor.next();
    if (commands.length === 0) this.#cursor.fail('A value is missing here.', closing.at);
    for (const command of commands.slice(1)) {
      if (NOT_CALLABLE.has(command.first.kind)) this.#cursor.fail('Only a function can stand after |.', command.at);
    }
    return { kind: 'pipeline', at, variables, isAssignment, commands };
  }

  /** `$x :=`, `$x =` or, in a range, `$i, $x :=`. Returns whether it assigns. */
  #declarations(context: Context, variables: string[]): boolean {
    for (;;) {
      const start = this.#cursor.mark();
      const variable = this.#cursor.peekNonSpace();
      if (variable.kind !== 'variable') return false;
      this.#cursor.next();
      const next = this.#cursor.peekNonSpace();
      const isComma = next.kind === 'symbol' && next.text === ',';
      if (next.kind !== 'assign' && next.kind !== 'declare' && !isComma) {
        this.#cursor.rewind(start);
        return false;
      }
      this.#cursor.next();
      variables.push(variable.text);
      this.variables.push(variable.text);
      if (!isComma) return next.kind === 'assign';
      if (context !== 'range' || variables.length >= 2) this.#cursor.fail('Too many variables are declared here.', next.at);
      if (!['variable', 'close', 'rightParen'].includes(this.#cursor.peekNonSpace().kind))
        this.#cursor.fail('After the comma a second variable is expected.', next.at);
    }
  }

  #command(): Command {
    const at = this.#cursor.peekNonSpace().at;
    const operands: Operand[] = [];
    for (;;) {
      const operand = this.#operand();
      if (operand) operands.push(operand);
      const token = this.#cursor.peek();
      if (token.kind === 'space') {
        this.#cursor.next();
        continue;
      }
      if (token.kind === 'pipe') this.#cursor.next();
      else if (token.kind !== 'close' && token.kind !== 'rightParen') this.#cursor.unexpected(token, 'an expression');
      break;
    }
    const [first, ...args] = operands;
    if (!first) this.#cursor.fail('A value is missing here.', at);
    return { at, first, args };
  }

  /** A term with the fields that follow it; null when the next token starts none. */
  #operand(): Operand | null {
    const term = this.#term();
    if (!term || this.#cursor.peek().kind !== 'field') return term;
    const path: string[] = [];
    const at = this.#cursor.peek().at;
    while (this.#cursor.peek().kind === 'field') path.push(this.#cursor.next().text.slice(1));
    switch (term.kind) {
      case 'field':
        return { kind: 'field', at: term.at, path: [...term.path, ...path] };
      case 'variable':
        return { kind: 'variable', at: term.at, name: term.name, path: [...term.path, ...path] };
      case 'pipeline':
      case 'function':
        return { kind: 'chain', at: term.at, base: term, path };
      default:
        this.#cursor.fail('A constant has no fields.', at);
    }
  }

  #term(): Operand | null {
    const token = this.#cursor.peekNonSpace();
    const at = token.at;
    switch (token.kind) {
      case 'identifier':
        this.#cursor.next();
        if (!this.#functions.has(token.text)) this.#cursor.fail(`There is no function ${token.text}.`, at);
        return { kind: 'function', at, name: token.text };
      case 'dot':
        this.#cursor.next();
        return { kind: 'dot', at };
      case 'nil':
        this.#cursor.next();
        return { kind: 'nil', at };
      case 'variable':
        this.#cursor.next();
        return this.#variable(token);
      case 'field':
        this.#cursor.next();
        return { kind: 'field', at, path: [token.text.slice(1)] };
      case 'bool':
        this.#cursor.next();
        return { kind: 'bool', at, value: token.text === 'true' };
      case 'char':
      case 'complex':
      case 'number': {
        this.#cursor.next();
        const kind = token.kind;
        return { kind: 'number', at, forms: this.#cursor.located(at, () => parseNumber(token.text, kind)) };
      }
      case 'string':
        this.#cursor.next();
        return { kind: 'string', at, text: this.#cursor.located(at, () => unquoteString(token.text)) };
      case 'leftParen': {
        this.#cursor.next();
        if (++this.#parenDepth > MAX_NESTING) this.#cursor.fail(`Parentheses are nested deeper than ${MAX_NESTING}.`, at);
        const pipeline = this.pipeline('parentheses', 'rightParen');
        this.#parenDepth--;
        return pipeline;
      }
      default:
        return null;
    }
  }

  #variable(token: Token): Reference {
    if (!this.variables.includes(token.text)) this.#cursor.fail(`The variable ${token.text} is not declared.`, token.at);
    return { kind: 'variable', at: token.at, name: token.text, path: [] };
  }
}

const STARTS_COMMAND: ReadonlySet<TokenKind> = new Set([
  'bool',
  'char',
  'complex',
  'dot',
  'field',
  'identifier',
  'number',
  'nil',
  'string',
  'variable',
  'leftParen',
]);

const NOT_CALLABLE: ReadonlySet<Operand['kind']> = new Set(['bool', 'dot', 'nil', 'number', 'string']);
