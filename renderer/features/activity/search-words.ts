import type { EventGroup } from '../../../engine/contract/define.ts';
import { OUTCOMES, type Outcome } from '../../../engine/contract/event.ts';
import { isEventType } from '../../../engine/events/catalog.ts';
import { activityText } from '../../text/activity.ts';
import { GROUPS, type TimelineQuery } from './query.ts';

/** Whom tokens can name. */
export type Names = {
  readonly partners: readonly { readonly username: string; readonly displayName: string }[];
  readonly rules: readonly { readonly id: number; readonly name: string }[];
};

/** What was typed: filters from tokens, the plain words that are left, and what could not be understood. */
export type SearchReading = {
  readonly filters: Partial<TimelineQuery>;
  readonly words: string;
  readonly problems: readonly string[];
};

const TOKEN = /(?<name>partner|status|path|type|ip|rule):(?:"(?<quoted>[^"]*)"|(?<bare>\S*))|\S+/giu;

/**
 * Reads search words with tokens: `partner:acme status:failed invoice path:"/to sort"`. Several `status:` or `type:` add up, of the others
 * the last one counts. Any other word with a colon is a word.
 */
export function parseSearch(typed: string, names: Names): SearchReading {
  const words: string[] = [];
  const problems: string[] = [];
  const outcomes: Outcome[] = [];
  const groups: EventGroup[] = [];
  const types: string[] = [];
  let filters: Partial<TimelineQuery> = {};

  for (const match of typed.matchAll(TOKEN)) {
    const name = match.groups?.['name']?.toLowerCase();
    if (name === undefined) {
      words.push(match[0]);
      continue;
    }
    const value = (match.groups?.['quoted'] ?? match.groups?.['bare'] ?? '').trim();
    if (value === '') {
      problems.push(activityText.search.noValue(name));
      continue;
    }
    switch (name) {
      case 'partner': {
        const partner = findPartner(value, names.partners);
        if (partner === undefined) problems.push(activityText.search.noPartner(value));
        else filters = { ...filters, partner };
        break;
      }
      case 'status': {
        const outcome = OUTCOMES.find((known) => known === value.toLowerCase());
        if (outcome === undefined) problems.push(activityText.search.noStatus(value, OUTCOMES));
        else outcomes.push(outcome);
        break;
      }
      case 'type': {
        const group = GROUPS.find((known) => known === value.toLowerCase());
        if (group !== undefined) groups.push(group);
        else if (isEventType(value.toUpperCase())) types.push(value.toUpperCase());
        else problems.push(activityText.search.noType(value, GROUPS));
        break;
      }
      case 'rule': {
        const rule = findRule(value, names.rules);
        if (rule === undefined) problems.push(activityText.search.noRule(value));
        else filters = { ...filters, ruleId: rule };
        break;
      }
      case 'path':
        filters = { ...filters, path: value };
        break;
      case 'ip':
        if (/^[\da-f.:]+$/i.test(value)) filters = { ...filters, ip: value };
        else problems.push(activityText.search.noAddress(value));
        break;
    }
  }
  return {
    filters: {
      ...filters,
      ...(outcomes.length === 0 ? {} : { outcomes }),
      ...(groups.length === 0 ? {} : { groups }),
      ...(types.length === 0 ? {} : { types }),
    },
    words: words.join(' '),
    problems,
  };
}

/** By user name, else by a beginning of the name that only one partner has. */
function findPartner(value: string, partners: Names['partners']): string | undefined {
  const wanted = value.toLowerCase();
  const exact = partners.find(({ username, displayName }) => username.toLowerCase() === wanted || displayName.toLowerCase() === wanted);
  if (exact !== undefined) return exact.username;
  const [first, ...more] = partners.filter(
    ({ username, displayName }) => username.toLowerCase().startsWith(wanted) || displayName.toLowerCase().startsWith(wanted),
  );
  return more.length === 0 ? first?.username : undefined;
}

/** By number, else by a part of the name that only one rule has. */
function findRule(value: string, rules: Names['rules']): number | undefined {
  const byId = rules.find(({ id }) => String(id) === value);
  if (byId !== undefined) return byId.id;
  const [first, ...more] = rules.filter(({ name }) => name.toLowerCase().includes(value.toLowerCase()));
  return more.length === 0 ? first?.id : undefined;
}
