import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { beforeEach, describe, expect, test } from 'vitest';
import { createPasswords } from '../../../engine/accounts/passwords.ts';
import { createSignIn } from '../../../engine/accounts/sign-in.ts';
import { type AccountViews, createAccountViews, MOST_ENTRIES } from '../../../engine/partners/account-views.ts';
import { get, put, startVfs, type TestVfs } from '../../helpers/vfs.ts';

let base: TestVfs;
let views: AccountViews;

beforeEach(async () => {
  base = await startVfs();
  const { store, vfs, clock } = base;
  views = createAccountViews({
    accounts: { list: () => store.tables.accounts.all(), get: (username) => store.tables.accounts.byUsername(username)?.account },
    openSession: (identity) => vfs.openSession(identity),
    sessions: () => vfs.sessions(),
    reader: store.reader,
    clock,
  });
});

describe('the overview', () => {
  test('counts files of the last week by complete transfers, and knows who is in', async () => {
    const { account, login, clock, events } = base;
    account('bolt');
    const session = await login(account('acme'));
    await put(session, '/old.txt', 'too long ago');
    clock.advance(8 * 86_400_000);
    await put(session, '/a.txt', 'one');
    await put(session, '/a.txt', 'again');
    await session.mkdir('/folder');
    await session.rename('/a.txt', '/b.txt', { overwrite: false });
    await get(session, '/b.txt');
    const broken = await session.openWrite('/c.txt', { mode: 'replace', create: true });
    await broken.write([Buffer.from('half')], 0);
    await broken.abort('connection_lost');
    await events.flush();
    const lastSeenAt = new Date(clock.now()).toISOString();
    expect(await views.overview()).toEqual([
      { username: 'acme', lastSeenAt, online: true, filesIn7Days: 2, filesOut7Days: 1, failedSignIn: null },
      { username: 'bolt', lastSeenAt: null, online: false, filesIn7Days: 0, filesOut7Days: 0, failedSignIn: null },
    ]);
    await session.close('test');
    expect(await views.overview()).toMatchObject([{ online: false, lastSeenAt }, {}]);
  });

  test('names the last failed sign-in until a good one, with its reason', async () => {
    const { account, login, clock, store, events } = base;
    const acme = account('acme');
    const signIn = createSignIn({ store, events, clock, passwords: createPasswords() });
    const attempt = { protocol: 'FTP' as const, address: '192.0.2.9', client: null, username: 'acme' };
    await (await login(acme)).close('test');
    clock.advance(1000);
    await signIn.withPassword(attempt, 'wrong');
    clock.advance(1000);
    await signIn.withPassword({ ...attempt, address: '192.0.2.10' }, 'wrong');
    const at = new Date(clock.now()).toISOString();
    const reason = 'the account has no password';
    expect(await views.overview()).toMatchObject([{ failedSignIn: { at, reason, address: '192.0.2.10' } }]);
    clock.advance(1000);
    await (await login(acme)).close('test');
    expect(await views.overview()).toMatchObject([{ failedSignIn: null }]);
  });
});

describe('browsing as a partner', () => {
  test('shows the folder with its rights, folders first, and leaves no trace in the log', async () => {
    const { account, exchange, recorded, vfs } = base;
    account('acme', { permissions: { '/': ['list', 'download'], '/inbox': ['*'] } });
    mkdirSync(`${exchange}/acme/inbox`, { recursive: true });
    mkdirSync(`${exchange}/acme/Archive`);
    writeFileSync(`${exchange}/acme/a.txt`, '12345');
    symlinkSync('/etc', `${exchange}/acme/link`);
    const top = await views.browse('acme', '/');
    expect(top).toMatchObject({ path: '/', permissions: ['list', 'download'], truncated: false });
    expect(top.entries.map(({ name, kind, size }) => [name, kind, kind === 'file' ? size : null])).toEqual([
      ['Archive', 'folder', null],
      ['inbox', 'folder', null],
      ['a.txt', 'file', 5],
      ['link', 'other', null],
    ]);
    expect(await views.browse('ACME', 'inbox/../inbox/')).toMatchObject({ path: '/inbox', permissions: ['*'], entries: [] });
    expect(await recorded()).toEqual([]);
    expect(vfs.sessions()).toEqual([]);
  });

  test('stops where the partner would, without a trace either', async () => {
    const { account, exchange, recorded } = base;
    account('acme', { permissions: { '/': ['list'], '/secret': ['upload'] } });
    mkdirSync(`${exchange}/acme/secret`, { recursive: true });
    writeFileSync(`${exchange}/acme/a.txt`, '');
    symlinkSync('/etc', `${exchange}/acme/link`);
    await expect(views.browse('acme', '/secret')).rejects.toMatchObject({ code: 'permission_denied' });
    await expect(views.browse('acme', '/missing')).rejects.toMatchObject({ code: 'not_found' });
    await expect(views.browse('acme', '/a.txt')).rejects.toMatchObject({ code: 'not_a_directory' });
    await expect(views.browse('acme', '/link')).rejects.toMatchObject({ code: 'not_a_directory' });
    await expect(views.browse('acme', '/../../..')).resolves.toMatchObject({ path: '/' });
    await expect(views.browse('nobody', '/')).rejects.toMatchObject({ code: 'not_found', field: 'username' });
    expect(await recorded()).toEqual([]);
  });

  test('works for an account that is switched off', async () => {
    const { store, clock, account } = base;
    const { id } = account('acme');
    const stored = store.tables.accounts.byId(id);
    store.tables.accounts.update(id, { ...(stored?.account ?? account('acme')), enabled: false, passwordHash: null });
    clock.advance(1);
    expect(await views.browse('acme', '/')).toMatchObject({ entries: [] });
  });

  test('a crowded folder is cut off, and says so', async () => {
    const { account, exchange } = base;
    account('acme');
    mkdirSync(`${exchange}/acme`);
    for (let file = 0; file <= MOST_ENTRIES; file++) writeFileSync(`${exchange}/acme/${file}`, '');
    const { entries, truncated } = await views.browse('acme', '/');
    expect([entries.length, truncated]).toEqual([MOST_ENTRIES, true]);
  });
});
