import { expect, test } from 'vitest';
import { startTestEngine } from '../../../helpers/engine.ts';
import { eventually } from '../../../helpers/eventually.ts';
import { run } from '../../../helpers/run.ts';
import { breakIn } from './hydra.ts';

test('hydra over FTP is locked out before it comes to the right password; lifted, the partner is in', () => breakIn('ftp'));

test('a block by hand ends what is open from there; the deny list too', async () => {
  const engine = await startTestEngine();
  await engine.call('accounts.save', { username: 'acme', password: 'the right one' });
  const child = run(
    'bash',
    ['-c', `exec 3<>/dev/tcp/127.0.0.1/${engine.ftp ?? 0}; printf 'USER acme\\r\\nPASS the right one\\r\\n' >&3; cat <&3`],
    {
      timeoutMs: 30_000,
    },
  );
  await eventually(async () => expect((await engine.call('server.status')).sessions).toHaveLength(1));
  await engine.call('ipLists.save', { network: '127.0.0.0/8', mode: 'deny' });
  const { stdout } = await child;
  expect(stdout).toContain('230 ');
  await eventually(async () => expect((await engine.call('server.status')).sessions).toEqual([]));
  expect((await engine.call('events.search', { type: 'USER_LOGOUT' })).events).toMatchObject([
    { info: { reason: 'the address was blocked' } },
  ]);
});
