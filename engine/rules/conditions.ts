import { join, posix, sep } from 'node:path';
import type { StoredEvent } from '../contract/event.ts';
import type { ConditionGroup, Conditions, Pattern } from '../contract/rule.ts';
import { compileRanges } from './address-ranges.ts';
import { compileGlob, type Glob, splitPath } from '../lib/glob.ts';
import { compileWindow } from '../lib/time-window.ts';

/** What conditions look at. Null where an event has no such thing: a condition on it is then not met. */
export type Facts = {
  readonly user: Text | null;
  readonly path: Text | null;
  readonly target: Text | null;
  /** Looked up only where a condition asks. */
  readonly realPath: () => Text | null;
  readonly name: Text | null;
  readonly size: number | null;
  readonly protocol: string | null;
  readonly address: string | null;
  readonly outcome: string;
  readonly record: string | null;
  /** ISO 8601, UTC. */
  readonly timestamp: string;
};

/** A text as the trace shows it and as patterns compare it. */
type Text = { readonly shown: string; readonly components: readonly string[] };

/** One line of a trace. */
export type Check = { readonly condition: string; readonly expected: string; readonly actual: string; readonly matched: boolean };

/** A rule's conditions, ready to be tried. */
export type CompiledConditions = {
  readonly match: (facts: Facts) => boolean;
  /** Every condition with what it saw, for the trace; where one of several is enough, a line before them says whether one was met. */
  readonly explain: (facts: Facts) => Check[];
};

type Test = {
  readonly condition: string;
  readonly expected: string;
  readonly met: (facts: Facts) => boolean;
  readonly actual: (facts: Facts) => string | number | null;
};

/** The real path of an account's home folder; null for an account that there is no more. */
export type HomeOfId = (accountId: number) => string | null;

/** What conditions see of an event. */
export function factsOf(event: StoredEvent, homeOfId: HomeOfId): Facts {
  return {
    user: text(actorName(event)),
    path: text(event.path),
    target: text(event.target_path),
    realPath() {
      const home = event._user === null || event.path === null ? null : homeOfId(event._user._id);
      return text(home === null ? null : join(home, event.path ?? '').replaceAll(sep, '/'));
    },
    name: text(event.schema === 'BASE' ? recordName(event) : event.path === null ? null : posix.basename(event.path)),
    size: event.bytes,
    protocol: event.protocol,
    address: event.ipv4_address,
    outcome: event.outcome,
    record: event.basetype,
    timestamp: event.timestamp,
  };
}

/** Who did it; at a refused sign-in the name that was tried. */
export function actorName(event: StoredEvent): string | null {
  const tried = event.type === 'LOGIN_FAILED' ? event.info['login'] : undefined;
  return typeof tried === 'string' ? tried : (event._user?._generated_displayname ?? null);
}

/** The name of the record that an event of schema BASE is about, as far as the event says. */
export function recordName(event: StoredEvent): string | null {
  const name = event.info['new'] ?? event.info['old'];
  return typeof name === 'string' ? name : null;
}

/** A value for a pattern to look at. */
function text(value: string | null): Text | null {
  return value === null ? null : { shown: value, components: splitPath(value) };
}

/** Compiles once per version of a rule. Throws GlobError or RangeError for what save-time checks would have refused. */
export function compileConditions(conditions: Conditions): CompiledConditions {
  const groups = conditions.groups.map(testsOf).flatMap((tests, index) => {
    const any = conditions.groups[index]?.match === 'any';
    return tests.length === 0 ? [] : [groupTest(`groups.${index}`, tests, any)];
  });
  const tests = [...testsOf(conditions), ...groups];
  const isMet = combine(tests, conditions.match === 'any');
  const lines = (facts: Facts): Check[] => tests.map((test) => checkOf(test, facts));
  const summary = groupTest('any', tests, true);
  return {
    match: isMet,
    explain: conditions.match === 'any' && tests.length > 0 ? (facts) => [checkOf(summary, facts), ...lines(facts)] : lines,
  };
}

function checkOf(test: Test, facts: Facts): Check {
  return {
    condition: test.condition,
    expected: test.expected,
    actual: String(test.actual(facts) ?? 'none'),
    matched: test.met(facts),
  };
}

/** The decision over some tests; the trace keeps the order of the form, the decision takes the cheap ones first. */
function combine(tests: readonly Test[], any: boolean): (facts: Facts) => boolean {
  const byCost = [...tests].sort((a, b) => costOf(a) - costOf(b)).map((test) => test.met);
  if (any) return (facts) => byCost.length === 0 || byCost.some((met) => met(facts));
  return (facts) => {
    // A plain loop: this runs for every rule and every event.
    for (const met of byCost) if (!met(facts)) return false;
    return true;
  };
}

/** Numbers and words first, then patterns over one component, over paths, and what has to be computed. */
const COSTS = [
  ['minSize', 'maxSize', 'protocols', 'outcomes', 'records'],
  ['names', 'users'],
  ['paths', 'targetPaths'],
  ['addresses', 'realPaths'],
  ['time'],
];

function costOf({ condition }: Test): number {
  const cost = COSTS.findIndex((kinds) => kinds.includes(condition));
  return cost < 0 ? COSTS.length : cost;
}

function groupTest(condition: string, tests: readonly Test[], any: boolean): Test {
  return {
    condition,
    expected: tests.map((test) => `${test.condition} ${test.expected}`).join(any ? ' or ' : ' and '),
    met: combine(tests, any),
    actual: (facts) => `${tests.filter((test) => test.met(facts)).length} of ${tests.length} met`,
  };
}

function testsOf(group: ConditionGroup): Test[] {
  return [
    ...patterns('users', group.users, (facts) => facts.user),
    ...patterns('paths', group.paths, (facts) => facts.path),
    ...patterns('targetPaths', group.targetPaths, (facts) => facts.target),
    ...patterns('realPaths', group.realPaths, (facts) => facts.realPath()),
    ...patterns('names', group.names, (facts) => facts.name),
    ...size('minSize', group.minSize, (bytes, limit) => bytes >= limit),
    ...size('maxSize', group.maxSize, (bytes, limit) => bytes <= limit),
    ...oneOf('protocols', group.protocols, (facts) => facts.protocol),
    ...addresses(group.addresses),
    ...oneOf('outcomes', group.outcomes, (facts) => facts.outcome),
    ...oneOf('records', group.records, (facts) => facts.record),
    ...time(group.time),
  ];
}

/**
 * One pattern list as a function: no positives or any of them, and none of the inverse ones, whatever their order. Something absent
 * meets no positive pattern and violates no inverse one.
 */
export function compilePatterns(list: readonly Pattern[]): (value: string | null) => boolean {
  const accepts = compileList(list);
  return (value) => accepts(text(value));
}

function compileList(list: readonly Pattern[]): (value: Text | null) => boolean {
  const positives: Glob[] = [];
  const inverses: Glob[] = [];
  for (const { pattern, inverse } of list) (inverse ? inverses : positives).push(compileGlob(pattern));
  return (value) => {
    if (value === null) return positives.length === 0;
    // Plain loops: this runs for every rule and every event.
    for (const glob of inverses) if (glob(value.components)) return false;
    for (const glob of positives) if (glob(value.components)) return true;
    return positives.length === 0;
  };
}

function patterns(condition: string, list: readonly Pattern[], read: (facts: Facts) => Text | null): Test[] {
  if (list.length === 0) return [];
  const accepts = compileList(list);
  const expected = list.map(({ pattern, inverse }) => (inverse ? `not ${pattern}` : pattern)).join(', ');
  return [{ condition, expected, met: (facts) => accepts(read(facts)), actual: (facts) => read(facts)?.shown ?? null }];
}

function size(condition: string, limit: number | undefined, compare: (bytes: number, limit: number) => boolean): Test[] {
  if (limit === undefined) return [];
  return [
    {
      condition,
      expected: String(limit),
      met: (facts) => facts.size !== null && compare(facts.size, limit),
      actual: (facts) => facts.size,
    },
  ];
}

function oneOf(condition: string, list: readonly string[], read: (facts: Facts) => string | null): Test[] {
  if (list.length === 0) return [];
  const accepted = new Set(list);
  return [{ condition, expected: list.join(', '), met: (facts) => accepted.has(read(facts) ?? ''), actual: read }];
}

function addresses(list: ConditionGroup['addresses']): Test[] {
  if (list.length === 0) return [];
  const accepts = compileRanges(list);
  const expected = list.map(({ range, inverse }) => (inverse ? `not ${range}` : range)).join(', ');
  return [{ condition: 'addresses', expected, met: (facts) => accepts(facts.address), actual: (facts) => facts.address }];
}

function time(window: ConditionGroup['time']): Test[] {
  if (window === undefined) return [];
  const { expected, holds, shown } = compileWindow(window);
  const at = (facts: Facts): number => Date.parse(facts.timestamp);
  return [{ condition: 'time', expected, met: (facts) => holds(at(facts)), actual: (facts) => shown(at(facts)) }];
}
