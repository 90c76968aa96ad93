import { AppError } from '../../engine/contract/errors.ts';
import { type Flow, type FlowInput, type SavedAction, type UserOf } from '../../engine/contract/flow.ts';
import type { RuleStep } from '../../engine/contract/rule.ts';
import type { DemoMethods } from './methods.ts';
import { problemsOf } from './rules.ts';
import { iso } from './moments.ts';
import type { World } from './world.ts';

type FlowMethod = Extract<keyof DemoMethods, `flows.${string}` | `actions.${string}`>;

type StepLike = Pick<RuleStep, 'action' | 'config' | 'savedAction'>;

/** Flows and saved actions of the demo. */
export function demoFlows(world: World): Pick<DemoMethods, FlowMethod> {
  function usersOf(isUser: (step: StepLike) => boolean): UserOf[] {
    const rules = world.rules.filter(({ steps }) => steps.some(isUser)).map(({ id, name }): UserOf => ({ kind: 'rule', id, name }));
    const flows = world.flows.filter((flow) => stepsOf(flow).some(isUser)).map(({ id, name }): UserOf => ({ kind: 'flow', id, name }));
    return [...rules, ...flows];
  }

  const withUsers = (flow: Flow): Flow => ({
    ...flow,
    usedBy: usersOf(({ action, config }) => action === 'run-flow' && config['flow'] === flow.id),
  });
  const actionWithUsers = (action: SavedAction): SavedAction => ({
    ...action,
    usedBy: usersOf(({ savedAction }) => savedAction === action.id),
  });

  return {
    'flows.list': () => world.flows.map(withUsers),
    'flows.get': ({ id }) => withUsers(find(world.flows, id)),
    'flows.save': (input) => withUsers(put(world.flows, input.id, savedFlow(world.now, input))),
    'flows.delete': ({ id }) => {
      const flow = withUsers(find(world.flows, id));
      refuseInUse(flow.usedBy);
      return remove(world.flows, flow.id);
    },
    'flows.run': ({ id, eventId }) => {
      const flow = find(world.flows, id);
      const run = {
        id: Math.max(0, ...world.runs.map((known) => known.id)) + 1,
        ruleId: 0,
        flowId: id,
        ruleName: flow.name,
        ruleVersion: flow.version,
        eventId: eventId ?? null,
        trigger: 'on-demand',
        state: 'done' as const,
        attempt: 1,
        items: 0,
        createdAt: iso(world.now),
        startedAt: iso(world.now),
        finishedAt: iso(world.now + 240),
        error: null,
      };
      world.runs.push(run);
      return run;
    },
    'actions.list': () => world.savedActions.map(actionWithUsers),
    'actions.save': ({ id, ...content }) => {
      const kept = { ...keptOf(world.now), ...content, problems: problemsOf({ steps: [content] }) };
      return actionWithUsers(put(world.savedActions, id, kept));
    },
    'actions.delete': ({ id }) => {
      const action = actionWithUsers(find(world.savedActions, id));
      refuseInUse(action.usedBy);
      return remove(world.savedActions, action.id);
    },
  };
}

/** A flow as the engine would keep it. */
function savedFlow(now: number, { id: _id, ...flow }: FlowInput): Flow {
  const inBranch = (list: 'steps' | 'onError') =>
    problemsOf({ steps: flow[list] }).map(({ field, message }) => ({ field: field.replace('steps', list), message }));
  return { ...keptOf(now), ...flow, problems: [...inBranch('steps'), ...inBranch('onError')] };
}

function keptOf(now: number) {
  return { id: 0, version: 1, usedBy: [], createdAt: iso(now), updatedAt: iso(now) };
}

function stepsOf({ steps, onError }: Flow): readonly StepLike[] {
  return [...steps, ...onError];
}

type Named = { readonly id: number; readonly name: string; readonly version: number };

function put<T extends Named>(list: T[], id: number | undefined, content: T): T {
  if (list.some((other) => other.name === content.name && other.id !== id))
    throw new AppError('conflict', 'There is one with this name already. Choose another.', { field: 'name' });
  const index = list.findIndex((known) => known.id === id);
  const before = list[index];
  const saved = {
    ...content,
    id: before?.id ?? Math.max(0, ...list.map((known) => known.id)) + 1,
    version: (before?.version ?? 0) + 1,
  };
  if (before === undefined) list.push(saved);
  else list[index] = saved;
  return saved;
}

function find<T extends Named>(list: readonly T[], id: number): T {
  const found = list.find((known) => known.id === id);
  if (found === undefined) throw new AppError('not_found');
  return found;
}

function remove<T extends Named>(list: T[], id: number): T {
  const found = find(list, id);
  list.splice(list.indexOf(found), 1);
  return found;
}

function refuseInUse(usedBy: readonly UserOf[]): void {
  if (usedBy.length === 0) return;
  const users = usedBy.map(({ kind, name }) => `the ${kind} ${name}`).join(', ');
  throw new AppError('conflict', `It is used by ${users}. Change that first.`);
}
