import { expect, test } from 'vitest';
import { startRules } from '../../helpers/rules.ts';

test('set variable takes texts of every kind, as data and not as a template, up to 65,536 characters', async () => {
  const { tryAction } = await startRules();
  const set = (name: string, value: string) => tryAction('set-variable', { name, value });
  expect(await set('a_1', '{{"{{.Name}}"}} ü')).toMatchObject({ state: 'done', detail: { variable: 'a_1', value: '{{.Name}} ü' } });
  expect(await set('__proto__', 'x')).toMatchObject({ state: 'done' });
  expect(await set('long', '{{printf "%065536d" 1}}')).toMatchObject({ state: 'done' });
  expect(await set('longer', '{{printf "%065537d" 1}}')).toMatchObject({
    state: 'failed',
    error: 'The value of longer has 65537 characters; a variable holds at most 65536.',
  });
  for (const name of ['', '1a', 'a-b', 'a b', 'x'.repeat(65)]) await expect(set(name, 'x')).rejects.toThrow('the rule is incomplete');
});
