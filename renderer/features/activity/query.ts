import type { EventGroup } from '../../../engine/contract/define.ts';
import { OUTCOMES, type Outcome, PROTOCOLS, type Protocol } from '../../../engine/contract/event.ts';
import type { ActivityFilter } from '../../../engine/contract/methods/activity.ts';
import type { EventFilterInput } from '../../../engine/contract/methods/events.ts';
import { EVENTS, groupOf, isEventType } from '../../../engine/events/catalog.ts';

/** What the timeline shows, as its address says it, so that each view has its link. */

export const GROUPS = ['files', 'sessions', 'records', 'rules', 'deliveries', 'system', 'api'] as const satisfies readonly EventGroup[];
export const TIME_PRESETS = ['hour', 'today', 'yesterday', 'week', 'month'] as const;
export const DIRECTIONS = ['upload', 'download'] as const;

export type TimePreset = (typeof TIME_PRESETS)[number];
/** A preset moves with the clock; the ends of a custom range are local times such as 2026-11-21T08:00, '' where open. */
export type TimeRange = { readonly preset: TimePreset } | { readonly from: string; readonly to: string };

export type TimelineQuery = {
  /** Every event for itself instead of folded sessions. */
  readonly flat: boolean;
  readonly time: TimeRange | null;
  /** User name. */
  readonly partner: string | null;
  readonly groups: readonly EventGroup[];
  readonly types: readonly string[];
  readonly direction: (typeof DIRECTIONS)[number] | null;
  readonly outcomes: readonly Outcome[];
  readonly protocols: readonly Protocol[];
  readonly ruleId: number | null;
  /** As typed: a part of the virtual path, or a glob. */
  readonly path: string | null;
  readonly ip: string | null;
  readonly sessionId: number | null;
  readonly words: string;
};

export const EVERYTHING: TimelineQuery = {
  flat: false,
  time: null,
  partner: null,
  groups: [],
  types: [],
  direction: null,
  outcomes: [],
  protocols: [],
  ruleId: null,
  path: null,
  ip: null,
  sessionId: null,
  words: '',
};

const MOST_VALUES = 20;

/** Reads an address's query. What is not known is left out and named in `ignored`, such as `outcome=lost`. */
export function parseQuery(search: string): { readonly query: TimelineQuery; readonly ignored: readonly string[] } {
  const parameters = new URLSearchParams(search);
  const ignored: string[] = [];

  function known<T extends string>(name: string, values: readonly T[]): T[] {
    const given = (parameters.get(name) ?? '').split(',').filter((value) => value !== '');
    const found = given.filter((value): value is T => (values as readonly string[]).includes(value)).slice(0, MOST_VALUES);
    ignored.push(...given.filter((value) => !(values as readonly string[]).includes(value)).map((value) => `${name}=${value}`));
    return found;
  }
  function id(name: string): number | null {
    const value = parameters.get(name);
    if (value === null) return null;
    if (/^[1-9]\d{0,14}$/.test(value)) return Number(value);
    ignored.push(`${name}=${value}`);
    return null;
  }
  function localTime(name: string): string {
    const value = parameters.get(name) ?? '';
    if (value === '' || !Number.isNaN(Date.parse(value))) return value;
    ignored.push(`${name}=${value}`);
    return '';
  }

  const preset = known('time', TIME_PRESETS)[0];
  const from = localTime('from');
  const to = localTime('to');
  return {
    query: {
      flat: known('show', ['flat'])[0] === 'flat',
      time: preset !== undefined ? { preset } : from !== '' || to !== '' ? { from, to } : null,
      partner: parameters.get('partner'),
      groups: known('kind', GROUPS),
      types: known('type', Object.keys(EVENTS)),
      direction: known('direction', DIRECTIONS)[0] ?? null,
      outcomes: known('outcome', OUTCOMES),
      protocols: known('protocol', PROTOCOLS),
      ruleId: id('rule'),
      path: parameters.get('path'),
      ip: parameters.get('ip'),
      sessionId: id('session'),
      words: parameters.get('q') ?? '',
    },
    ignored,
  };
}

/** The address's query of a view: what `parseQuery` reads again, '' for everything. */
export function formatQuery(query: TimelineQuery): string {
  const { time } = query;
  const pairs: readonly (readonly [string, string | number | null])[] = [
    ['show', query.flat ? 'flat' : null],
    ['time', time !== null && 'preset' in time ? time.preset : null],
    ['from', time !== null && 'from' in time ? time.from : null],
    ['to', time !== null && 'to' in time ? time.to : null],
    ['partner', query.partner],
    ['kind', query.groups.join(',')],
    ['type', query.types.join(',')],
    ['direction', query.direction],
    ['outcome', query.outcomes.join(',')],
    ['protocol', query.protocols.join(',')],
    ['rule', query.ruleId],
    ['path', query.path],
    ['ip', query.ip],
    ['session', query.sessionId],
    ['q', query.words],
  ];
  return new URLSearchParams(pairs.flatMap(([name, value]) => (value === null || value === '' ? [] : [[name, String(value)]]))).toString();
}

/** The filter of `activity.*`; presets begin relative to `now`, ms since the epoch, in local days. */
export function toFilter(query: TimelineQuery, now: number): ActivityFilter {
  return {
    ...timeFilter(query.time, now),
    ...(query.partner === null ? {} : { username: query.partner }),
    ...(query.groups.length === 0 ? {} : { groups: [...query.groups] }),
    ...(query.types.length === 0 ? {} : { types: [...query.types] }),
    ...(query.direction === null ? {} : { direction: query.direction }),
    ...(query.outcomes.length === 0 ? {} : { outcomes: [...query.outcomes] }),
    ...(query.protocols.length === 0 ? {} : { protocols: [...query.protocols] }),
    ...(query.ruleId === null ? {} : { ruleId: query.ruleId }),
    ...(query.path === null ? {} : { path: toGlob(query.path) }),
    ...(query.ip === null ? {} : { ip: query.ip }),
    ...(query.sessionId === null ? {} : { sessionId: query.sessionId }),
    ...(query.words === '' ? {} : { text: query.words }),
  };
}

/**
 * The same for an export, whose filters know no groups and no direction: groups become their types; a direction becomes the types that
 * move files that way, and failed transfers of both ways come with them.
 */
export function toExportFilter(query: TimelineQuery, now: number): EventFilterInput {
  const types = exportTypes(query);
  return {
    ...timeFilter(query.time, now),
    ...(query.partner === null ? {} : { username: query.partner }),
    ...(types === undefined ? {} : { type: types }),
    ...(query.outcomes.length === 0 ? {} : { outcome: [...query.outcomes] }),
    ...(query.protocols.length === 0 ? {} : { protocol: [...query.protocols] }),
    ...(query.ruleId === null ? {} : { schema: 'BASE' as const, objecttype: 'rule', objectId: query.ruleId }),
    ...(query.path === null ? {} : { path: toGlob(query.path) }),
    ...(query.ip === null ? {} : { ip: query.ip }),
    ...(query.sessionId === null ? {} : { sessionId: query.sessionId }),
    ...(query.words === '' ? {} : { text: query.words }),
  };
}

const MOVES = {
  upload: ['OBJECT_INSERT', 'OBJECT_UPDATE', 'TRANSFER_FAILED'],
  download: ['ASSET_DOWNLOAD', 'ASSET_EXPORT_DOWNLOAD', 'ASSET_EXPORT_TRANSPORT_DOWNLOAD', 'DOWNLOAD_EXPORT', 'TRANSFER_FAILED'],
} as const;

function exportTypes({ types, groups, direction }: TimelineQuery): string[] | undefined {
  const limits = [
    ...(types.length === 0 ? [] : [types]),
    ...(groups.length === 0
      ? []
      : [
          Object.keys(EVENTS).filter(
            (type) => isEventType(type) && (['USER', 'BASE'] as const).some((of) => groups.includes(groupOf(type, of))),
          ),
        ]),
    ...(direction === null ? [] : [MOVES[direction]]),
  ];
  const [first, ...others] = limits;
  return first?.filter((type) => others.every((limit) => limit.includes(type)));
}

function timeFilter(time: TimeRange | null, now: number): Pick<ActivityFilter, 'dateFrom' | 'dateTo'> {
  if (time === null) return {};
  const [from, to] = 'preset' in time ? presetEnds(time.preset, now) : [parsed(time.from), parsed(time.to)];
  return {
    ...(from === null ? {} : { dateFrom: new Date(from).toISOString() }),
    ...(to === null ? {} : { dateTo: new Date(to).toISOString() }),
  };
}

function presetEnds(preset: TimePreset, now: number): [from: number, to: number | null] {
  const day = (daysAgo: number): number => {
    const at = new Date(now);
    // Days by the calendar: not all of them have 24 hours.
    return new Date(at.getFullYear(), at.getMonth(), at.getDate() - daysAgo).getTime();
  };
  switch (preset) {
    case 'hour':
      return [now - 3_600_000, null];
    case 'today':
      return [day(0), null];
    case 'yesterday':
      return [day(1), day(0)];
    case 'week':
      return [day(6), null];
    case 'month':
      return [day(29), null];
  }
}

function parsed(local: string): number | null {
  return local === '' ? null : Date.parse(local);
}

/** A glob as it is; anything else as a part of the path. */
function toGlob(path: string): string {
  return /[*?]/.test(path) ? path : `*${escapeGlob(path)}*`;
}

/** A text that a glob takes literally (SQLite: a class of one sign). */
export function escapeGlob(text: string): string {
  return text.replaceAll(/[[*?]/g, (sign) => `[${sign}]`);
}
