import type { PushMessage } from '../../engine/contract/push.ts';
import type { DemoMethods } from './methods.ts';
import { iso } from './moments.ts';
import type { World } from './world.ts';

type NotificationMethods = Extract<keyof DemoMethods, `notifications.${string}`>;

/** What the bell holds. */
export function demoNotifications(world: World, push: (message: PushMessage) => void): Pick<DemoMethods, NotificationMethods> {
  let snoozedUntil: string | null = null;
  const unread = (): number => world.notices.filter(({ readAt }) => readAt === null).length;
  return {
    'notifications.list': ({ unreadOnly, limit }) => ({
      notices: world.notices
        .filter(({ readAt }) => !unreadOnly || readAt === null)
        .toReversed()
        .slice(0, limit),
      unread: unread(),
      snoozedUntil,
    }),
    'notifications.markRead': ({ ids }) => {
      for (const [index, notice] of world.notices.entries())
        if (ids?.includes(notice.id) ?? true) world.notices[index] = { ...notice, readAt: notice.readAt ?? iso(world.now) };
      return { unread: unread() };
    },
    'notifications.snooze': ({ minutes }) => {
      snoozedUntil = minutes === 0 ? null : iso(world.now + minutes * 60_000);
      return { snoozedUntil };
    },
    'notifications.test': () => {
      const notice = {
        id: world.notices.length + 1,
        key: 'test',
        level: 'know' as const,
        title: 'Test notice',
        body: 'This is how a notice looks.',
        link: '/settings/notifications',
        createdAt: iso(world.now),
        updatedAt: iso(world.now),
        readAt: null,
      };
      world.notices.push(notice);
      push({ kind: 'notice', notice, unread: unread(), desktop: true });
      return notice;
    },
  };
}
