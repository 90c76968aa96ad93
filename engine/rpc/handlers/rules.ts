import type { Handlers } from '../dispatch.ts';
import type { RpcServices } from '../services.ts';

export function ruleHandlers(
  rules: RpcServices['rules'],
): Pick<Handlers, 'rules.save' | 'rules.list' | 'rules.delete' | 'rules.run' | 'runs.list' | 'runs.get' | 'runs.retry'> {
  return {
    'rules.save': (input, call) => rules.save(input, call),
    'rules.list': () => rules.list(),
    'rules.delete': ({ id }, call) => rules.delete(id, call),
    'rules.run': async ({ id, eventId }, call) => ({ runs: await rules.run(id, eventId, call) }),
    'runs.list': (filter) => rules.runs(filter),
    'runs.get': ({ id }) => rules.trace(id),
    'runs.retry': ({ id }, call) => rules.retry(id, call),
  };
}
