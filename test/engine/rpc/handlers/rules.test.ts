import { expect, test } from 'vitest';
import { type Input, type Output, rpc } from '../../../../engine/contract/rpc.ts';
import type { CallContext } from '../../../../engine/rpc/caller.ts';
import { ruleHandlers } from '../../../../engine/rpc/handlers/rules.ts';
import { OWNER } from '../../../helpers/api.ts';
import { BY, startRules } from '../../../helpers/rules.ts';
import { put } from '../../../helpers/vfs.ts';

type RuleMethod = keyof ReturnType<typeof ruleHandlers>;

test('every method of rules and runs takes the input of its entry and answers what the entry says, no more', async () => {
  const engine = await startRules();
  const handlers = ruleHandlers(engine.rules);
  const context: CallContext = { caller: OWNER, ...BY, batch: () => 1 };
  const called = new Set<string>();
  async function call<M extends RuleMethod>(method: M, input: Input<M>): Promise<Output<M>> {
    called.add(method);
    const handler = handlers[method] as (input: unknown, call: CallContext) => unknown;
    const answer: unknown = JSON.parse(JSON.stringify(await handler(rpc[method].input.parse(input), context)));
    expect(rpc[method].output.parse(answer)).toEqual(answer);
    return answer as Output<M>;
  }

  const session = await engine.login(engine.account('alice'));
  await put(session, '/a.pdf', 'x');
  const [uploaded] = (await engine.recorded('OBJECT_INSERT')).filter((event) => event.schema === 'USER');
  const eventId = uploaded?._id ?? 0;
  const input = {
    name: 'first',
    triggers: ['upload', 'rename'],
    conditions: { time: { weekdays: [6] }, addresses: [{ range: '192.0.2.0/24' }], groups: [{ names: [{ pattern: '*.pdf' }] }] },
    steps: [{ action: 'copy', config: { pairs: [{ source: '{{.VirtualPath}}', target: '/copies/{{.ObjectName}}' }] } }],
  };
  expect(await call('rules.test', { rule: input })).toMatchObject({ matched: 1, samples: [{ steps: [{ error: null }] }] });
  const rule = await call('rules.save', input);
  expect(rule).toMatchObject({ problems: [], asynchronous: 'auto', timing: { per: 'event' }, pausedAt: null });
  await call('rules.save', { ...input, name: 'second', id: rule.id, timing: { per: 'digest' } });
  expect(await call('rules.versions', { id: rule.id })).toHaveLength(2);
  expect(await call('rules.restore', { id: rule.id })).toMatchObject({ name: 'first', version: 3 });
  const { runs } = await call('rules.run', { id: rule.id, eventId });
  await engine.allRested();
  const [run] = runs;
  expect(await call('runs.get', { id: run?.id ?? 0 })).toMatchObject({ state: 'done' });
  expect(await call('runs.list', { ruleId: rule.id })).toHaveLength(1);
  expect(await call('rules.considered', { eventId })).toMatchObject([{ verdict: 'ran', runIds: [run?.id] }]);
  expect(await call('rules.summary', {})).toMatchObject([{ ruleId: rule.id, lastRun: { state: 'done' } }]);
  expect(await call('rules.testAction', { action: 'delete', config: { paths: ['/copies/a.pdf'] }, username: 'alice' })).toMatchObject({
    state: 'done',
  });
  await call('rules.move', { id: rule.id, by: 1 });
  await call('rules.list', {});
  await expect(call('runs.retry', { id: run?.id ?? 0 })).rejects.toMatchObject({ code: 'conflict' });
  await expect(call('runs.cancel', { id: run?.id ?? 0 })).rejects.toMatchObject({ code: 'conflict' });
  await call('rules.delete', { id: rule.id });
  expect([...called].sort()).toEqual(
    Object.keys(rpc)
      .filter((method) => /^(rules|runs)\./.test(method))
      .sort(),
  );
});
