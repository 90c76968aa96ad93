import { ACTIONS, findAction } from '../../engine/actions/catalog.ts';
import { TRIGGERS } from '../../engine/rules/triggers.ts';
import { code, GENERATED, table } from './markdown.ts';
import { fieldRows, toJsonSchema } from './schema-text.ts';

/** docs/actions.md, from the registries of triggers and actions. */
export function actionDocs(): string {
  return `${GENERATED}
# Triggers and actions

A rule names its triggers and, in its steps, its actions by these ids. Fields of the kinds \`…-template\` take templates
([templates.md](templates.md)); secrets are given as text once, kept sealed, and shown as \`{"secret":N}\` afterwards.

## Triggers

${table(
  ['Trigger', '', 'Set off by', 'Means'],
  Object.entries(TRIGGERS).map(([id, { title, listensTo, description }]) => [code(id), title, listensTo.map(code).join(', '), description]),
)}

## Actions

${Object.keys(ACTIONS).map(action).join('\n\n')}
`;
}

function action(id: string): string {
  const definition = findAction(id);
  if (definition === undefined) throw new Error(`The registry lists ${id} without having it.`);
  const { title, description, config } = definition;
  return `### ${id}

*${title}.* ${description}

${table(
  ['Field', 'Kind', 'Type', '', 'Default', 'Meaning'],
  fieldRows(toJsonSchema(config, 'input')).map(({ path, kind, type, required, fallback, meaning }) => [
    code(path),
    kind,
    type,
    required ? 'required' : '',
    code(fallback),
    meaning,
  ]),
)}`;
}
