import { findAction } from '../../engine/actions/catalog.ts';
import type { StoredEvent } from '../../engine/contract/event.ts';
import type { ConditionGroup, Pattern, RuleInput, RuleTest } from '../../engine/contract/rule.ts';
import { findTrigger } from '../../engine/rules/triggers.ts';

type Check = RuleTest['samples'][number]['conditions'][number];

/** What a rule makes of an event, for the conditions that people try first; the engine's matcher knows them all. */
export function tryOn(rule: RuleInput, event: StoredEvent): RuleTest['samples'][number] {
  const trigger = rule.triggers.find((id) => {
    const known = findTrigger(id);
    if (known?.asked?.matches(event) === true) return true;
    return (
      known?.listensTo.includes(event.type) === true && known.matches(event) && (known.failures !== 'when-asked' || event.outcome === 'ok')
    );
  });
  const checks = checksOf(rule.conditions, event);
  const any = rule.conditions.match === 'any' && checks.length > 0;
  const holds = any ? checks.some(({ matched }) => matched) : checks.every(({ matched }) => matched);
  const matched = trigger !== undefined && holds;
  return {
    event,
    matched,
    trigger: trigger ?? null,
    conditions: [
      { condition: 'trigger', expected: rule.triggers.join(', '), actual: trigger ?? event.type, matched: trigger !== undefined },
      ...checks,
    ],
    steps: !matched
      ? []
      : rule.steps.map(({ name, action, config }) => ({
          name: name === '' ? (findAction(action)?.title ?? action) : name,
          action,
          inputs: filledIn(config, event) as Record<string, never>,
          error: null,
        })),
  };
}

function checksOf(group: ConditionGroup, event: StoredEvent): Check[] {
  const name = event.path?.split('/').at(-1) ?? null;
  return [
    ...patternCheck('users', group.users, event._user?._generated_displayname ?? null),
    ...patternCheck('paths', group.paths, event.path),
    ...patternCheck('names', group.names, name),
    ...sizeCheck('minSize', group.minSize, event.bytes, (bytes, limit) => bytes >= limit),
    ...sizeCheck('maxSize', group.maxSize, event.bytes, (bytes, limit) => bytes <= limit),
    ...(group.protocols.length === 0
      ? []
      : [
          {
            condition: 'protocols',
            expected: group.protocols.join(', '),
            actual: event.protocol ?? 'none',
            matched: event.protocol !== null && group.protocols.includes(event.protocol),
          },
        ]),
  ];
}

function patternCheck(condition: string, patterns: readonly Pattern[], value: string | null): Check[] {
  if (patterns.length === 0) return [];
  const fits = ({ pattern }: Pattern): boolean => value !== null && toRegExp(pattern).test(value);
  const wanted = patterns.filter(({ inverse }) => !inverse);
  return [
    {
      condition,
      expected: patterns.map(({ pattern, inverse }) => (inverse ? `not ${pattern}` : pattern)).join(', '),
      actual: value ?? 'none',
      matched: (wanted.length === 0 || wanted.some(fits)) && !patterns.some((pattern) => pattern.inverse && fits(pattern)),
    },
  ];
}

function toRegExp(pattern: string): RegExp {
  const source = pattern
    .replaceAll(/[\\^$.|+(){}[\]]/g, '\\$&')
    .replaceAll(/\*+|\?/g, (some) => (some === '?' ? '[^/]' : some === '*' ? '[^/]*' : '.*'));
  return new RegExp(`^${source}$`);
}

function sizeCheck(
  condition: string,
  limit: number | undefined,
  bytes: number | null,
  holds: (bytes: number, limit: number) => boolean,
): Check[] {
  if (limit === undefined) return [];
  return [{ condition, expected: String(limit), actual: String(bytes ?? 'none'), matched: bytes !== null && holds(bytes, limit) }];
}

/** The few placeholders that the demo's rules use, filled in. */
export function filledIn(config: unknown, event: StoredEvent): unknown {
  const path = event.path ?? '';
  const text = JSON.stringify(config)
    .replaceAll('{{.VirtualPath}}', path)
    .replaceAll('{{.ObjectName}}', path.split('/').at(-1) ?? '')
    .replaceAll('{{.Name}}', event._user?._generated_displayname ?? '')
    .replaceAll('{{toJson .VirtualPath}}', `\\"${path}\\"`)
    .replaceAll(/\{\{humanizeBytes [^}]*\}\}/g, `${Math.round((event.bytes ?? 0) / 1000)} KB`);
  return JSON.parse(text);
}
