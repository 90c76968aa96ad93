import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { PushMessage } from '../../../engine/contract/push.ts';
import { openSshPassword } from '../../helpers/clients.ts';
import { startTestEngine } from '../../helpers/engine.ts';
import { eventually } from '../../helpers/eventually.ts';
import { temporaryFolder } from '../../helpers/folders.ts';
import { run } from '../../helpers/run.ts';

test('six files that a real client sends in one session are one notice, also after a restart', async () => {
  const engine = await startTestEngine();
  await engine.call('accounts.save', { username: 'acme', password: 'correct horse', displayName: 'Acme Ltd' });
  const heard: Extract<PushMessage, { kind: 'notice' }>[] = [];
  engine.engine.push.subscribe((message) => {
    if (message.kind === 'notice') heard.push(message);
  });
  const folder = temporaryFolder();
  const names = [1, 2, 3, 4, 5, 6].map((index) => `invoice-${index}.pdf`);
  for (const name of names) writeFileSync(join(folder, name), 'x'.repeat(1000));
  const { env, options } = openSshPassword('correct horse');
  const puts = names.map((name) => `put ${join(folder, name)} /${name}`).join('\n');
  const sent = await run('sftp', [...options, '-o', 'BatchMode=no', '-P', String(engine.sftp), '-b', '-', 'acme@127.0.0.1'], {
    env,
    input: `${puts}\n`,
  });
  expect(sent).toMatchObject({ code: 0 });

  const expected = { level: 'know', title: 'Acme Ltd sent 6 files', body: 'invoice-1.pdf and 5 more, 6 kB' };
  const { notices, unread } = await eventually(async () => {
    const bell = await engine.call('notifications.list');
    expect(bell.notices).toMatchObject([expected]);
    return bell;
  });
  expect(unread).toBe(1);
  const { events } = await engine.call('events.search', { type: 'USER_LOGIN' });
  const login = events.find(({ origin }) => origin === 'client');
  expect(notices[0]?.link).toBe(`/activity/session/${login?._session?._id}`);
  await eventually(() => expect(heard.at(-1)).toMatchObject({ notice: expected, unread: 1, desktop: false }));

  await engine.engine.stop(0);
  const again = await startTestEngine({ dataFolder: engine.dataFolder });
  expect((await again.call('notifications.list')).notices).toMatchObject([{ id: notices[0]?.id, ...expected }]);
  expect(await again.call('notifications.markRead', {})).toEqual({ unread: 0 });
});
