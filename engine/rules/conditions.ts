import type { StoredEvent } from '../contract/event.ts';
import type { Conditions, Pattern } from '../contract/rule.ts';
import { compileGlob, type Glob, splitPath } from './glob.ts';

/** What conditions look at. Null where an event has no such thing: a condition on it is then not met. */
export type Facts = {
  readonly user: Text | null;
  readonly path: Text | null;
  readonly name: Text | null;
  readonly size: number | null;
  readonly protocol: string | null;
};

/** A text as the trace shows it and as patterns compare it. */
type Text = { readonly shown: string; readonly components: readonly string[] };

/** One line of a trace. */
export type Check = { readonly condition: string; readonly expected: string; readonly actual: string; readonly matched: boolean };

/** A rule's conditions, ready to be tried. */
export type CompiledConditions = {
  readonly match: (facts: Facts) => boolean;
  /** Every condition with what it saw, for the trace. */
  readonly explain: (facts: Facts) => Check[];
};

type Test = {
  readonly condition: string;
  readonly expected: string;
  readonly met: (facts: Facts) => boolean;
  readonly actual: (facts: Facts) => string | number | null;
};

/** What conditions see of an event. */
export function factsOf(event: StoredEvent): Facts {
  return {
    user: text(event._user?._generated_displayname ?? null),
    path: text(event.path),
    name: text(event.path === null ? null : event.path.slice(event.path.lastIndexOf('/') + 1)),
    size: event.bytes,
    protocol: event.protocol,
  };
}

/** A value for a pattern to look at. */
function text(value: string | null): Text | null {
  return value === null ? null : { shown: value, components: splitPath(value) };
}

/** Compiles once per version of a rule. Throws GlobError for a pattern that save-time checks would have refused. */
export function compileConditions(conditions: Conditions): CompiledConditions {
  const numbers = [
    ...size('minSize', conditions.minSize, (bytes, limit) => bytes >= limit),
    ...size('maxSize', conditions.maxSize, (bytes, limit) => bytes <= limit),
    ...protocols(conditions.protocols),
  ];
  const tests = [
    ...patterns('users', conditions.users, (facts) => facts.user),
    ...patterns('paths', conditions.paths, (facts) => facts.path),
    ...patterns('names', conditions.names, (facts) => facts.name),
    ...numbers,
  ];
  // The trace keeps the order of the form; the decision takes the cheap ones first.
  const byCost = [...numbers, ...tests.filter((test) => !numbers.includes(test))].map((test) => test.met);
  return {
    match(facts) {
      for (const met of byCost) if (!met(facts)) return false;
      return true;
    },
    explain: (facts) =>
      tests.map((test) => ({
        condition: test.condition,
        expected: test.expected,
        actual: String(test.actual(facts) ?? 'none'),
        matched: test.met(facts),
      })),
  };
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

function protocols(list: Conditions['protocols']): Test[] {
  if (list.length === 0) return [];
  const accepted = new Set<string>(list);
  return [
    {
      condition: 'protocols',
      expected: list.join(', '),
      met: (facts) => facts.protocol !== null && accepted.has(facts.protocol),
      actual: (facts) => facts.protocol,
    },
  ];
}
