import { expect, test } from 'vitest';
import { asInput, BY, startRules, type TestRules } from '../../helpers/rules.ts';
import { put } from '../../helpers/vfs.ts';

const nothing = { action: 'delete', config: { paths: ['/nothing'] } };

/** Uploads a file as alice and gives the id of its event. */
async function upload(engine: TestRules, path: string): Promise<number> {
  const session = await engine.login(engine.account('alice'));
  await put(session, path, 'x');
  await session.close('test');
  return (await engine.recorded('OBJECT_INSERT')).filter((event) => event.path === path).at(-1)?._id ?? 0;
}

function verdicts(engine: TestRules, eventId: number): string[] {
  return engine.rules.considered(eventId).map(({ ruleName, verdict, reason }) => `${ruleName}: ${verdict}: ${reason}`);
}

test('every rule says what it made of an event, the first condition that did not hold in words', async () => {
  const engine = await startRules({ start: false });
  const rule = (name: string, changes: object) => engine.save({ name, triggers: ['upload'], steps: [nothing], ...changes });
  await rule('ran', {});
  await rule('name', { conditions: { names: [{ pattern: '*.pdf' }] } });
  await rule('size', { conditions: { minSize: 1000 } });
  await rule('any', { conditions: { match: 'any', minSize: 1000, users: [{ pattern: 'bob' }] } });
  await rule('trigger', { triggers: ['download', 'rename'] });
  await rule('off', { enabled: false });
  await rule('incomplete', { conditions: { names: [{ pattern: '[' }] } });
  const eventId = await upload(engine, '/report.txt');
  expect(verdicts(engine, eventId)).toEqual([
    'ran: ran: It ran: run 1 is queued.',
    'name: condition: Name is report.txt, expected *.pdf.',
    'size: condition: Size in bytes is 1, expected at least 1000.',
    'any: condition: Of the conditions, one of which is enough, is 0 of 2 met, expected users bob or minSize 1000.',
    'trigger: other-trigger: The rule reacts to download, rename; this event is something else.',
    'off: off: The rule is switched off.',
    'incomplete: off: The rule is incomplete, so it cannot be switched on.',
  ]);
  const [ran, name] = engine.rules.considered(eventId);
  expect(ran?.runIds).toEqual([1]);
  expect(name?.conditions).toContainEqual({ condition: 'names', expected: '*.pdf', actual: 'report.txt', matched: false });
});

test('what rules do themselves is guarded, and the verdict says so', async () => {
  const engine = await startRules();
  await engine.save({
    name: 'copies',
    triggers: ['upload'],
    conditions: { paths: [{ pattern: '/in/*' }] },
    steps: [{ action: 'copy', config: { pairs: [{ source: '{{.VirtualPath}}', target: '/out{{.VirtualPath}}' }] } }],
  });
  await engine.save({ name: 'reacts', triggers: ['copy'], steps: [nothing] });
  const session = await engine.login(engine.account('alice'));
  await session.mkdir('/in');
  await put(session, '/in/a', 'x');
  await engine.allRested();
  const copied = (await engine.recorded('OBJECT_INSERT')).find((event) => event.info['operation'] === 'copy');
  expect(verdicts(engine, copied?._id ?? 0)).toEqual([
    'copies: other-trigger: The rule reacts to upload; this event is something else.',
    'reacts: own-event: A rule caused this event, and this rule does not react to what rules do.',
  ]);
});

test('a rule that was made, changed, deleted or switched on after the event is not blamed', async () => {
  const engine = await startRules({ start: false });
  const changed = await engine.save({ name: 'changed', triggers: ['upload'], conditions: { minSize: 9 }, steps: [nothing] });
  const still = await engine.save({ name: 'still off the mark', triggers: ['upload'], conditions: { minSize: 9 }, steps: [nothing] });
  const deleted = await engine.save({ name: 'deleted', triggers: ['upload'], steps: [nothing] });
  const eventId = await upload(engine, '/a');
  engine.clock.advance(60_000);
  await engine.save({ name: 'made later', triggers: ['upload'], steps: [nothing] });
  await engine.rules.save({ ...asInput(changed), id: changed.id, conditions: { ...changed.conditions, minSize: 1 } }, BY);
  await engine.rules.save({ ...asInput(still), id: still.id, description: 'new' }, BY);
  await engine.rules.delete(deleted.id, BY);
  expect(verdicts(engine, eventId)).toEqual([
    'changed: saved-later: It would run on this event now. The rule was saved after the event (2026-11-21T12:01:00.000Z); this is what it says now.',
    'still off the mark: condition: Size in bytes is 1, expected at least 9. The rule was saved after the event (2026-11-21T12:01:00.000Z); this is what it says now.',
    'made later: saved-later: The rule was made after the event, at 2026-11-21T12:01:00.000Z.',
    'deleted: ran: It ran: run 1 is queued. The rule was deleted since.',
  ]);
});

test('events in a batch lead to its run, filtered runs to their reason, unknown events to an error', async () => {
  const engine = await startRules({ start: false });
  await engine.save({ name: 'gathers', triggers: ['upload'], timing: { per: 'quiet' }, steps: [nothing] });
  await engine.save({ name: 'at most one', triggers: ['upload'], maxRunsPerHour: 1, steps: [nothing] });
  const first = await upload(engine, '/a');
  const second = await upload(engine, '/b');
  expect(verdicts(engine, first)).toEqual(['gathers: ran: It ran: run 1 is waiting.', 'at most one: ran: It ran: run 2 is queued.']);
  expect(verdicts(engine, second)).toEqual([
    'gathers: ran: It ran: run 1 is waiting.',
    'at most one: ran: The number of runs in the last hour is 1 already, expected at most 1 in an hour.',
  ]);
  expect(() => engine.rules.considered(9999)).toThrow(expect.objectContaining({ code: 'not_found' }) as Error);
});
