import { EVENTS, isEventType } from '../../../engine/events/catalog.ts';
import { activityText } from '../../text/activity.ts';
import { formatDateTime, formatList } from '../../text/format.ts';
import type { TimelineQuery } from './query.ts';
import type { Names } from './search-words.ts';

/** One thing that a view is restricted by, and the view without it. */
export type FilterChip = { readonly id: string; readonly name: string; readonly value: string; readonly without: TimelineQuery };

/** The filters that are set, in a fixed order. */
export function filterChips(query: TimelineQuery, names: Names): FilterChip[] {
  const text = activityText.filters;
  const chips: FilterChip[] = [];
  const add = (id: string, name: string, value: string | null, change: Partial<TimelineQuery>): void => {
    if (value !== null && value !== '') chips.push({ id, name, value, without: { ...query, ...change } });
  };
  add('time', text.time, timeWords(query.time), { time: null });
  add('partner', text.partner, partnerName(query.partner, names), { partner: null });
  add('groups', text.kind, formatList(query.groups.map((group) => activityText.groups[group])), { groups: [] });
  add('types', text.type, formatList(query.types.map(typeTitle)), { types: [] });
  add('direction', text.direction, query.direction === null ? null : activityText.directions[query.direction], { direction: null });
  add('outcomes', text.outcome, formatList(query.outcomes.map((outcome) => activityText.outcomes[outcome])), { outcomes: [] });
  add('protocols', text.protocol, formatList(query.protocols), { protocols: [] });
  add('rule', text.rule, ruleName(query.ruleId, names), { ruleId: null });
  add('path', text.path, query.path, { path: null });
  add('ip', text.ip, query.ip, { ip: null });
  add('session', text.session, query.sessionId === null ? null : String(query.sessionId), { sessionId: null });
  add('words', text.words, query.words, { words: '' });
  return chips;
}

function timeWords(time: TimelineQuery['time']): string | null {
  if (time === null) return null;
  if ('preset' in time) return activityText.presets[time.preset];
  return activityText.range(time.from === '' ? null : formatDateTime(time.from), time.to === '' ? null : formatDateTime(time.to));
}

function partnerName(username: string | null, { partners }: Names): string | null {
  const displayName = partners.find((partner) => partner.username === username)?.displayName ?? '';
  return displayName === '' ? username : displayName;
}

function ruleName(ruleId: number | null, { rules }: Names): string | null {
  return ruleId === null ? null : (rules.find(({ id }) => id === ruleId)?.name ?? String(ruleId));
}

function typeTitle(type: string): string {
  return isEventType(type) ? EVENTS[type].title : type;
}
