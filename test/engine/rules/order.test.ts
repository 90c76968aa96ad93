import { expect, test } from 'vitest';
import { asInput, BY, startRules, type TestRules } from '../../helpers/rules.ts';
import { put } from '../../helpers/vfs.ts';

const nothing = { action: 'delete', config: { paths: ['/nothing'] } };

async function saveThree(engine: TestRules): Promise<number[]> {
  const ids: number[] = [];
  for (const name of ['A', 'B', 'C']) ids.push((await engine.save({ name, triggers: ['upload'], steps: [nothing] })).id);
  return ids;
}

test('rules move up and down, as far as there are places, and run in the new order', async () => {
  const engine = await startRules({ start: false });
  const [a = 0, , c = 0] = await saveThree(engine);
  const order = async (id: number, by: number) => (await engine.rules.move(id, by, BY)).map((rule) => rule.name).join('');
  expect(await order(c, -1)).toBe('ACB');
  expect(await order(a, 1)).toBe('CAB');
  expect(await order(a, 1000)).toBe('CBA');
  expect(await order(a, -1000)).toBe('ACB');
  const session = await engine.login(engine.account('alice'));
  await put(session, '/x', 'x');
  expect((await engine.rules.runs({ limit: 10 })).reverse().map((run) => run.ruleName)).toEqual(['A', 'C', 'B']);
  expect(engine.rules.list().map((rule) => rule.version)).toEqual([1, 1, 1]);
});

test('a move is an event of the rule; one that changes nothing is none', async () => {
  const engine = await startRules({ start: false });
  const [a = 0] = await saveThree(engine);
  await engine.rules.move(a, -5, BY);
  await engine.rules.move(a, 0, BY);
  expect(await engine.recorded('OBJECT_UPDATE')).toEqual([]);
  await engine.rules.move(a, 2, BY);
  expect((await engine.recorded('OBJECT_UPDATE')).map((event) => [event.object_id, event.info])).toEqual([
    [a, { operation: 'update', old: 'A (place 1)', new: 'A (place 3)' }],
  ]);
  await expect(engine.rules.move(99, 1, BY)).rejects.toMatchObject({ code: 'not_found' });
});

test('versions are kept, and an earlier one can be saved again with its secrets', async () => {
  const engine = await startRules({ start: false });
  const http = (bearerToken: string) => ({ action: 'http', config: { url: 'https://example.com/', bearerToken } });
  const rule = await engine.save({ name: 'first', triggers: ['upload'], steps: [http('one')] });
  engine.clock.advance(60_000);
  await engine.save({ id: rule.id, name: 'second', triggers: ['download'], steps: [http('two')] });
  expect(engine.rules.versions(rule.id, 10).map(({ version, savedAt, rule: { name } }) => [version, savedAt, name])).toEqual([
    [2, '2026-11-21T12:01:00.000Z', 'second'],
    [1, '2026-11-21T12:00:00.000Z', 'first'],
  ]);
  const restored = await engine.rules.restore(rule.id, undefined, BY);
  expect(restored).toMatchObject({ name: 'first', version: 3, triggers: ['upload'], problems: [] });
  expect(restored.steps[0]?.config['bearerToken']).toEqual(rule.steps[0]?.config['bearerToken']);
  // Undoing the undo.
  expect(await engine.rules.restore(rule.id, undefined, BY)).toMatchObject({ name: 'second', version: 4 });
  expect(await engine.rules.restore(rule.id, 1, BY)).toMatchObject({ name: 'first', version: 5 });
  await expect(engine.rules.restore(rule.id, 77, BY)).rejects.toMatchObject({ code: 'not_found', field: 'version' });
});

test('a rule that was saved once has nothing to go back to, and a name that is taken is a conflict', async () => {
  const engine = await startRules({ start: false });
  const rule = await engine.save({ name: 'first', triggers: ['upload'], steps: [nothing] });
  await expect(engine.rules.restore(rule.id, undefined, BY)).rejects.toMatchObject({ code: 'not_found' });
  await engine.rules.save({ ...asInput(rule), id: rule.id, name: 'renamed' }, BY);
  await engine.save({ name: 'first', triggers: ['upload'], steps: [nothing] });
  await expect(engine.rules.restore(rule.id, undefined, BY)).rejects.toMatchObject({ code: 'conflict', field: 'name' });
  expect(() => engine.rules.versions(99, 1)).toThrow(expect.objectContaining({ code: 'not_found' }) as Error);
});
