import { FUNCTION_HELP, type FunctionHelp } from './function-help.ts';
import { methodNames } from './methods.ts';
import { NESTED, PLACEHOLDERS, typeLabel, type Placeholder } from './placeholders.ts';
import { SIMPLE_TOKENS } from './simple-tokens.ts';
import { removedNames } from './removed.ts';

/** One suggestion of the editor, also its hover text. */
export interface Completion {
  /** What is put in: `.Name`, `toJson`, `{name}`. */
  readonly label: string;
  readonly kind: 'placeholder' | 'function' | 'method' | 'simple';
  readonly type: string;
  readonly sentence: string;
  /** A sample value or an example, as text. */
  readonly sample: string;
}

function placeholderCompletion(placeholder: Placeholder, prefix: string): Completion {
  return {
    label: `${prefix}.${placeholder.name}`,
    kind: 'placeholder',
    type: typeLabel(placeholder.type),
    sentence: placeholder.sentence,
    sample: typeof placeholder.sample === 'string' ? placeholder.sample : JSON.stringify(placeholder.sample),
  };
}

/** A placeholder with everything reachable through dots. */
function withNested(placeholder: Placeholder, prefix: string): Completion[] {
  const { type } = placeholder;
  const path = `${prefix}.${placeholder.name}`;
  const target = type.kind === 'pointer' ? type.elem : type;
  const nested = NESTED.get(target.name) ?? [];
  const methods = methodNames(target.name).map(
    (name): Completion => ({
      label: `${path}.${name}`,
      kind: 'method',
      type: 'method',
      sentence: `Method ${name} of ${path}.`,
      sample: '',
    }),
  );
  return [placeholderCompletion(placeholder, prefix), ...methods, ...nested.flatMap((child) => withNested(child, path))];
}

function functionCompletion(help: FunctionHelp): Completion {
  return { label: help.name, kind: 'function', type: help.signature, sentence: help.sentence, sample: help.example };
}

/** Everything that the editor can suggest: placeholders, methods, functions and simple tokens. */
export function completions(): Completion[] {
  const tokens = [...SIMPLE_TOKENS.values()].filter((token) => token.action !== null);
  return [
    ...PLACEHOLDERS.flatMap((placeholder) => withNested(placeholder, '')),
    ...FUNCTION_HELP.map(functionCompletion),
    ...tokens.map(
      (token): Completion => ({
        label: `{${token.name}}`,
        kind: 'simple',
        type: 'token',
        sentence: token.sentence,
        sample: `{{${token.action ?? ''}}}`,
      }),
    ),
  ];
}

/** The hover text of a word such as `.FileSize` or `toJson`; null when there is nothing to say. */
export function hover(word: string): Completion | null {
  return completions().find((completion) => completion.label === word) ?? null;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function code(text: string): string {
  return text === '' ? '' : `\`${text}\``;
}

function placeholderRows(placeholders: readonly Placeholder[], prefix: string): string[][] {
  return placeholders.flatMap((placeholder) => {
    const completion = placeholderCompletion(placeholder, prefix);
    const { type } = placeholder;
    const target = type.kind === 'pointer' ? type.elem : type.kind === 'slice' ? type.elem : type;
    const path = type.kind === 'slice' ? '' : completion.label;
    const nested = target.name === 'main.item' ? [] : (NESTED.get(target.name) ?? []);
    return [[code(completion.label), completion.type, code(completion.sample), completion.sentence], ...placeholderRows(nested, path)];
  });
}

/** The text of docs/templates.md, made from the same tables as completion and checks. */
export function renderTemplateDocs(): string {
  const tokens = [...SIMPLE_TOKENS.values()].filter((token) => token.action !== null);
  return `# Templates

Text fields of rules and actions are templates in Go's \`text/template\` language. \`{{.Name}}\` puts in a value, \`{{if}}\`, \`{{range}}\` and \`{{with}}\` control what is written, \`|\` passes a value on as the last argument. One rendering may write 1 MiB and take 100,000 steps; values and calls nest up to 64 deep.

In HTML mails every value is escaped; literal text is not.

## Placeholders

${table(['Placeholder', 'Type', 'Sample', 'Meaning'], placeholderRows(PLACEHOLDERS, ''))}

Fields below \`.Items\` are those of a file: inside \`{{range .Items}}\` write \`{{.ObjectName}}\`. \`.Object.JSON\` is the whole record as JSON, \`{}\` where there is none. A wrong accessor, for example \`.Object.User\` when the event is about a share, is nil: guard it with \`{{if .Object.User}}\`.

## Times

\`.Timestamp\` has the methods of Go's \`time.Time\`. Layouts show how 2 January 2006, 15:04:05 would look: \`{{.Timestamp.Format "02/01/2006 15:04"}}\`.

${methodNames('time.Time').map(code).join(' ')}

## Functions

${table(
  ['Function', 'Takes', 'Example', 'Meaning'],
  FUNCTION_HELP.map((help) => [code(help.name), help.signature, code(help.example), help.sentence]),
)}

## Simple variables

A text without \`{{\` may use these tokens, as \`{name}\` or \`%name%\`. Between \`{line_start}\` and \`{line_end}\`, or \`<LINE>\` and \`</LINE>\`, the text is repeated for every file of a batch; outside, file tokens mean the last one.

${table(
  ['Token', 'Stands for', 'Meaning'],
  tokens.map((token) => [code(`{${token.name}}`), code(`{{${token.action ?? ''}}}`), token.sentence]),
)}

## Removed placeholders

${table(
  ['Earlier', 'Now'],
  [
    ...removedNames().map(({ name, replacement }) => [code(`{{.${name}}}`), code(`{{${replacement}}}`)]),
    [code('{{.IDPFieldname}}'), code('{{.IDPFields.name}}')],
  ],
)}
`;
}
