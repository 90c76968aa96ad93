import { posix } from 'node:path';
import type { Account } from '../contract/account.ts';
import { loginOf, recordNameIn, type StoredEvent } from '../contract/event.ts';
import { identityOf } from './triggers/security.ts';
import type { ConditionGroup, Conditions, Pattern } from '../contract/rule.ts';
import { compileRanges } from './address-ranges.ts';
import { compileWindow } from '../lib/time-window.ts';
import { compileList, compileSeveral, describePatterns, text, type Text } from './pattern-list.ts';
import { type People, withSlashes } from './people.ts';

/** What conditions look at. Null where an event has no such thing: a condition on it is then not met. */
export type Facts = {
  readonly user: Text | null;
  /** Names of the user's groups, looked up only where a condition asks; none for somebody who is no account. */
  readonly groups: () => readonly Text[];
  readonly role: () => Text | null;
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

/** What conditions see of an event; with a `member`, who is to be told of it, those on users, groups and roles look at that one. */
export function factsOf(event: StoredEvent, people: People, member: Account | null = null): Facts {
  let found: Account | undefined;
  const account = (): Account | undefined => {
    found ??= member ?? (event._user === null ? undefined : people.account(event._user._id));
    return found;
  };
  return {
    user: text(member === null ? actorName(event) : member.username),
    groups: () => (account()?.groups ?? []).map(({ name }) => text(name)),
    role: () => text(account()?.role ?? null),
    path: text(event.path),
    target: text(event.target_path),
    realPath() {
      const path = event._user === null || event.path === null ? null : people.realPath(event._user._id, event.path);
      return text(path === null ? null : withSlashes(path));
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
  return typeof tried === 'string' ? tried : (identityOf(event)?.name ?? loginOf(event));
}

/** The name of the record that an event of schema BASE is about, as far as the event says. */
export function recordName(event: StoredEvent): string | null {
  return recordNameIn(event.info['new'] ?? event.info['old']) ?? null;
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
  ['addresses', 'realPaths', 'userGroups', 'roles'],
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
    ...whom(group),
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

type Whom = Pick<ConditionGroup, 'users' | 'userGroups' | 'roles'>;

/** The conditions on who it is. */
function whom({ users, userGroups, roles }: Whom): Test[] {
  return [
    ...patterns('users', users, (facts) => facts.user),
    ...anyOfSeveral('userGroups', userGroups, (facts) => facts.groups()),
    ...patterns('roles', roles, (facts) => facts.role()),
  ];
}

/** Whether an account is one that the conditions on users, groups and roles name, whatever it does; `expected` says which in words. */
export function compileWhom(conditions: ConditionGroup): {
  readonly expected: string;
  readonly accepts: (account: Account) => boolean;
} {
  const tests = whom(conditions);
  const any = conditions.match === 'any';
  const isMet = combine(tests, any);
  return {
    expected: tests
      .map(({ condition, expected }) => (condition === 'users' ? expected : `${condition} ${expected}`))
      .join(any ? ' or ' : ' and '),
    accepts: ({ username, groups, role }) =>
      isMet({
        ...NOTHING,
        user: text(username),
        groups: () => groups.map(({ name }) => text(name)),
        role: () => text(role),
      }),
  };
}

/** Facts of no event. */
const NOTHING: Facts = {
  user: null,
  groups: () => [],
  role: () => null,
  path: null,
  target: null,
  realPath: () => null,
  name: null,
  size: null,
  protocol: null,
  address: null,
  outcome: '',
  record: null,
  timestamp: '',
};

/** One list over several values, such as the groups of a user: one of them is enough, and none may be an inverse one. */
function anyOfSeveral(condition: string, list: readonly Pattern[], read: (facts: Facts) => readonly Text[]): Test[] {
  if (list.length === 0) return [];
  const accepts = compileSeveral(list);
  return [
    {
      condition,
      expected: describePatterns(list),
      met: (facts) => accepts(read(facts)),
      actual(facts) {
        const values = read(facts);
        return values.length === 0 ? null : values.map(({ shown }) => shown).join(', ');
      },
    },
  ];
}

function patterns(condition: string, list: readonly Pattern[], read: (facts: Facts) => Text | null): Test[] {
  if (list.length === 0) return [];
  const accepts = compileList(list);
  return [
    { condition, expected: describePatterns(list), met: (facts) => accepts(read(facts)), actual: (facts) => read(facts)?.shown ?? null },
  ];
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
