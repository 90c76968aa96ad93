import { ShieldAlert } from 'lucide-react';
import type { ReactElement } from 'react';
import { useEventSentence } from '../../stores/use-event-sentence.ts';
import { activityText } from '../../text/activity.ts';
import { Avatar, Bytes, Duration, Status } from '../../ui/index.ts';
import { EventIcon } from './event-icon.tsx';
import { eventHref, failedSignInsHref } from './links.ts';
import { OutcomeMark } from './outcome.tsx';
import type { TimelineQuery } from './query.ts';
import { RowFrame } from './row-frame.tsx';
import { SessionRow } from './session-row.tsx';
import type { TimelineItem } from './timeline-items.ts';

export type TimelineRowProps = {
  readonly item: TimelineItem;
  readonly query: TimelineQuery;
  /** Its details are open. */
  readonly current: boolean;
  readonly open: boolean;
  /** It has just come in at the top. */
  readonly fresh: boolean;
  readonly onToggle: () => void;
};

export function TimelineRow({ item, query, current, open, fresh, onToggle }: TimelineRowProps): ReactElement {
  return (
    <div className={fresh ? 'transition-[translate,opacity] starting:-translate-y-3 starting:opacity-0' : undefined}>
      {item.heading !== null && (
        <h2 className="border-b border-line bg-sunken px-6 py-1.5 text-xs font-medium text-muted">{item.heading}</h2>
      )}
      <Row item={item} query={query} current={current} open={open} onToggle={onToggle} />
    </div>
  );
}

function Row({ item, query, current, open, onToggle }: Omit<TimelineRowProps, 'fresh'>): ReactElement {
  const sentence = useEventSentence();
  const { row } = item;
  switch (row.kind) {
    case 'session':
      return <SessionRow row={row} running={item.running} query={query} current={current} open={open} onToggle={onToggle} />;
    case 'failed-sign-ins':
      return (
        <RowFrame
          href={failedSignInsHref(row.address)}
          current={false}
          picture={
            <span className="flex size-6 shrink-0 items-center justify-center text-muted">
              <ShieldAlert aria-hidden className="size-4" />
            </span>
          }
          sentence={activityText.failedSignIns(row.count, row.address)}
          aside={activityText.names(row.names)}
          duration={<Duration ms={Date.parse(row.endedAt) - Date.parse(row.startedAt)} />}
          outcome={<Status kind="warning">{activityText.outcomes.denied}</Status>}
          at={row.endedAt}
        />
      );
    case 'event': {
      const { event } = row;
      const who = event._user?._generated_displayname;
      return (
        <RowFrame
          href={eventHref(event._id, query)}
          current={current}
          picture={who === undefined ? <EventIcon type={event.type} /> : <Avatar name={who} />}
          sentence={sentence(event)}
          aside={event.path !== null && <span className="font-mono text-xs">{event.path}</span>}
          bytes={event.bytes !== null && <Bytes value={event.bytes} />}
          duration={event.duration_ms !== null && <Duration ms={event.duration_ms} />}
          outcome={<OutcomeMark outcome={event.outcome} />}
          at={event.timestamp}
        />
      );
    }
  }
}
