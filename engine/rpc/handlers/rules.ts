import type { Rules } from '../../rules/index.ts';
import type { Handlers } from '../dispatch.ts';

type RuleMethod = Extract<keyof Handlers, `rules.${string}` | `runs.${string}` | `flows.${string}` | `actions.${string}`>;

export function ruleHandlers(rules: Omit<Rules, 'subscribe' | 'start' | 'tick' | 'lookForLateFiles' | 'park'>): Pick<Handlers, RuleMethod> {
  return {
    'rules.save': (input, call) => rules.save(input, call),
    'rules.list': () => rules.list(),
    'rules.delete': ({ id }, call) => rules.delete(id, call),
    'rules.move': ({ id, by }, call) => rules.move(id, by, call),
    'rules.versions': ({ id, limit }) => rules.versions(id, limit),
    'rules.restore': ({ id, version }, call) => rules.restore(id, version, call),
    'rules.run': async ({ id, eventId }, call) => ({ runs: await rules.run(id, eventId, call) }),
    'rules.test': (input) => rules.test(input),
    'rules.considered': ({ eventId }) => rules.considered(eventId),
    'rules.testAction': (input, call) => rules.testAction(input, call),
    'rules.summary': () => rules.summary(),
    'flows.list': () => rules.library.flows(),
    'flows.get': ({ id }) => rules.library.flow(id),
    'flows.save': (input, call) => rules.library.saveFlow(input, call),
    'flows.delete': ({ id }, call) => rules.library.deleteFlow(id, call),
    'flows.run': (input, call) => rules.runFlow(input, call),
    'actions.list': () => rules.library.actions(),
    'actions.save': (input, call) => rules.library.saveAction(input, call),
    'actions.delete': ({ id }, call) => rules.library.deleteAction(id, call),
    'runs.list': (filter) => rules.runs(filter),
    'runs.get': ({ id }) => rules.trace(id),
    'runs.cancel': ({ id }, call) => rules.cancel(id, call),
    'runs.retry': ({ id }, call) => rules.retry(id, call),
  };
}
