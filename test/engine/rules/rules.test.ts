import { expect, test } from 'vitest';
import { startRules } from '../../helpers/rules.ts';
import { get, names, put } from '../../helpers/vfs.ts';

test('an upload starts the rule, which copies the file through the session of its user', async () => {
  const engine = await startRules();
  const rule = await engine.save({
    triggers: ['upload'],
    conditions: { paths: [{ pattern: '/inbox/**' }] },
    steps: [{ action: 'copy', config: { pairs: [{ source: '{{.VirtualPath}}', target: '/archive/{{.Name}}/{{.ObjectName}}' }] } }],
  });
  expect(rule.problems).toEqual([]);
  const session = await engine.login(engine.account('alice'));
  await session.mkdir('/inbox');
  await put(session, '/inbox/a (1).txt', 'hello');
  await put(session, '/b.txt', 'no match');
  const [run, ...others] = await engine.allRested();
  expect(others).toEqual([]);
  expect(run).toMatchObject({
    state: 'done',
    error: null,
    trigger: 'upload',
    conditions: [
      { condition: 'trigger', expected: 'upload', actual: 'upload', matched: true },
      { condition: 'paths', expected: '/inbox/**', actual: '/inbox/a (1).txt', matched: true },
    ],
    steps: [
      {
        state: 'done',
        attempt: 1,
        inputs: { pairs: [{ source: '/inbox/a (1).txt', target: '/archive/alice/a (1).txt' }], conflict: 'replace' },
        detail: { done: [{ source: '/inbox/a (1).txt', target: '/archive/alice/a (1).txt' }] },
      },
    ],
  });
  expect(await names(session, '/archive/alice')).toEqual(['a (1).txt']);
  expect(await get(session, '/archive/alice/a (1).txt')).toBe('hello');
  const copies = (await engine.recorded('OBJECT_INSERT')).filter((event) => event.origin === 'rule');
  expect(copies.map((event) => [event.path, event.info['operation'], event.caused_by])).toEqual([
    ['/archive', 'mkdir', 1],
    ['/archive/alice', 'mkdir', 1],
    ['/archive/alice/a (1).txt', 'copy', 1],
  ]);
  expect(
    (await engine.recorded('ACTION_RUN', 'RULE_RUN')).map((event) => [event.type, event.info['outcome'], event.origin, event.caused_by]),
  ).toEqual([
    ['ACTION_RUN', 'done', 'rule', 1],
    ['RULE_RUN', 'done', 'rule', 1],
  ]);
  await session.close('test');
});

test('a first upload whose transaction failed was none', async () => {
  const engine = await startRules({ start: false });
  await engine.save({ triggers: ['first-upload'], steps: [{ action: 'delete', config: { paths: ['/x'] } }] });
  const session = await engine.login(engine.account('alice'));
  let isFull = true;
  engine.events.onInsert((event) => {
    if (isFull && event.path !== null) throw new Error('the disk is full');
  });
  await expect(put(session, '/refused', 'x')).rejects.toMatchObject({ code: 'log_unavailable' });
  isFull = false;
  await put(session, '/fine', 'x');
  await put(session, '/another', 'x');
  const runs = await engine.rules.runs({ limit: 10 });
  const events = await engine.recorded('OBJECT_INSERT');
  expect(runs.map((run) => events.find((event) => event._id === run.eventId)?.path)).toEqual(['/fine']);
});
