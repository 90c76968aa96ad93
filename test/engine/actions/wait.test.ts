import { expect, test } from 'vitest';
import { eventually } from '../../helpers/eventually.ts';
import { BY } from '../../helpers/rules.ts';
import { startFileActions } from './file-action.ts';

test('wait lets its time pass', async () => {
  const { act } = await startFileActions();
  expect(await act('wait', { timeoutSeconds: 1 })).toMatchObject({ state: 'done', detail: { seconds: 1 } });
});

test('a wait ends when the engine stops, and is left for the next start', async () => {
  const { save, rules } = await startFileActions();
  const rule = await save({ triggers: ['on-demand'], steps: [{ action: 'wait', config: { timeoutSeconds: 3600 } }] });
  const [run] = await rules.run(rule.id, undefined, BY);
  await eventually(async () => expect((await rules.trace(run?.id ?? 0)).steps).toMatchObject([{ state: 'started' }]));
  await rules.park(0);
  expect(await rules.trace(run?.id ?? 0)).toMatchObject({ state: 'running', steps: [{ state: 'started' }] });
});

test.each([0, 86_400, 1.5, -1])('wait refuses %s seconds', async (timeoutSeconds) => {
  const { act } = await startFileActions();
  await expect(act('wait', { timeoutSeconds })).rejects.toThrow('the rule is incomplete');
});

test('wait until a template is true looks again and again, and fails or goes on when it never is', async () => {
  const { act, clock } = await startFileActions();
  const soon = new Date(clock.now() + 60_000).toISOString();
  expect(await act('wait', { timeoutSeconds: 60, until: '{{eq .Name "nobody"}}{{true}}' })).toMatchObject({
    state: 'done',
    detail: { becameTrue: true },
  });
  const waiting = act('wait', { timeoutSeconds: 60, until: `{{ge (.Now.UTC.Format "2006-01-02T15:04:05") "${soon.slice(0, 19)}"}}` });
  setTimeout(() => clock.advance(60_000), 100);
  expect(await waiting).toMatchObject({ state: 'done', detail: { becameTrue: true } });
  const never = { timeoutSeconds: 1, until: '{{false}}' };
  expect(await act('wait', never)).toMatchObject({ state: 'failed', error: 'This did not become true within 1 s: {{false}}' });
  expect(await act('wait', { ...never, whenNever: 'continue' })).toMatchObject({ state: 'done', detail: { becameTrue: false } });
});
