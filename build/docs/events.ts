import type { EventDefinition } from '../../engine/contract/define.ts';
import { eventSchema } from '../../engine/contract/event.ts';
import { EVENTS } from '../../engine/events/catalog.ts';
import { code, GENERATED, table } from './markdown.ts';
import { fieldRows, toJsonSchema } from './schema-text.ts';

/** docs/events.md, from the one catalogue. */
export function eventDocs(): string {
  return `${GENERATED}
# Events

Every coming and going is one row of the event log and one JSON object of the API.

## Fields of every event

${table(
  ['Field', 'Type', 'Meaning'],
  fieldRows(toJsonSchema(eventSchema, 'output')).map(({ path, type, meaning }) => [code(path), type, meaning]),
)}

## Types

${Object.entries<EventDefinition>(EVENTS)
  .map(([type, definition]) => eventType(type, definition))
  .join('\n\n')}
`;
}

function eventType(type: string, { title, group, pollable, schema, objecttype, info, emittedWhen }: EventDefinition): string {
  const about =
    schema === null ? 'no object' : `${schema === 'BOTH' ? 'BASE or USER' : schema}${objecttype === null ? '' : ` ${objecttype}`}`;
  const rows = fieldRows(toJsonSchema(info, 'output'));
  return `### ${type}

*${title}.* ${emittedWhen} Group ${group}; ${about}; ${pollable ? 'pollable' : 'not pollable'}.

${table(
  ['info', 'Type', ''],
  rows.map(({ path, type: kind, required }) => [code(path), kind, required ? 'always' : '']),
)}`;
}
