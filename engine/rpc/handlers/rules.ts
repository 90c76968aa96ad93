import { findAction } from '../../actions/catalog.ts';
import { API_PERMISSIONS } from '../../contract/method.ts';
import type { RuleStep } from '../../contract/rule.ts';
import type { Rules } from '../../rules/index.ts';
import type { Caller } from '../caller.ts';
import type { Handlers } from '../dispatch.ts';
import { requireOwnRights } from '../sensitive.ts';

type RuleMethod = Extract<keyof Handlers, `rules.${string}` | `runs.${string}` | `flows.${string}` | `actions.${string}`>;

export function ruleHandlers(rules: Omit<Rules, 'subscribe' | 'start' | 'tick' | 'lookForLateFiles' | 'park'>): Pick<Handlers, RuleMethod> {
  return {
    'rules.save': (input, call) => {
      requireIdentityRights(call.caller, input.steps);
      return rules.save(input, call);
    },
    'rules.list': () => rules.list(),
    'rules.delete': ({ id }, call) => rules.delete(id, call),
    'rules.move': ({ id, by }, call) => rules.move(id, by, call),
    'rules.versions': ({ id, limit }) => rules.versions(id, limit),
    'rules.restore': ({ id, version }, call) => {
      for (const one of rules.versions(id, MOST_VERSIONS)) {
        if (version === undefined || one.version === version) requireIdentityRights(call.caller, one.rule.steps);
      }
      return rules.restore(id, version, call);
    },
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

const MOST_VERSIONS = 100;

/** Whoever writes a rule that makes administrators could give itself every right. Throws `forbidden` where the caller has not all of them. */
function requireIdentityRights(caller: Caller, steps: readonly Pick<RuleStep, 'action' | 'config'>[]): void {
  for (const { action, config } of steps) {
    if (findAction(action)?.checksIdentity !== true) continue;
    const makesAdmins = typeof config['admin'] === 'string' && config['admin'].trim() !== '';
    requireOwnRights(caller, makesAdmins ? API_PERMISSIONS : ['accounts.write']);
  }
}
