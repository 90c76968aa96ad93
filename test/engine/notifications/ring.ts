import { onTestFinished } from 'vitest';
import type { Notice } from '../../../engine/contract/notice.ts';
import type { PushMessage } from '../../../engine/contract/push.ts';
import { type Settings, settingsSchema } from '../../../engine/contract/settings.ts';
import { SYSTEM } from '../../../engine/events/log.ts';
import { createLogger, silentSink } from '../../../engine/lib/log.ts';
import { createNotifications, type Notifications } from '../../../engine/notifications/service.ts';
import { startVfs, type TestVfs } from '../../helpers/vfs.ts';

type NoticePush = Extract<PushMessage, { kind: 'notice' }>;

export type Bell = TestVfs & {
  readonly notifications: Notifications;
  /** Everything that was pushed. */
  readonly pushed: NoticePush[];
  /** Titles that the desktop was to show. */
  readonly shown: () => string[];
  /** Changed in place by tests. */
  readonly settings: Settings['notifications'];
  readonly all: () => Notice[];
  /** Lets the log be read, then so much time pass, and what is due then happen. */
  readonly pass: (ms: number) => Promise<void>;
  /** The end of a failed run of the rule. */
  readonly fail: (ruleId: number, run: number, error?: string) => Promise<void>;
};

export const ALL = { unreadOnly: false, before: null, limit: 200 };

/** Notices on a real log and vfs. With `dataFolder`, on what an earlier call left behind. */
export async function ring(dataFolder?: string): Promise<Bell> {
  const base = await startVfs(dataFolder === undefined ? {} : { dataFolder });
  const { store, events, clock } = base;
  const { notifications: settings } = settingsSchema.parse({});
  const pushed: NoticePush[] = [];
  const notifications = createNotifications({
    store,
    events,
    clock,
    log: createLogger(silentSink, 'test'),
    settings: () => settings,
    publish: (message) => {
      if (message.kind === 'notice') pushed.push(message);
    },
  });
  onTestFinished(() => notifications.close());
  await notifications.start();
  return {
    ...base,
    notifications,
    pushed,
    settings,
    shown: () => pushed.filter(({ desktop }) => desktop).map(({ notice }) => notice.title),
    all: () => notifications.list(ALL).notices,
    async pass(ms) {
      await events.flush();
      notifications.settle();
      clock.advance(ms);
      notifications.settle();
    },
    async fail(ruleId, run, error = 'The mail server said no.') {
      const info = { rule: `Rule ${ruleId}`, run_id: run, attempt: 1, outcome: 'failed', error };
      await events.record({ type: 'RULE_RUN', info, actor: { ...SYSTEM, origin: 'rule' }, objectId: ruleId, outcome: 'failed' });
    },
  };
}
