import { ChevronRight } from 'lucide-react';
import type { ReactElement } from 'react';
import type { ActivityRow } from '../../../engine/contract/methods/activity.ts';
import type { LiveSession } from '../../../engine/contract/session.ts';
import { activityText } from '../../text/activity.ts';
import { formatRate } from '../../text/format.ts';
import { Avatar, Bytes, Duration, ProgressBar } from '../../ui/index.ts';
import { sessionHref } from './links.ts';
import { SessionMark } from './outcome.tsx';
import type { TimelineQuery } from './query.ts';
import { RowFrame } from './row-frame.tsx';
import { SessionEvents } from './session-events.tsx';
import { rowTime } from './timeline-items.ts';

type Session = Extract<ActivityRow, { readonly kind: 'session' }>;

export type SessionRowProps = {
  readonly row: Session;
  readonly running: LiveSession | null;
  readonly query: TimelineQuery;
  readonly current: boolean;
  readonly open: boolean;
  readonly onToggle: () => void;
};

/** A partner's visit; unfolds to what happened in it. */
export function SessionRow({ row, running, query, current, open, onToggle }: SessionRowProps): ReactElement {
  const { sessionId, displayName, protocol, address, startedAt, endedAt, uploads, downloads, bytesIn, bytesOut, failures, ruleRuns } = row;
  const bytes = bytesIn + bytesOut;
  return (
    <div
      onKeyDown={(event) => {
        if (event.defaultPrevented || (event.key !== 'ArrowRight' && event.key !== 'ArrowLeft')) return;
        if ((event.key === 'ArrowRight') === open) return;
        event.preventDefault();
        onToggle();
      }}
    >
      <RowFrame
        href={sessionHref(sessionId, query)}
        current={current}
        toggle={
          <button
            type="button"
            aria-expanded={open}
            aria-label={open ? activityText.close(displayName) : activityText.open(displayName)}
            onClick={onToggle}
            className="flex size-6 items-center justify-center rounded-control text-muted hover:bg-hover hover:text-text"
          >
            <ChevronRight aria-hidden className={`size-4 transition-transform ${open ? 'rotate-90' : ''}`} />
          </button>
        }
        picture={<Avatar name={displayName} />}
        sentence={
          <>
            <span className="font-medium">{displayName}</span> {activityText.session(uploads, downloads, endedAt === null)}
          </>
        }
        aside={[activityText.from(protocol, address), ...(ruleRuns > 0 ? [activityText.runs(ruleRuns)] : [])].join(' · ')}
        bytes={bytes > 0 && <Bytes value={bytes} />}
        duration={endedAt !== null && <Duration ms={Date.parse(endedAt) - Date.parse(startedAt)} />}
        outcome={<SessionMark ended={endedAt !== null} failures={failures} />}
        at={rowTime(row)}
      />
      {running !== null && (
        <div className="flex flex-col gap-2 border-b border-line py-2 ps-20 pe-6 @max-md:ps-4">
          {running.transfers.map(({ direction, path, bytes: done, total, bytesPerSecond }) => (
            <ProgressBar
              key={`${direction}${path}`}
              label={activityText.transfer(direction, path)}
              value={total === null || total === 0 ? null : done / total}
              words={activityText.progress(done, total, formatRate(bytesPerSecond))}
            />
          ))}
        </div>
      )}
      {open && <SessionEvents sessionId={sessionId} newestId={row.newestId} query={query} />}
    </div>
  );
}
