import type { EventDefinition } from '../contract/define.ts';
import { AppError } from '../contract/errors.ts';
import type { ActivityFilter } from '../contract/methods/activity.ts';
import type { EventFilterInput } from '../contract/methods/events.ts';
import type { EventFilter, IdRange } from '../store/event-filter.ts';
import { wordsOf } from '../store/text-index.ts';
import { EVENTS, groupOf, isEventType } from './catalog.ts';

/** Filters as people write them, made into filters of the store. All functions throw `invalid_input` that names the field. */

const MOST_WORDS = 16;
const OF_OBJECTS = ['USER', 'BASE'] as const;

export function toEventFilter(input: EventFilterInput): EventFilter {
  const { type, outcome, protocol, ids, dateFrom, dateTo } = input;
  return defined({
    types: type === undefined ? undefined : knownTypes(listOf(type), 'type'),
    outcomes: outcome === undefined ? undefined : listOf(outcome),
    protocols: protocol === undefined ? undefined : listOf(protocol),
    schema: input.schema,
    objecttype: input.objecttype,
    objectId: input.objectId,
    userId: input.userId,
    username: input.username,
    displayName: input.displayName,
    sessionId: input.sessionId,
    sessionCreatedFrom: epoch(input.sessionCreatedFrom),
    sessionCreatedTo: epoch(input.sessionCreatedTo),
    sessionExpiredFrom: epoch(input.sessionExpiredFrom),
    sessionExpiredTo: epoch(input.sessionExpiredTo),
    token: input.token,
    ip: input.ip,
    path: input.path,
    pollable: input.pollable,
    ids: ids === undefined ? undefined : toRanges(ids),
    text: words(input.text),
    ...dates(dateFrom, dateTo),
  });
}

export function toActivityFilter(input: ActivityFilter): EventFilter {
  const { types, groups } = input;
  const named = types === undefined ? undefined : knownTypes(types, 'types');
  const grouped = groups === undefined ? undefined : typesOfGroups(groups);
  return defined({
    types: named === undefined || grouped === undefined ? (named ?? grouped?.types) : named.filter((type) => grouped.types.includes(type)),
    changesOf: grouped?.changesOf,
    outcomes: input.outcomes,
    protocols: input.protocols,
    username: input.username,
    direction: input.direction,
    ip: input.ip,
    path: input.path,
    ruleId: input.ruleId,
    sessionId: input.sessionId,
    text: words(input.text),
    ...dates(input.dateFrom, input.dateTo),
  });
}

function knownTypes(types: readonly string[], field: string): readonly string[] {
  const unknown = types.find((type) => !isEventType(type));
  if (unknown === undefined) return types;
  throw new AppError('invalid_input', `There is no event type "${unknown.slice(0, 64)}". docs/events.md lists them.`, { field });
}

/** The types of the groups, and of which objects changes count where files and records are not both asked for. */
function typesOfGroups(groups: readonly string[]): { readonly types: readonly string[]; readonly changesOf: EventFilter['changesOf'] } {
  const definitions = Object.entries<EventDefinition>(EVENTS);
  const unknown = groups.find((group) => !definitions.some(([, definition]) => definition.group === group));
  if (unknown !== undefined) {
    const known = [...new Set(definitions.map(([, { group }]) => group))].join(', ');
    throw new AppError('invalid_input', `There is no group "${unknown.slice(0, 32)}" of events. Choose from: ${known}.`, {
      field: 'groups',
    });
  }
  const own = definitions.filter(([type]) => isEventType(type) && OF_OBJECTS.some((of) => groups.includes(groupOf(type, of))));
  const [hasFiles, hasRecords] = OF_OBJECTS.map((of) => groups.includes(groupOf('OBJECT_UPDATE', of)));
  return { types: own.map(([type]) => type), changesOf: hasFiles === hasRecords ? undefined : hasFiles === true ? 'files' : 'records' };
}

function toRanges(text: string): IdRange[] {
  return text.split(',').map((part): IdRange => {
    const [low = 0, high = low] = part.split('-').map(Number);
    if (low > high) throw new AppError('invalid_input', `The range ${part} runs backwards. Write the smaller id first.`, { field: 'ids' });
    return [low, high];
  });
}

function dates(dateFrom: string | undefined, dateTo: string | undefined): Pick<EventFilter, 'from' | 'to'> {
  const from = epoch(dateFrom);
  const to = epoch(dateTo);
  if (from !== undefined && to !== undefined && from > to)
    throw new AppError('invalid_input', 'The period ends before it begins. Exchange the two dates.', { field: 'dateTo' });
  return defined({ from, to });
}

function words(text: string | undefined): string | undefined {
  const count = text === undefined ? 0 : wordsOf(text).length;
  if (count > MOST_WORDS) throw new AppError('invalid_input', `Search for at most ${MOST_WORDS} words at once.`, { field: 'text' });
  return count === 0 ? undefined : text;
}

function epoch(time: string | undefined): number | undefined {
  return time === undefined ? undefined : Date.parse(time);
}

function listOf<T>(value: T | T[]): readonly T[] {
  return Array.isArray(value) ? value : [value];
}

/** Without the keys that are undefined, so that an empty filter is an empty object. */
function defined<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
