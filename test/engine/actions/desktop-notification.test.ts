import { expect, test } from 'vitest';
import { BY, startRules } from '../../helpers/rules.ts';

const ACTION = 'desktop-notification';

test('a desktop notification goes to the bell with its words, its level and where a click leads', async () => {
  const { tryAction, notices, rules } = await startRules();
  await tryAction(ACTION, { title: 'Rule {{.Rule}}\nran', text: '{{.Event}}', level: 'act', opens: '/partners/acme/overview' });
  await tryAction(ACTION, { title: 'x'.repeat(300), text: 'y'.repeat(2000), level: 'quiet' });
  const [first, second] = notices;
  expect(first).toMatchObject({
    title: expect.stringMatching(/^Rule Rule \d+ ran$/) as string,
    body: 'On demand',
    level: 'act',
    link: '/partners/acme/overview',
  });
  expect([second?.title.length, second?.body.length, second?.level, second?.link]).toEqual([200, 1000, 'quiet', '/rules/runs/2']);
  // A repeated step replaces its own notice, another run has one of its own.
  expect(first?.key).not.toBe(second?.key);
  const tested = await rules.testAction({ action: ACTION, config: { title: 'Try' } }, BY);
  expect([tested.state, notices.at(-1)?.link]).toEqual(['done', '/rules']);
});

test.each([
  [{ title: '{{.Nothing}}' }, undefined],
  [{ title: '{{""}}' }, 'The title came out empty. Check its placeholders.'],
  [
    { title: 'x', opens: 'https://example.com' },
    'A click can only open a page of the console, such as /activity; https://example.com is none.',
  ],
  [{ title: 'x', opens: '//example.com' }, 'A click can only open a page of the console, such as /activity; //example.com is none.'],
])('what cannot be shown fails in words: %j', async (config, error) => {
  const { tryAction, notices } = await startRules();
  if (error === undefined) await expect(tryAction(ACTION, config)).rejects.toThrow('the rule is incomplete');
  else expect(await tryAction(ACTION, config)).toMatchObject({ state: 'failed', error });
  expect(notices).toEqual([]);
});
