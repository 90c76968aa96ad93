import {
  type Block,
  type Branch,
  type Command,
  type Operand,
  type ParsedTemplate,
  type Pipeline,
  type Reference,
  type Statement,
} from './ast.ts';
import { TemplateSyntaxError, ValueError, positionAt } from './errors.ts';
import { tokenize, type Token, type TokenKind } from './lexer.ts';
import { parseNumber } from './numbers.ts';
import { unquoteString } from './quote.ts';

/** Deepest nesting of parentheses and of blocks. */
const MAX_NESTING = 64;
// White space as Go's bytes.TrimSpace sees it.
const BLANK = /^[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*$/;

/**
 * Parses a template in Go's syntax.
 * @param name the name under which the source itself can be called with `{{template}}`
 * @param functions names of the functions that exist
 * @throws TemplateSyntaxError
 */
export function parseTemplate(source: string, name: string, functions: ReadonlySet<string>): ParsedTemplate {
  return new Parser(source, name, functions).run();
}

type Context = 'if' | 'with' | 'range' | 'an action' | 'a template call' | 'a block' | 'parentheses';

/** How a block ended. */
type Stop = 'end' | 'else' | 'else if' | 'else with';

class Parser {
  readonly #source: string;
  readonly #name: string;
  readonly #functions: ReadonlySet<string>;
  readonly #tokens: readonly Token[];
  readonly #templates = new Map<string, Block>();
  #index = 0;
  #variables: string[] = ['$'];
  #rangeDepth = 0;
  #parenDepth = 0;
  #blockDepth = 0;

  constructor(source: string, name: string, functions: ReadonlySet<string>) {
    this.#source = source;
    this.#name = name;
    this.#functions = functions;
    this.#tokens = tokenize(source);
  }

  run(): ParsedTemplate {
    const body: Statement[] = [];
    for (;;) {
      const token = this.#peekNonSpace();
      if (token.kind === 'end of template') break;
      if (token.kind === 'open' && this.#wordAfterOpen() === 'define') {
        this.#define();
        continue;
      }
      const statement = this.#statement();
      if (typeof statement === 'string')
        this.#fail(`There is no block that this {{${statement === 'end' ? 'end' : 'else'}}} belongs to.`, token.at);
      body.push(statement);
    }
    this.#add(this.#name, body, 0);
    return { name: this.#name, templates: this.#templates };
  }

  #fail(message: string, at: number): never {
    throw new TemplateSyntaxError(message, positionAt(this.#source, at));
  }

  // Tokens ---------------------------------------------------------------------------------------------------------------

  #peek(): Token {
    const last = this.#tokens.length - 1;
    return this.#tokens[Math.min(this.#index, last)] ?? { kind: 'end of template', text: '', at: this.#source.length };
  }

  #next(): Token {
    const token = this.#peek();
    this.#index++;
    return token;
  }

  #peekNonSpace(): Token {
    while (this.#peek().kind === 'space') this.#index++;
    return this.#peek();
  }

  #nextNonSpace(): Token {
    this.#peekNonSpace();
    return this.#next();
  }

  /** The kind of the first token of the action that starts here. */
  #wordAfterOpen(): TokenKind | undefined {
    let i = this.#index + 1;
    while (this.#tokens[i]?.kind === 'space') i++;
    return this.#tokens[i]?.kind;
  }

  #unexpected(token: Token, where: string): never {
    if (token.kind === 'end of template') this.#fail(`The template ends in the middle of ${where}.`, token.at);
    this.#fail(`Unexpected ${token.kind === 'close' ? '}}' : token.text} in ${where}.`, token.at);
  }

  #expect(kind: TokenKind, where: string): Token {
    const token = this.#nextNonSpace();
    if (token.kind !== kind) this.#unexpected(token, where);
    return token;
  }

  /** Runs a reader that throws ValueError and puts the position to it. */
  #located<Result>(at: number, read: () => Result): Result {
    try {
      return read();
    } catch (error) {
      if (error instanceof ValueError) this.#fail(error.message, at);
      throw error;
    }
  }

  // Templates ------------------------------------------------------------------------------------------------------------

  /** Keeps a template. An empty one gives way; two with content under one name are an error. */
  #add(name: string, body: Block, at: number): void {
    const isEmpty = (block: Block) => block.every((statement) => statement.kind === 'text' && BLANK.test(statement.text));
    const existing = this.#templates.get(name);
    if (existing === undefined || isEmpty(existing)) this.#templates.set(name, body);
    else if (!isEmpty(body)) this.#fail(`The template "${name}" is defined twice.`, at);
  }

  #define(): void {
    const open = this.#next();
    this.#nextNonSpace();
    const name = this.#templateName('a definition');
    this.#expect('close', 'a definition');
    this.#add(name, this.#separateBody('a definition', open.at), open.at);
  }

  #templateName(where: string): string {
    const token = this.#expect('string', where);
    return this.#located(token.at, () => unquoteString(token.text));
  }

  /** The body of `define` or `block`: it sees no variables and no loop of what surrounds it. */
  #separateBody(where: string, at: number): Block {
    const outer = { variables: this.#variables, rangeDepth: this.#rangeDepth };
    this.#variables = ['$'];
    this.#rangeDepth = 0;
    const { block, stop } = this.#block(at);
    if (stop !== 'end') this.#fail(`There can be no {{else}} in ${where}.`, at);
    this.#variables = outer.variables;
    this.#rangeDepth = outer.rangeDepth;
    return block;
  }

  // Statements -----------------------------------------------------------------------------------------------------------

  /** Statements up to `{{end}}` or `{{else}}`; `at` is the action that opened the block. */
  #block(at: number): { block: Block; stop: Stop } {
    if (++this.#blockDepth > MAX_NESTING) this.#fail(`Blocks are nested deeper than ${MAX_NESTING}.`, at);
    const block: Statement[] = [];
    for (;;) {
      if (this.#peekNonSpace().kind === 'end of template') this.#fail('This block is not closed: {{end}} is missing.', at);
      const statement = this.#statement();
      if (typeof statement === 'string') {
        this.#blockDepth--;
        return { block, stop: statement };
      }
      block.push(statement);
    }
  }

  #statement(): Statement | Stop {
    const token = this.#nextNonSpace();
    if (token.kind === 'text') return { kind: 'text', at: token.at, text: token.text };
    if (token.kind !== 'open') this.#unexpected(token, 'the text');
    return this.#action(token.at);
  }

  #action(at: number): Statement | Stop {
    const token = this.#peekNonSpace();
    switch (token.kind) {
      case 'end':
        this.#next();
        this.#expect('close', '{{end}}');
        return 'end';
      case 'else':
        this.#next();
        return this.#else();
      case 'break':
      case 'continue':
        this.#next();
        this.#expect('close', `{{${token.kind}}}`);
        if (this.#rangeDepth === 0) this.#fail(`{{${token.kind}}} stands outside of {{range}}.`, token.at);
        return { kind: token.kind, at };
      case 'if':
      case 'with':
        this.#next();
        return this.#conditional(token.kind, at);
      case 'range':
        this.#next();
        return this.#range(at);
      case 'template': {
        this.#next();
        const name = this.#templateName('a template call');
        if (this.#peekNonSpace().kind !== 'close')
          return { kind: 'template', at, name, argument: this.#pipeline('a template call', 'close') };
        this.#next();
        return { kind: 'template', at, name, argument: null };
      }
      case 'block': {
        this.#next();
        const name = this.#templateName('a block');
        const argument = this.#pipeline('a block', 'close');
        this.#add(name, this.#separateBody('a block', at), at);
        return { kind: 'template', at, name, argument };
      }
      default:
        return { kind: 'action', at: token.at, pipeline: this.#pipeline('an action', 'close') };
    }
  }

  #else(): Stop {
    const next = this.#peekNonSpace();
    // The word stays: what follows is read as a condition of its own.
    if (next.kind === 'if') return 'else if';
    if (next.kind === 'with') return 'else with';
    this.#expect('close', '{{else}}');
    return 'else';
  }

  #conditional(kind: 'if' | 'with', at: number): Statement {
    const known = this.#variables.length;
    const branches: Branch[] = [];
    let otherwise: Block = [];
    for (;;) {
      const condition = this.#pipeline(kind, 'close');
      const { block, stop } = this.#block(at);
      branches.push({ condition, body: block });
      if (stop === 'end') break;
      if (stop === `else ${kind}`) {
        this.#next();
        continue;
      }
      otherwise = this.#otherwise(stop, at);
      break;
    }
    this.#variables.length = known;
    return { kind, at, branches, otherwise };
  }

  #range(at: number): Statement {
    const known = this.#variables.length;
    const pipeline = this.#pipeline('range', 'close');
    this.#rangeDepth++;
    const { block, stop } = this.#block(at);
    this.#rangeDepth--;
    const otherwise = stop === 'end' ? [] : this.#otherwise(stop, at);
    this.#variables.length = known;
    return { kind: 'range', at, pipeline, body: block, otherwise };
  }

  #otherwise(stop: Stop, at: number): Block {
    if (stop !== 'else') this.#unexpected(this.#peek(), '{{else}}');
    const rest = this.#block(at);
    if (rest.stop !== 'end') this.#fail('After {{else}} the block must end.', this.#peek().at);
    return rest.block;
  }

  // Expressions ----------------------------------------------------------------------------------------------------------

  #pipeline(context: Context, end: 'close' | 'rightParen'): Pipeline {
    const at = this.#peekNonSpace().at;
    const variables: string[] = [];
    const isAssignment = this.#declarations(context, variables);
    const commands: Command[] = [];
    for (;;) {
      const token = this.#peekNonSpace();
      if (token.kind === end) break;
      if (!STARTS_COMMAND.has(token.kind)) {
        this.#next();
        this.#unexpected(token, context === 'parentheses' || context.startsWith('a') ? context : `{{${context}}}`);
      }
      commands.push(this.#command());
    }
    const closing = this.#next();
    if (commands.length === 0) this.#fail('A value is missing here.', closing.at);
    for (const command of commands.slice(1)) {
      if (NOT_CALLABLE.has(command.first.kind)) this.#fail('Only a function can stand after |.', command.at);
    }
    return { kind: 'pipeline', at, variables, isAssignment, commands };
  }

  /** `$x :=`, `$x =` or, in a range, `$i, $x :=`. Returns whether it assigns. */
  #declarations(context: Context, variables: string[]): boolean {
    for (;;) {
      const start = this.#index;
      const variable = this.#peekNonSpace();
      if (variable.kind !== 'variable') return false;
      this.#next();
      const next = this.#peekNonSpace();
      const isComma = next.kind === 'symbol' && next.text === ',';
      if (next.kind !== 'assign' && next.kind !== 'declare' && !isComma) {
        this.#index = start;
        return false;
      }
      this.#next();
      variables.push(variable.text);
      this.#variables.push(variable.text);
      if (!isComma) return next.kind === 'assign';
      if (context !== 'range' || variables.length >= 2) this.#fail('Too many variables are declared here.', next.at);
      if (!['variable', 'close', 'rightParen'].includes(this.#peekNonSpace().kind))
        this.#fail('After the comma a second variable is expected.', next.at);
    }
  }

  #command(): Command {
    const at = this.#peekNonSpace().at;
    const operands: Operand[] = [];
    for (;;) {
      const operand = this.#operand();
      if (operand) operands.push(operand);
      const token = this.#peek();
      if (token.kind === 'space') {
        this.#next();
        continue;
      }
      if (token.kind === 'pipe') this.#next();
      else if (token.kind !== 'close' && token.kind !== 'rightParen') this.#unexpected(token, 'an expression');
      break;
    }
    const [first, ...args] = operands;
    if (!first) this.#fail('A value is missing here.', at);
    return { at, first, args };
  }

  /** A term with the fields that follow it; null when the next token starts none. */
  #operand(): Operand | null {
    const term = this.#term();
    if (!term || this.#peek().kind !== 'field') return term;
    const path: string[] = [];
    const at = this.#peek().at;
    while (this.#peek().kind === 'field') path.push(this.#next().text.slice(1));
    switch (term.kind) {
      case 'field':
        return { kind: 'field', at: term.at, path: [...term.path, ...path] };
      case 'variable':
        return { kind: 'variable', at: term.at, name: term.name, path: [...term.path, ...path] };
      case 'pipeline':
      case 'function':
        return { kind: 'chain', at: term.at, base: term, path };
      default:
        this.#fail('A constant has no fields.', at);
    }
  }

  #term(): Operand | null {
    const token = this.#peekNonSpace();
    const at = token.at;
    switch (token.kind) {
      case 'identifier':
        this.#next();
        if (!this.#functions.has(token.text)) this.#fail(`There is no function ${token.text}.`, at);
        return { kind: 'function', at, name: token.text };
      case 'dot':
        this.#next();
        return { kind: 'dot', at };
      case 'nil':
        this.#next();
        return { kind: 'nil', at };
      case 'variable':
        this.#next();
        return this.#variable(token);
      case 'field':
        this.#next();
        return { kind: 'field', at, path: [token.text.slice(1)] };
      case 'bool':
        this.#next();
        return { kind: 'bool', at, value: token.text === 'true' };
      case 'char':
      case 'complex':
      case 'number': {
        this.#next();
        const kind = token.kind;
        return { kind: 'number', at, forms: this.#located(at, () => parseNumber(token.text, kind)) };
      }
      case 'string':
        this.#next();
        return { kind: 'string', at, text: this.#located(at, () => unquoteString(token.text)) };
      case 'leftParen': {
        this.#next();
        if (++this.#parenDepth > MAX_NESTING) this.#fail(`Parentheses are nested deeper than ${MAX_NESTING}.`, at);
        const pipeline = this.#pipeline('parentheses', 'rightParen');
        this.#parenDepth--;
        return pipeline;
      }
      default:
        return null;
    }
  }

  #variable(token: Token): Reference {
    if (!this.#variables.includes(token.text)) this.#fail(`The variable ${token.text} is not declared.`, token.at);
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
