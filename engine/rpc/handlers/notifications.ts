import type { Notifications } from '../../notifications/service.ts';
import type { Handlers } from '../dispatch.ts';

export function notificationHandlers(
  notifications: Pick<Notifications, 'list' | 'markRead' | 'snooze' | 'test'>,
): Pick<Handlers, 'notifications.list' | 'notifications.markRead' | 'notifications.snooze' | 'notifications.test'> {
  return {
    'notifications.list': ({ unreadOnly, before, limit }) => notifications.list({ unreadOnly, before: before ?? null, limit }),
    'notifications.markRead': ({ ids }) => notifications.markRead(ids),
    'notifications.snooze': ({ minutes }) => notifications.snooze(minutes),
    'notifications.test': () => notifications.test(),
  };
}
