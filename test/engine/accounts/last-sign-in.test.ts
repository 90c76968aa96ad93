import { expect, test } from 'vitest';
import { startVfs } from '../../helpers/vfs.ts';

test('an account shows when it last signed in; what rules do in its name does not count', async () => {
  const vfs = await startVfs();
  const acme = vfs.account('acme');
  const lastSignIn = () => vfs.store.tables.accounts.byId(acme.id)?.account.lastSignInAt;
  await vfs.login(acme, { origin: 'rule' });
  expect(lastSignIn()).toBeNull();
  vfs.clock.advance(1000);
  await vfs.login(acme);
  expect(lastSignIn()).toBe('2026-11-21T12:00:01.000Z');
});
