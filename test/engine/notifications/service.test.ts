import { describe, expect, test } from 'vitest';
import type { Settings } from '../../../engine/contract/settings.ts';
import { put } from '../../helpers/vfs.ts';
import { ALL, ring } from './ring.ts';

const MINUTE_MS = 60_000;

describe('files of a partner', () => {
  test('six in one session are one notice: at once in the bell, on the desktop after 30 quiet seconds', async () => {
    const { account, login, pass, pushed, shown, all } = await ring();
    const session = await login(account('acme', { displayName: 'Acme Ltd' }));
    for (let file = 1; file <= 6; file++) {
      await put(session, `/inbox-${file}.pdf`, 'x'.repeat(500));
      await pass(10_000);
    }
    const link = `/activity/session/${session.id}`;
    expect(all()).toMatchObject([
      {
        key: `session:${session.id}`,
        level: 'know',
        title: 'Acme Ltd sent 6 files',
        body: 'inbox-1.pdf and 5 more, 3 kB',
        link,
        readAt: null,
      },
    ]);
    expect(new Set(pushed.map(({ notice }) => notice.id)).size).toBe(1);
    expect(shown()).toEqual([]);
    await pass(20_000);
    expect(shown()).toEqual(['Acme Ltd sent 6 files']);
    expect(pushed.at(-1)).toMatchObject({ unread: 1, desktop: true });
    await pass(MINUTE_MS);
    expect(shown()).toHaveLength(1);
  });

  test('more of the same session later update the same notice, again after a pause', async () => {
    const { account, login, pass, shown, all } = await ring();
    const session = await login(account('acme'));
    await put(session, '/a', '1');
    await pass(30_000);
    await put(session, '/b', '2');
    await pass(0);
    expect(all()).toMatchObject([{ title: 'acme sent 2 files', body: 'a and 1 more, 2 bytes' }]);
    await pass(30_000);
    expect(shown()).toEqual(['acme sent 1 file', 'acme sent 2 files']);
  });

  test('a session that never pauses is shown after five minutes', async () => {
    const { account, login, pass, shown } = await ring();
    const session = await login(account('acme'));
    for (let file = 0; file < 31; file++) {
      await put(session, `/${file}`, 'x');
      await pass(10_000);
    }
    expect(shown()).toHaveLength(1);
  });

  test('two sessions are two notices; folders, and what rules and self-tests do, are none', async () => {
    const { account, login, pass, all } = await ring();
    const acme = account('acme');
    for (const file of ['/a', '/b']) {
      const session = await login(acme);
      await put(session, file, 'x');
      await session.mkdir(`${file}-folder`);
      await session.close('test');
    }
    await put(await login(acme, { origin: 'rule', causedBy: 1 }), '/c', 'x');
    await put(await login(account('gatehouse-selftest-0123456789abcdef')), '/d', 'x');
    await pass(0);
    expect(all().map(({ title }) => title)).toEqual(['acme sent 1 file', 'acme sent 1 file']);
  });

  test('a transfer that breaks off stands in the bell, and does not bother the desktop alone', async () => {
    const { account, login, pass, shown, all } = await ring();
    const session = await login(account('acme'));
    const upload = await session.openWrite('/big.zip', { mode: 'replace', create: true });
    await upload.write([Buffer.from('half')], 0);
    await upload.abort('connection_lost');
    await pass(0);
    expect(all()).toMatchObject([{ level: 'quiet', title: 'acme: 1 transfer broke off' }]);
    expect(all()[0]?.body).toMatch(/upload of big\.zip/);
    await pass(MINUTE_MS);
    expect(shown()).toEqual([]);
    await put(session, '/a', 'x');
    await pass(30_000);
    expect(all()).toMatchObject([{ level: 'know', title: 'acme sent 1 file', body: 'a, 1 byte, 1 transfer broke off' }]);
    expect(shown()).toEqual(['acme sent 1 file']);
  });

  test('names of files stay off the desktop where that is wanted', async () => {
    const { account, login, pass, pushed, settings, all } = await ring();
    settings.hideNames = true;
    await put(await login(account('acme')), '/payroll.xlsx', 'x');
    await pass(30_000);
    const desktop = pushed.filter((message) => message.desktop);
    expect(desktop).toHaveLength(1);
    expect(JSON.stringify(desktop)).not.toContain('payroll');
    expect(all()[0]?.body).toContain('payroll.xlsx');
  });
});

describe('failed rules', () => {
  test('ask for somebody at once, and gather until somebody has looked', async () => {
    const { fail, pass, shown, all, notifications } = await ring();
    await fail(5, 41);
    await pass(0);
    expect(shown()).toEqual(['The rule “Rule 5” failed']);
    await fail(5, 42);
    await pass(0);
    expect(all()).toMatchObject([
      { key: 'rule:5', level: 'act', title: 'The rule “Rule 5” failed 2 times', body: 'The mail server said no.', link: '/rules/runs/42' },
    ]);
    notifications.markRead(undefined);
    await fail(5, 43);
    await pass(0);
    expect(all()).toMatchObject([{ title: 'The rule “Rule 5” failed', link: '/rules/runs/43', readAt: null }]);
  });
});

describe('problems of the engine', () => {
  const down = { id: 'listener-sftp', message: 'SFTP does not run: the port is in use.' };

  test('are told once, and count as read when they are over', async () => {
    const { notifications, shown, all, pushed } = await ring();
    notifications.health([down]);
    notifications.health([down]);
    expect(shown()).toHaveLength(1);
    expect(all()).toMatchObject([{ level: 'act', body: down.message, link: '/settings/servers', readAt: null }]);
    notifications.health([]);
    expect(all()[0]?.readAt).not.toBeNull();
    expect(pushed.at(-1)).toMatchObject({ unread: 0, desktop: false });
  });

  test('one that was over before this start is not left unread', async () => {
    const first = await ring();
    first.notifications.health([down]);
    const second = await ring(first.dataFolder);
    second.notifications.health([]);
    expect(second.notifications.list(ALL).unread).toBe(0);
  });

  test('a pause is no problem that anybody need be told of', async () => {
    const { notifications, all } = await ring();
    notifications.health([{ id: 'paused', message: 'Paused.' }]);
    expect(all()).toEqual([]);
  });
});

describe('what is not wanted', () => {
  test.each<[string, (settings: Settings['notifications']) => unknown]>([
    ['switched off', (settings) => (settings.newFiles = false)],
    ['the partner is muted', (settings) => settings.mutes.push({ username: 'ACME' })],
    ['the folder is muted', (settings) => settings.mutes.push({ folder: '/in' })],
    ['the partner is muted in this folder', (settings) => settings.mutes.push({ username: 'acme', folder: '/in/deep/' })],
  ])('files make no notice: %s', async (_, change) => {
    const { account, login, pass, all, settings } = await ring();
    change(settings);
    const session = await login(account('acme'));
    await session.mkdir('/in');
    await session.mkdir('/in/deep');
    await put(session, '/in/deep/a', 'x');
    await pass(0);
    expect(all()).toEqual([]);
  });

  test.each([[{ username: 'bolt' }], [{ folder: '/inbox' }], [{ username: 'acme', folder: '/other' }], [{ ruleId: 1 }], [{}]])(
    'the mute %j does not fit',
    async (mute) => {
      const { account, login, pass, all, settings } = await ring();
      settings.mutes.push(mute);
      const session = await login(account('acme'));
      await session.mkdir('/in');
      await put(session, '/in/a', 'x');
      await pass(0);
      expect(all()).toHaveLength(1);
    },
  );

  test('a muted rule, or rules switched off', async () => {
    const { fail, pass, all, settings } = await ring();
    settings.mutes.push({ ruleId: 5 });
    await fail(5, 1);
    await fail(6, 2);
    await pass(0);
    expect(all()).toMatchObject([{ key: 'rule:6' }]);
    settings.failedRules = false;
    await fail(7, 3);
    await pass(0);
    expect(all()).toHaveLength(1);
  });
});
