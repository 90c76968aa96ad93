import { describe, expect, test } from 'vitest';
import { filePatternSchema } from '../../../engine/contract/access.ts';
import { type Verdict, verdictOn } from '../../../engine/vfs/file-patterns.ts';
import { get, names, put, startVfs } from '../../helpers/vfs.ts';

type Entry = Parameters<typeof filePatternSchema.parse>[0];

const account = (...entries: Entry[]) => ({ patterns: entries.map((entry) => filePatternSchema.parse(entry)) });

describe('which names are allowed', () => {
  test.each<[string, Entry[], string, Verdict]>([
    ['everything without an entry', [], '/a.exe', 'allowed'],
    ['what is not denied', [{ path: '/', denied: ['*.exe'] }], '/a.pdf', 'allowed'],
    ['nothing denied', [{ path: '/', denied: ['*.exe'] }], '/a.exe', 'blocked'],
    ['nothing denied, whatever its case', [{ path: '/', denied: ['*.EXE'] }], '/A.eXe', 'blocked'],
    ['nothing denied, and it is not seen', [{ path: '/', denied: ['*.exe'], hidden: true }], '/a.exe', 'hidden'],
    ['only what is on the list', [{ path: '/', allowed: ['*.csv'] }], '/a.pdf', 'blocked'],
    ['what is on the list', [{ path: '/', allowed: ['*.csv'] }], '/a.CSV', 'allowed'],
    ['an allowed name that is denied too', [{ path: '/', allowed: ['orders-*'], denied: ['*.exe'] }], '/orders-1.exe', 'allowed'],
    ['by the name alone', [{ path: '/', denied: ['in/*'] }], '/in/a', 'allowed'],
    ['the entry of a folder above', [{ path: '/in', denied: ['*.exe'] }], '/in/deep/er/a.exe', 'blocked'],
    [
      'the nearest entry, which replaces',
      [
        { path: '/', denied: ['*.exe'] },
        { path: '/in', denied: ['*.bat'] },
      ],
      '/in/a.exe',
      'allowed',
    ],
    ['nothing of a folder that only begins alike', [{ path: '/in', denied: ['*'] }], '/inbox/a', 'allowed'],
    ['an entry of the folder itself is for what is in it', [{ path: '/in', denied: ['*'] }], '/in', 'allowed'],
    ['a name in another Unicode form', [{ path: '/', denied: ['é*'] }], '/e\u0301.txt', 'blocked'],
  ])('%s', (_what, entries, path, verdict) => {
    expect(verdictOn(account(...entries), path)).toBe(verdict);
  });
});

describe('sessions', () => {
  const patterns = account({ path: '/', denied: ['*.exe'] }, { path: '/quiet', allowed: ['*.txt'], hidden: true }).patterns;

  test('a blocked name is listed, and neither written, read, renamed, copied nor deleted', async () => {
    const { account: make, login } = await startVfs();
    const open = await login(make('free', { home: 'shared' }));
    await put(open, '/a.exe', 'x');
    await put(open, '/b.txt', 'y');
    const session = await login(make('bound', { home: 'shared', patterns }));
    expect(await names(session, '/')).toEqual(['a.exe', 'b.txt']);
    await expect(put(session, '/c.EXE', 'x')).rejects.toMatchObject({ code: 'permission_denied' });
    await expect(session.openRead('/a.exe')).rejects.toMatchObject({ code: 'permission_denied' });
    await expect(session.remove('/a.exe')).rejects.toMatchObject({ code: 'permission_denied' });
    await expect(session.rename('/b.txt', '/b.exe', { overwrite: false })).rejects.toMatchObject({ code: 'permission_denied' });
    await expect(session.rename('/a.exe', '/a.txt', { overwrite: false })).rejects.toMatchObject({ code: 'permission_denied' });
    await expect(session.copy('/b.txt', '/b.exe', { overwrite: false })).rejects.toMatchObject({ code: 'permission_denied' });
    await expect(session.setAttributes('/a.exe', { mode: 0o600 })).rejects.toMatchObject({ code: 'permission_denied' });
    expect(await names(open, '/')).toEqual(['a.exe', 'b.txt']);
  });

  test('a hidden name is as if it were not there, but cannot be taken; folders are seen', async () => {
    const { account: make, login } = await startVfs();
    const open = await login(make('free', { home: 'shared' }));
    await open.mkdir('/quiet');
    await open.mkdir('/quiet/sub');
    await put(open, '/quiet/secret.pdf', 'x');
    await put(open, '/quiet/note.txt', 'y');
    const session = await login(make('bound', { home: 'shared', patterns }));
    expect(await names(session, '/quiet')).toEqual(['note.txt', 'sub']);
    expect(await get(session, '/quiet/note.txt')).toBe('y');
    await expect(session.stat('/quiet/secret.pdf')).rejects.toMatchObject({ code: 'not_found' });
    await expect(session.openRead('/quiet/secret.pdf')).rejects.toMatchObject({ code: 'not_found' });
    await expect(session.remove('/quiet/secret.pdf')).rejects.toMatchObject({ code: 'not_found' });
    await expect(put(session, '/quiet/secret.pdf', 'z')).rejects.toMatchObject({ code: 'permission_denied' });
    expect(await get(open, '/quiet/secret.pdf')).toBe('x');
  });

  test('a folder stays where other rules hold: nothing gets round them by a rename of the folder', async () => {
    const { account: make, login } = await startVfs();
    const session = await login(make('bound', { patterns, permissions: { '/': ['*'], '/fixed/in': ['list'] } }));
    for (const path of ['/quiet', '/fixed', '/fixed/in', '/free', '/other']) await session.mkdir(path);
    await expect(session.rename('/quiet', '/loud', { overwrite: false })).rejects.toMatchObject({ code: 'permission_denied' });
    await expect(session.rename('/fixed', '/loose', { overwrite: false })).rejects.toMatchObject({ code: 'permission_denied' });
    await expect(session.rename('/free', '/quiet/free', { overwrite: false })).rejects.toMatchObject({ code: 'permission_denied' });
    await session.rename('/free', '/other/free', { overwrite: false });
  });
});
