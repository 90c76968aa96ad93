import { describe, expect, test } from 'vitest';
import type { Notice } from '../../../engine/contract/notice.ts';
import { KEPT_NOTICES } from '../../../engine/store/notices-table.ts';
import { put, startVfs } from '../../helpers/vfs.ts';
import { ALL, ring } from './ring.ts';

describe('the bell', () => {
  test('lists the latest first, page by page, and counts what is unread', async () => {
    const { fail, pass, notifications } = await ring();
    for (let rule = 1; rule <= 5; rule++) {
      await fail(rule, rule);
      await pass(1000);
    }
    await fail(2, 6);
    await pass(0);
    const keys = (page: Notice[]): string[] => page.map(({ key }) => key);
    const first = notifications.list({ unreadOnly: false, before: null, limit: 3 }).notices;
    expect(keys(first)).toEqual(['rule:2', 'rule:5', 'rule:4']);
    expect(keys(notifications.list({ unreadOnly: false, before: first.at(-1)?.id ?? 0, limit: 3 }).notices)).toEqual(['rule:3', 'rule:1']);
    expect(notifications.markRead([first[0]?.id ?? 0, 999_999])).toEqual({ unread: 4 });
    expect(keys(notifications.list({ ...ALL, unreadOnly: true }).notices)).toEqual(['rule:5', 'rule:4', 'rule:3', 'rule:1']);
    expect(notifications.markRead(undefined)).toEqual({ unread: 0 });
  });

  test('keeps a thousand', async () => {
    const { store } = await ring();
    store.transaction(() => {
      const words = { level: 'know', title: 't', body: '', link: '/', tally: '{}' } as const;
      for (let index = 0; index < KEPT_NOTICES + 5; index++) store.tables.notices.put({ key: `k:${index}`, ...words }, index);
    });
    const kept = store.tables.notices.list({ unreadOnly: false, before: null, limit: 5000 });
    expect([kept.length, kept.at(-1)?.key]).toEqual([KEPT_NOTICES, 'k:5']);
  });

  test('goes on in the same notice after a restart, with what came while it did not listen', async () => {
    const first = await ring();
    const session = await first.login(first.account('acme'));
    await put(session, '/a', 'x');
    await first.pass(0);
    const [before] = first.all();
    first.notifications.close();
    await put(session, '/b', 'x');
    await put(session, '/c', 'x');

    const second = await ring(first.dataFolder);
    expect(second.all()).toMatchObject([{ id: before?.id, key: before?.key, title: 'acme sent 3 files' }]);
    await second.pass(30_000);
    expect(second.shown()).toEqual(['acme sent 3 files']);
    // A further restart counts nothing twice.
    second.notifications.close();
    expect((await ring(first.dataFolder)).all()).toMatchObject([{ title: 'acme sent 3 files' }]);
  });

  test('a first start makes no notices of an old log', async () => {
    const { account, login, dataFolder, events } = await startVfs();
    await put(await login(account('acme')), '/a', 'x');
    await events.flush();
    expect((await ring(dataFolder)).all()).toEqual([]);
  });
});
