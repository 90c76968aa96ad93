import type { Notification } from 'electron';
import type { Notice } from '../engine/contract/notice.ts';
import type { ElectronRuntime } from './runtime.ts';
import { texts } from './texts.ts';

export type Notices = {
  /** Shows a notice, or updates the one with the same key. */
  show(notice: Pick<Notice, 'key' | 'level' | 'title' | 'body' | 'link'>): void;
  state(): 'granted' | 'unsupported';
};

/** Electron forgets notifications that nobody refers to, and with them their clicks. */
const MOST_KEPT = 100;

/** Route of the console with all notices. */
const ALL_NOTICES = '/notices';

/** Native notices. The engine decides what is shown (quiet hours, mutes, the cap per minute); here it is only put on the screen. */
export function createNotices(services: {
  readonly Notification: ElectronRuntime['Notification'];
  readonly open: (route: string) => void;
  readonly platform: NodeJS.Platform;
}): Notices {
  const { Notification, open, platform } = services;
  const shown = new Map<string, Notification>();

  // Windows keeps notices in its action centre beyond the life of the process: a click on one of those names none of ours.
  if (platform === 'win32') {
    Notification.handleActivation(({ type }) => {
      if (type === 'click' && shown.size === 0) open(ALL_NOTICES);
    });
  }

  return {
    show({ key, level, title, body, link }) {
      if (!Notification.isSupported()) return;
      const notification = new Notification({
        id: key,
        groupId: key,
        groupTitle: texts.appName,
        title,
        body,
        urgency: level === 'act' ? 'critical' : 'normal',
        timeoutType: level === 'act' ? 'never' : 'default',
        silent: level === 'quiet',
      });
      notification.on('click', () => open(link));
      // Not every platform replaces by id.
      shown.get(key)?.close();
      shown.delete(key);
      shown.set(key, notification);
      const [oldest] = shown.keys();
      if (shown.size > MOST_KEPT && oldest !== undefined) shown.delete(oldest);
      notification.show();
    },
    state: () => (Notification.isSupported() ? 'granted' : 'unsupported'),
  };
}
