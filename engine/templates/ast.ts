import { type NumberForms } from './numbers.ts';

/** Every node knows where it starts: an offset in the source, in UTF-16 units. */
interface Located {
  readonly at: number;
}

/** A constant in an expression. */
export type Literal = Located &
  (
    | { readonly kind: 'string'; readonly text: string }
    | { readonly kind: 'bool'; readonly value: boolean }
    | { readonly kind: 'number'; readonly forms: NumberForms }
    | { readonly kind: 'nil' }
  );

/** `.`, `.A.B`, `$x.A`, `(pipeline).A` or a bare function name followed by fields. */
export type Reference = Located &
  (
    | { readonly kind: 'dot' }
    | { readonly kind: 'field'; readonly path: readonly string[] }
    | { readonly kind: 'variable'; readonly name: string; readonly path: readonly string[] }
    | { readonly kind: 'function'; readonly name: string }
    | { readonly kind: 'chain'; readonly base: Pipeline | Extract<Operand, { kind: 'function' }>; readonly path: readonly string[] }
  );

export type Operand = Literal | Reference | Pipeline;

/** `first arg arg …`. */
export interface Command extends Located {
  readonly first: Operand;
  readonly args: readonly Operand[];
}

/** `$a, $b := command | command`. */
export interface Pipeline extends Located {
  readonly kind: 'pipeline';
  readonly variables: readonly string[];
  readonly isAssignment: boolean;
  readonly commands: readonly Command[];
}

/** One `if …` or `with …` arm. */
export interface Branch {
  readonly condition: Pipeline;
  readonly body: Block;
}

export type Block = readonly Statement[];

/** What a template is made of. `else if` and `else with` chains are flat lists of branches. */
export type Statement = Located &
  (
    | { readonly kind: 'text'; readonly text: string }
    | { readonly kind: 'action'; readonly pipeline: Pipeline }
    | { readonly kind: 'if' | 'with'; readonly branches: readonly Branch[]; readonly otherwise: Block }
    | { readonly kind: 'range'; readonly pipeline: Pipeline; readonly body: Block; readonly otherwise: Block }
    | { readonly kind: 'template'; readonly name: string; readonly argument: Pipeline | null }
    | { readonly kind: 'break' | 'continue' }
  );

/** A parsed source: the templates that it defines, by name; the source itself is under its own name. */
export interface ParsedTemplate {
  readonly name: string;
  readonly templates: ReadonlyMap<string, Block>;
}
