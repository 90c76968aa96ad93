import { Bell, BellOff, Check } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import type { Notice as NoticeData } from '../../../engine/contract/notice.ts';
import { routes } from '../../routes.ts';
import { useCommand, useQuery } from '../../stores/use-query.ts';
import { formatDateTime } from '../../text/format.ts';
import { noticesText } from '../../text/notices.ts';
import {
  Badge,
  Button,
  EmptyState,
  ErrorState,
  IconButton,
  Link,
  Menu,
  Notice,
  PageHeader,
  SegmentedControl,
  Skeleton,
  Status,
  type StatusKind,
  Time,
  Toolbar,
} from '../../ui/index.ts';
import { PermissionBanner } from './permission-banner.tsx';

const PAGE = 50;
const MOST = 200;
const KINDS: Readonly<Record<NoticeData['level'], StatusKind>> = { act: 'failure', know: 'notice', quiet: 'paused' };
const HOUR_MINUTES = 60;

/** Minutes up to the coming midnight of the machine's zone. */
function minutesLeftToday(): number {
  const midnight = new Date();
  midnight.setHours(24, 0, 0, 0);
  return Math.max(1, Math.round((midnight.getTime() - Date.now()) / 60_000));
}

/** The bell: every notice, whether the desktop showed it or not. */
export function NoticesPage(): ReactElement {
  const [show, setShow] = useState<'all' | 'unread'>('all');
  const [limit, setLimit] = useState(PAGE);
  const list = useQuery('notifications.list', { unreadOnly: show === 'unread', limit });
  const markRead = useCommand('notifications.markRead', ['notifications.']);
  const snooze = useCommand('notifications.snooze', ['notifications.']);
  const failed = markRead.error ?? snooze.error;
  const { notices = [], unread = 0, snoozedUntil = null } = list.data ?? {};
  return (
    <div className="mx-auto flex w-full max-w-content flex-col gap-6 p-6 max-sm:p-4">
      <PageHeader
        title={noticesText.title}
        sentence={list.data === undefined ? undefined : noticesText.sentence(unread)}
        action={
          unread > 0 ? (
            <Button icon={Check} busy={markRead.busy} onClick={() => void markRead.run({})}>
              {noticesText.markAll}
            </Button>
          ) : undefined
        }
      />
      <PermissionBanner />
      {failed !== undefined && (
        <Notice kind="failure" title={noticesText.failed}>
          {failed.message}
        </Notice>
      )}
      {snoozedUntil !== null && (
        <Notice
          kind="paused"
          action={
            <Button small onClick={() => void snooze.run({ minutes: 0 })}>
              {noticesText.snoozeEnd}
            </Button>
          }
        >
          {noticesText.snoozed(formatDateTime(snoozedUntil))}
        </Notice>
      )}
      <Toolbar
        label={noticesText.title}
        end={
          <Menu
            align="end"
            trigger={<Button icon={BellOff}>{noticesText.snooze}</Button>}
            entries={[
              { label: noticesText.snoozeHour, onSelect: () => void snooze.run({ minutes: HOUR_MINUTES }) },
              { label: noticesText.snoozeToday, onSelect: () => void snooze.run({ minutes: minutesLeftToday() }) },
            ]}
          />
        }
      >
        <SegmentedControl
          label={noticesText.filter}
          value={show}
          onChange={setShow}
          segments={[
            { value: 'all', label: noticesText.all },
            { value: 'unread', label: noticesText.unread },
          ]}
        />
      </Toolbar>
      {list.data === undefined ? (
        list.error === undefined ? (
          <Skeleton rows={5} shape="row" />
        ) : (
          <ErrorState title={noticesText.cannotRead} error={list.error} effect={noticesText.effect} onRetry={list.reload} />
        )
      ) : notices.length === 0 ? (
        <Nothing filtered={show === 'unread'} onShowAll={() => setShow('all')} />
      ) : (
        <ul className="divide-y divide-line rounded-panel border border-line bg-surface">
          {notices.map((notice) => (
            <NoticeRow key={notice.id} notice={notice} onRead={() => void markRead.run({ ids: [notice.id] })} />
          ))}
        </ul>
      )}
      {notices.length === limit && limit < MOST && (
        <Button onClick={() => setLimit(Math.min(MOST, limit + PAGE))}>{noticesText.more}</Button>
      )}
    </div>
  );
}

function Nothing({ filtered, onShowAll }: { readonly filtered: boolean; readonly onShowAll: () => void }): ReactElement {
  return filtered ? (
    <EmptyState icon={Check} title={noticesText.allRead} action={<Button onClick={onShowAll}>{noticesText.showAll}</Button>} />
  ) : (
    <EmptyState
      icon={Bell}
      title={noticesText.empty}
      action={
        <Link button="secondary" href={routes.settings('notifications')}>
          {noticesText.settings}
        </Link>
      }
    >
      {noticesText.emptyBody}
    </EmptyState>
  );
}

function NoticeRow({ notice, onRead }: { readonly notice: NoticeData; readonly onRead: () => void }): ReactElement {
  const { level, title, body, link, updatedAt, readAt } = notice;
  return (
    <li className="flex items-start gap-3 px-4 py-2.5">
      <Status kind={KINDS[level]}>
        <span className="w-20 max-sm:sr-only">{noticesText.levels[level]}</span>
      </Status>
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2">
          <Link quiet href={link} onClick={readAt === null ? onRead : undefined}>
            <span className={readAt === null ? 'font-semibold' : undefined}>{title}</span>
          </Link>
          {readAt === null && <Badge tone="notice">{noticesText.isUnread}</Badge>}
        </p>
        <p className="text-muted break-words">{body}</p>
      </div>
      <Time at={updatedAt} show="date-time" />
      {readAt === null && <IconButton small icon={Check} name={`${noticesText.markRead}: ${title}`} onClick={onRead} />}
    </li>
  );
}
