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
