import { expect, test } from 'vitest';
import { eventually } from '../../helpers/eventually.ts';
import { BY } from '../../helpers/rules.ts';
import { names, put } from '../../helpers/vfs.ts';
import { startFileActions } from './file-action.ts';

test.each([
  [{ paths: ['/in/a.txt', '/in'] }, 'done', null],
  [{ paths: ['/in/a.txt', '/in/b.txt', '/none/c.txt'] }, 'failed', '/in/b.txt, /none/c.txt is not there.'],
  [{ paths: ['/in/*.txt'] }, 'done', null],
  [{ paths: ['/in/[b-z]*', '/none/*'] }, 'failed', '/in/[b-z]*, /none/* is not there.'],
  [{ paths: ['/in/b.txt', '/none/*'], expect: 'missing' }, 'done', null],
  [{ paths: ['/in/*'], expect: 'missing' }, 'failed', '/in/* is there.'],
])('path exists: %j is %s', async (config, state, error) => {
  const { act, place } = await startFileActions();
  place({ '/in/a.txt': 'a' });
  expect(await act('path-exists', config)).toMatchObject({ state, error });
});

test('path exists is a gate: what follows it does not run', async () => {
  const { save, rules, rested, session } = await startFileActions();
  const rule = await save({
    triggers: ['on-demand'],
    steps: [
      { action: 'path-exists', config: { paths: ['/ready'] }, stopOnFailure: true },
      { action: 'create-folders', config: { paths: ['/after'] } },
    ],
  });
  const run = async (): Promise<string> => {
    const [started] = await rules.run(rule.id, undefined, BY);
    return (await rested(started?.id ?? 0)).state;
  };
  expect([await run(), await names(session, '/')]).toEqual(['failed', []]);
  await session.mkdir('/ready');
  expect([await run(), await names(session, '/')]).toEqual(['done', ['after', 'ready']]);
});

test('path exists waits for what is to come', async () => {
  const { act, session, rules } = await startFileActions();
  const waiting = act('path-exists', { paths: ['/late.txt'], timeoutSeconds: 60 });
  await eventually(async () => expect(await rules.runs({ limit: 1 })).toMatchObject([{ state: 'running' }]));
  await put(session, '/late.txt', 'x');
  expect((await waiting).state).toBe('done');
});
