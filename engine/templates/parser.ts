import { type Block, type Branch, type ParsedTemplate, type Statement } from './ast.ts';
import { ExpressionParser, MAX_NESTING } from './expression-parser.ts';
import { unquoteString } from './quote.ts';
import { TokenCursor } from './token-cursor.ts';

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

/** How a block ended. */
type Stop = 'end' | 'else' | 'else if' | 'else with';

class Parser {
  readonly #name: string;
  readonly #cursor: TokenCursor;
  readonly #expressions: ExpressionParser;
  readonly #templates = new Map<string, Block>();
  #rangeDepth = 0;
  #blockDepth = 0;

  constructor(source: string, name: string, functions: ReadonlySet<string>) {
    this.#name = name;
    this.#cursor = new TokenCursor(source);
    this.#expressions = new ExpressionParser(this.#cursor, functions);
  }

  run(): ParsedTemplate {
    const body: Statement[] = [];
    for (;;) {
      const token = this.#cursor.peekNonSpace();
      if (token.kind === 'end of template') break;
      if (token.kind === 'open' && this.#cursor.wordAfterOpen() === 'define') {
        this.#define();
        continue;
      }
      const statement = this.#statement();
      if (typeof statement === 'string')
        this.#cursor.fail(`There is no block that this {{${statement === 'end' ? 'end' : 'else'}}} belongs to.`, token.at);
      body.push(statement);
    }
    this.#add(this.#name, body, 0);
    return { name: this.#name, templates: this.#templates };
  }

  // Templates ------------------------------------------------------------------------------------------------------------

  /** Keeps a template. An empty one gives way; two with content under one name are an error. */
  #add(name: string, body: Block, at: number): void {
    const isEmpty = (block: Block) => block.every((statement) => statement.kind === 'text' && BLANK.test(statement.text));
    const existing = this.#templates.get(name);
    if (existing === undefined || isEmpty(existing)) this.#templates.set(name, body);
    else if (!isEmpty(body)) this.#cursor.fail(`The template "${name}" is defined twice.`, at);
  }

  #define(): void {
    const open = this.#cursor.next();
    this.#cursor.nextNonSpace();
    const name = this.#templateName('a definition');
    this.#cursor.expect('close', 'a definition');
    this.#add(name, this.#separateBody('a definition', open.at), open.at);
  }

  #templateName(where: string): string {
    const token = this.#cursor.expect('string', where);
    return this.#cursor.located(token.at, () => unquoteString(token.text));
  }

  /** The body of `define` or `block`: it sees no variables and no loop of what surrounds it. */
  #separateBody(where: string, at: number): Block {
    const outer = { variables: this.#expressions.variables, rangeDepth: this.#rangeDepth };
    this.#expressions.variables = ['$'];
    this.#rangeDepth = 0;
    const { block, stop } = this.#block(at);
    if (stop !== 'end') this.#cursor.fail(`There can be no {{else}} in ${where}.`, at);
    this.#expressions.variables = outer.variables;
    this.#rangeDepth = outer.rangeDepth;
    return block;
  }

  // Statements -----------------------------------------------------------------------------------------------------------

  /** Statements up to `{{end}}` or `{{else}}`; `at` is the action that opened the block. */
  #block(at: number): { block: Block; stop: Stop } {
    if (++this.#blockDepth > MAX_NESTING) this.#cursor.fail(`Blocks are nested deeper than ${MAX_NESTING}.`, at);
    const block: Statement[] = [];
    for (;;) {
      if (this.#cursor.peekNonSpace().kind === 'end of template') this.#cursor.fail('This block is not closed: {{end}} is missing.', at);
      const statement = this.#statement();
      if (typeof statement === 'string') {
        this.#blockDepth--;
        return { block, stop: statement };
      }
      block.push(statement);
    }
  }

  #statement(): Statement | Stop {
    const token = this.#cursor.nextNonSpace();
    if (token.kind === 'text') return { kind: 'text', at: token.at, text: token.text };
    if (token.kind !== 'open') this.#cursor.unexpected(token, 'the text');
    return this.#action(token.at);
  }

  #action(at: number): Statement | Stop {
    const token = this.#cursor.peekNonSpace();
    switch (token.kind) {
      case 'end':
        this.#cursor.next();
        this.#cursor.expect('close', '{{end}}');
        return 'end';
      case 'else':
        this.#cursor.next();
        return this.#else();
      case 'break':
      case 'continue':
        this.#cursor.next();
        this.#cursor.expect('close', `{{${token.kind}}}`);
        if (this.#rangeDepth === 0) this.#cursor.fail(`{{${token.kind}}} stands outside of {{range}}.`, token.at);
        return { kind: token.kind, at };
      case 'if':
      case 'with':
        this.#cursor.next();
        return this.#conditional(token.kind, at);
      case 'range':
        this.#cursor.next();
        return this.#range(at);
      case 'template': {
        this.#cursor.next();
        const name = this.#templateName('a template call');
        if (this.#cursor.peekNonSpace().kind !== 'close')
          return { kind: 'template', at, name, argument: this.#expressions.pipeline('a template call', 'close') };
        this.#cursor.next();
        return { kind: 'template', at, name, argument: null };
      }
      case 'block': {
        this.#cursor.next();
        const name = this.#templateName('a block');
        const argument = this.#expressions.pipeline('a block', 'close');
        this.#add(name, this.#separateBody('a block', at), at);
        return { kind: 'template', at, name, argument };
      }
      default:
        return { kind: 'action', at: token.at, pipeline: this.#expressions.pipeline('an action', 'close') };
    }
  }

  #else(): Stop {
    const next = this.#cursor.peekNonSpace();
    // The word stays: what follows is read as a condition of its own.
    if (next.kind === 'if') return 'else if';
    if (next.kind === 'with') return 'else with';
    this.#cursor.expect('close', '{{else}}');
    return 'else';
  }

  #conditional(kind: 'if' | 'with', at: number): Statement {
    const known = this.#expressions.variables.length;
    const branches: Branch[] = [];
    let otherwise: Block = [];
    for (;;) {
      const condition = this.#expressions.pipeline(kind, 'close');
      const { block, stop } = this.#block(at);
      branches.push({ condition, body: block });
      if (stop === 'end') break;
      if (stop === `else ${kind}`) {
        this.#cursor.next();
        continue;
      }
      otherwise = this.#otherwise(stop, at);
      break;
    }
    this.#expressions.variables.length = known;
    return { kind, at, branches, otherwise };
  }

  #range(at: number): Statement {
    const known = this.#expressions.variables.length;
    const pipeline = this.#expressions.pipeline('range', 'close');
    this.#rangeDepth++;
    const { block, stop } = this.#block(at);
    this.#rangeDepth--;
    const otherwise = stop === 'end' ? [] : this.#otherwise(stop, at);
    this.#expressions.variables.length = known;
    return { kind: 'range', at, pipeline, body: block, otherwise };
  }

  #otherwise(stop: Stop, at: number): Block {
    if (stop !== 'else') this.#cursor.unexpected(this.#cursor.peek(), '{{else}}');
    const rest = this.#block(at);
    if (rest.stop !== 'end') this.#cursor.fail('After {{else}} the block must end.', this.#cursor.peek().at);
    return rest.block;
  }
}
