import type { EventDefinition } from '../../engine/contract/define.ts';
import { eventSchema } from '../../engine/contract/event.ts';
import { type EventType, EVENTS, NOT_YET_EMITTED, RECORD_KINDS } from '../../engine/events/catalog.ts';
import { INDEXED_FILTERS } from '../../engine/store/event-filter.ts';
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

## Filters with an index

These take time by the size of a page, not of the log. All others are looked for row by row, for half a second at a time.

${table(
  ['Filter', 'For instance', 'Index'],
  INDEXED_FILTERS.map(({ filter, index }) => [code(Object.keys(filter).join(', ')), code(JSON.stringify(filter)), code(index)]),
)}

## Records

Events of schema BASE are about ${RECORD_KINDS.map(code).join(', ')}: ${code('basetype')} and ${code('objecttype')} say which, ${code('object_id')} its id.

## Types

Not recorded yet, since what they tell of is to come: ${Object.keys(NOT_YET_EMITTED).map(code).join(', ')}.

Which fields an event of a type sets as it is recorded; all others are null.

${table(
  ['Type', 'Always', 'Sometimes'],
  Object.entries<EventDefinition>(EVENTS).map(([type, { sets }]) => [
    code(type),
    sets.always.map(code).join(', '),
    sets.sometimes.map(code).join(', '),
  ]),
)}

${Object.entries<EventDefinition>(EVENTS)
  .map(([type, definition]) => eventType(type, definition))
  .join('\n\n')}
`;
}

function eventType(type: string, definition: EventDefinition): string {
  const { title, group, pollable, schema, objecttype, info, emittedWhen } = definition;
  const missing = NOT_YET_EMITTED[type as EventType];
  const about =
    schema === null ? 'no object' : `${schema === 'BOTH' ? 'BASE or USER' : schema}${objecttype === null ? '' : ` ${objecttype}`}`;
  const rows = fieldRows(toJsonSchema(info, 'output'));
  return `### ${type}

*${title}.* ${emittedWhen}${missing === undefined ? '' : ` **Not recorded yet:** ${missing}`} Group ${group}; ${about}; ${pollable ? 'pollable' : 'not pollable'}.

${table(
  ['info', 'Type', ''],
  rows.map(({ path, type: kind, required }) => [code(path), kind, required ? 'always' : '']),
)}`;
}
