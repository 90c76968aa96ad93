import { describe, expect, test } from 'vitest';
import { put } from '../../helpers/vfs.ts';
import { ALL, type Bell, ring } from './ring.ts';

const MINUTE_MS = 60_000;

describe('when the desktop is quiet', () => {
  /** A bell at this local time, with quiet hours from 19:00 to 07:00. */
  async function evening(hour: number): Promise<Bell> {
    const bell = await ring();
    bell.clock.advance(new Date(2026, 10, 23, hour).getTime() - bell.clock.now());
    bell.settings.quietHours.enabled = true;
    return bell;
  }

  test('quiet hours hold notices back until they end; then one stands for all', async () => {
    const { account, login, pass, shown, all, pushed } = await evening(22);
    for (const name of ['acme', 'bolt', 'crown', 'dart']) await put(await login(account(name)), '/a', 'x');
    await pass(MINUTE_MS);
    await pass(MINUTE_MS);
    expect(shown()).toEqual([]);
    expect(all()).toHaveLength(4);
    await pass(9 * 3_600_000);
    expect(shown()).toEqual(['4 new notices']);
    expect(pushed.at(-1)?.notice).toMatchObject({
      link: '/notices',
      body: 'acme sent 1 file. bolt sent 1 file. crown sent 1 file. And 1 more',
    });
    // The summary itself is nothing to be read.
    expect(pushed.at(-1)?.unread).toBe(4);
  });

  test('one alone is shown as it is; one that was read meanwhile is not shown', async () => {
    const { account, login, pass, shown, notifications, all } = await evening(22);
    await put(await login(account('acme')), '/a', 'x');
    await put(await login(account('bolt')), '/a', 'x');
    await pass(MINUTE_MS);
    notifications.markRead(
      all()
        .filter(({ title }) => title.startsWith('acme'))
        .map(({ id }) => id),
    );
    await pass(10 * 3_600_000);
    expect(shown()).toEqual(['bolt sent 1 file']);
  });

  test('what needs somebody comes through, unless that is not wanted', async () => {
    const { fail, pass, shown, settings } = await evening(22);
    await fail(5, 1);
    await pass(0);
    expect(shown()).toHaveLength(1);
    settings.actIgnoresQuietHours = false;
    await fail(6, 2);
    await pass(0);
    expect(shown()).toHaveLength(1);
  });

  test('outside quiet hours nothing is held back', async () => {
    const { account, login, pass, shown } = await evening(10);
    await put(await login(account('acme')), '/a', 'x');
    await pass(30_000);
    expect(shown()).toHaveLength(1);
  });

  test('a snooze holds everything back, survives a restart, and can be ended', async () => {
    const first = await ring();
    const { snoozedUntil } = first.notifications.snooze(60);
    expect(snoozedUntil).toBe('2026-11-21T13:00:00.000Z');
    await first.fail(5, 1);
    await first.pass(0);
    expect(first.shown()).toEqual([]);

    const second = await ring(first.dataFolder);
    expect(second.notifications.list(ALL).snoozedUntil).toBe(snoozedUntil);
    await second.fail(6, 2);
    await second.pass(0);
    expect(second.shown()).toEqual([]);
    expect(second.notifications.snooze(0)).toEqual({ snoozedUntil: null });
    expect(second.shown()).toEqual(['The rule “Rule 6” failed']);
  });

  test('after four in a minute the rest comes as one', async () => {
    const { fail, pass, shown } = await ring();
    for (let rule = 1; rule <= 7; rule++) await fail(rule, rule);
    await pass(0);
    expect(shown()).toEqual([1, 2, 3, 4].map((rule) => `The rule “Rule ${rule}” failed`));
    await pass(30_000);
    expect(shown()).toHaveLength(4);
    await pass(30_000);
    expect(shown().slice(4)).toEqual(['3 new notices']);
  });

  test('a test notice is shown whatever the hour', async () => {
    const { notifications, pushed } = await evening(22);
    notifications.snooze(60);
    const notice = notifications.test();
    expect(pushed.at(-1)).toMatchObject({ notice: { id: notice.id, title: 'Test notice' }, desktop: true });
  });
});
