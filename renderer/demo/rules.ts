import { findAction } from '../../engine/actions/catalog.ts';
import type { StoredEvent } from '../../engine/contract/event.ts';
import { AppError } from '../../engine/contract/errors.ts';
import {
  type Rule,
  type RuleInput,
  ruleInputSchema,
  type RuleProblem,
  type RuleVersion,
  type Run,
  type RunTrace,
} from '../../engine/contract/rule.ts';
import { findTrigger } from '../../engine/rules/triggers.ts';
import type { DemoMethods } from './methods.ts';
import { filledIn, tryOn } from './rule-trials.ts';
import { iso } from './moments.ts';
import { savedRule } from './rule-samples.ts';
import type { World } from './world.ts';

type RuleMethod = Extract<keyof DemoMethods, `rules.${string}` | `runs.${string}`>;

const DAY_MS = 86_400_000;

/** Rules and runs of the demo. */
export function demoRules(world: World): Pick<DemoMethods, RuleMethod> {
  const versions = new Map<number, RuleVersion[]>();
  const traces = new Map<number, RunTrace>();

  function keep(rule: Rule): Rule {
    const { id, version, updatedAt } = rule;
    versions.set(id, [{ version, savedAt: updatedAt, rule: contentOf(rule) }, ...versionsOf(rule)]);
    return rule;
  }

  function versionsOf(rule: Rule): RuleVersion[] {
    return versions.get(rule.id) ?? [];
  }

  function save(input: RuleInput): Rule {
    const index = world.rules.findIndex(({ id }) => id === input.id);
    const before = world.rules[index];
    const id = before?.id ?? Math.max(0, ...world.rules.map((rule) => rule.id)) + 1;
    const problems = problemsOf(input);
    if (before !== undefined && versionsOf(before).length === 0) keep(before);
    const saved: Rule = {
      ...savedRule(world.now, id, input),
      problems,
      enabled: input.enabled && problems.length === 0,
      version: (before?.version ?? 0) + 1,
      updatedAt: iso(world.now),
    };
    if (before === undefined) world.rules.push(saved);
    else world.rules[index] = saved;
    return keep(saved);
  }

  function start(rule: Rule, eventId: number | null): Run {
    const run: Run = {
      id: Math.max(0, ...world.runs.map(({ id }) => id)) + 1,
      ruleId: rule.id,
      flowId: null,
      ruleName: rule.name,
      ruleVersion: rule.version,
      eventId,
      trigger: eventId === null ? 'on-demand' : (rule.triggers[0] ?? 'on-demand'),
      state: 'done',
      attempt: 1,
      items: 0,
      createdAt: iso(world.now),
      startedAt: iso(world.now),
      finishedAt: iso(world.now + 240),
      error: null,
    };
    world.runs.push(run);
    return run;
  }

  return {
    'rules.save': save,
    'rules.list': () => [...world.rules],
    'rules.delete': ({ id }) => {
      const removed = find(world.rules, id);
      world.rules.splice(world.rules.indexOf(removed), 1);
      return removed;
    },
    'rules.run': ({ id, eventId }) => ({ runs: [start(find(world.rules, id), eventId ?? null)] }),
    'rules.test': ({ rule, eventIds, days, limit, samples }) => {
      const from = iso(world.now - days * DAY_MS);
      const listened = new Set(
        rule.triggers.flatMap((id) => [...(findTrigger(id)?.listensTo ?? []), ...(findTrigger(id)?.asked?.types ?? [])]),
      );
      const considered =
        eventIds === undefined
          ? world.events.filter(({ type, timestamp }) => listened.has(type) && timestamp >= from).slice(-limit)
          : eventIds.map((id) => eventOf(world, id));
      const tried = considered.toReversed().map((event) => tryOn(rule, event));
      return {
        problems: problemsOf(rule),
        warnings: [],
        considered: tried.length,
        matched: tried.filter(({ matched }) => matched).length,
        partial: false,
        samples: tried.toSorted((one, other) => Number(other.matched) - Number(one.matched)).slice(0, samples),
      };
    },
    'rules.considered': ({ eventId }) =>
      world.rules.map((rule) => {
        const runs = world.runs.filter((run) => run.eventId === eventId && run.ruleId === rule.id);
        const { conditions, trigger } = tryOn(rule, eventOf(world, eventId));
        const missed = conditions.find(({ matched }) => !matched);
        const verdict =
          runs.length > 0
            ? 'ran'
            : !rule.enabled
              ? 'off'
              : trigger === null
                ? 'other-trigger'
                : missed === undefined
                  ? 'saved-later'
                  : 'condition';
        return {
          ruleId: rule.id,
          ruleName: rule.name,
          enabled: rule.enabled,
          verdict,
          reason: {
            ran: 'It ran.',
            off: 'The rule is off.',
            'other-trigger': 'It waits for something else.',
            condition: `It is ${missed?.actual ?? ''}, expected ${missed?.expected ?? ''}.`,
            'saved-later': 'The rule was saved after this event.',
          }[verdict],
          runIds: runs.map(({ id }) => id),
          conditions,
        };
      }),
    'rules.versions': ({ id, limit }) => {
      const rule = find(world.rules, id);
      const kept = versionsOf(rule);
      return (kept.length === 0 ? [{ version: rule.version, savedAt: rule.updatedAt, rule: contentOf(rule) }] : kept).slice(0, limit);
    },
    'rules.restore': ({ id, version }) => {
      const rule = find(world.rules, id);
      const kept = versionsOf(rule).find((known) => known.version === (version ?? rule.version - 1));
      if (kept === undefined) throw new AppError('not_found', 'This version is no longer kept.');
      return save({ ...kept.rule, id });
    },
    'rules.move': ({ id, by }) => {
      const rule = find(world.rules, id);
      const from = world.rules.indexOf(rule);
      world.rules.splice(from, 1);
      world.rules.splice(Math.max(0, from + by), 0, rule);
      return [...world.rules];
    },
    'rules.testAction': ({ action, config }) => {
      const [problem] = problemsOf({ steps: [{ action, config }] });
      if (problem !== undefined) throw new AppError('invalid_input', problem.message, { field: problem.field.replace('steps.0.', '') });
      return {
        index: 0,
        depth: 0,
        name: action,
        action,
        state: 'done',
        attempt: 1,
        startedAt: iso(world.now),
        finishedAt: iso(world.now),
        durationMs: 88,
        inputs: config as Record<string, never>,
        detail: { status: 200, body: '{"accepted": true}' },
        error: null,
      };
    },
    'rules.summary': () =>
      world.rules.map(({ id }) => {
        const runs = world.runs.filter(({ ruleId }) => ruleId === id);
        const days = Array.from({ length: 7 }, (_, day) => {
          const from = iso(world.now - (7 - day) * DAY_MS);
          const to = iso(world.now - (6 - day) * DAY_MS);
          return runs.filter(({ createdAt }) => createdAt > from && createdAt <= to);
        });
        return {
          ruleId: id,
          lastRun: runs.at(-1) ?? null,
          runsPerDay: days.map(({ length }) => length),
          failed7Days: days.flat().filter(({ state }) => state === 'failed').length,
        };
      }),
    'runs.list': ({ ruleId, eventId, state, before, limit }) =>
      world.runs
        .filter(
          (run) =>
            (ruleId === undefined || run.ruleId === ruleId) &&
            (eventId === undefined || run.eventId === eventId) &&
            (state === undefined || run.state === state) &&
            (before === undefined || run.id < before),
        )
        .toReversed()
        .slice(0, limit),
    'runs.get': ({ id }) => traces.get(id) ?? traceOf(world, find(world.runs, id)),
    'runs.cancel': ({ id }) => {
      const run = find(world.runs, id);
      if (run.finishedAt !== null) throw new AppError('conflict', `Run ${id} has ended already: it is ${run.state}.`);
      const ended: Run = { ...run, state: 'cancelled', error: 'Cancelled by hanna.', finishedAt: iso(world.now) };
      world.runs[world.runs.indexOf(run)] = ended;
      return ended;
    },
    'runs.retry': ({ id }) => {
      const run = find(world.runs, id);
      const before = traces.get(id) ?? traceOf(world, run);
      const done: Run = { ...run, state: 'done', attempt: run.attempt + 1, error: null, finishedAt: iso(world.now) };
      world.runs[world.runs.indexOf(run)] = done;
      const again = before.steps
        .filter(({ state }) => state === 'failed')
        .map((step) => ({ ...step, state: 'done' as const, attempt: step.attempt + 1, detail: { status: 200 }, error: null }));
      traces.set(id, { ...before, ...done, steps: [...before.steps, ...again] });
      return done;
    },
  };
}

function find<T extends { readonly id: number }>(list: readonly T[], id: number): T {
  const found = list.find((item) => item.id === id);
  if (found === undefined) throw new AppError('not_found');
  return found;
}

function eventOf(world: World, id: number): StoredEvent {
  const found = world.events.find(({ _id }) => _id === id);
  if (found === undefined) throw new AppError('not_found', `There is no event ${id} in the log.`);
  return found;
}

/** What the definitions of the actions find wrong with their configurations. */
export function problemsOf({ steps }: { readonly steps: readonly Pick<RuleInput['steps'][number], 'action' | 'config'>[] }): RuleProblem[] {
  return steps.flatMap(({ action, config }, index) => {
    const parsed = findAction(action)?.config.safeParse(config);
    return (parsed?.error?.issues ?? []).map(({ path, message }) => ({ field: ['steps', index, 'config', ...path].join('.'), message }));
  });
}

function traceOf(world: World, run: Run): RunTrace {
  const rule = find(world.rules, run.ruleId);
  const event = world.events.find(({ _id }) => _id === run.eventId);
  const failed = run.state === 'failed';
  const step = (index: number, attempt: number): RunTrace['steps'][number][] => {
    const { name, action, config } = rule.steps[index] ?? { name: '', action: '', config: {} };
    return [
      {
        index,
        depth: 0,
        name: name === '' ? action : name,
        action,
        state: failed ? 'failed' : 'done',
        attempt,
        startedAt: run.startedAt,
        finishedAt: run.finishedAt,
        durationMs: 142,
        inputs: (event === undefined ? config : filledIn(config, event)) as Record<string, never>,
        detail: failed ? { status: 502, body: '<html>\n<h1>Bad gateway</h1>\n</html>' } : { status: 200 },
        error: run.error,
      },
    ];
  };
  return {
    ...run,
    event: (event as Record<string, never> | undefined) ?? null,
    conditions: event === undefined ? [] : tryOn(rule, event).conditions,
    steps: rule.steps.flatMap((_, index) => [...(failed ? step(index, 1) : []), ...step(index, failed ? 2 : 1)]),
  };
}

/** What a version keeps of a rule: what a person has decided. */
function contentOf(rule: Rule): RuleVersion['rule'] {
  return ruleInputSchema.omit({ id: true }).strip().parse(rule);
}
