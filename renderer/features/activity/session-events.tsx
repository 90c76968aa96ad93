import { type ReactElement, useEffect } from 'react';
import type { StoredEvent } from '../../../engine/contract/event.ts';
import { routes } from '../../routes.ts';
import { useConsole } from '../../stores/console.ts';
import { useQuery } from '../../stores/use-query.ts';
import { useEventSentence } from '../../stores/use-event-sentence.ts';
import { activityText } from '../../text/activity.ts';
import { Bytes, Button, Link, Notice, Skeleton, Time } from '../../ui/index.ts';
import { EventIcon } from './event-icon.tsx';
import { eventHref, sessionListHref } from './links.ts';
import { OutcomeMark } from './outcome.tsx';
import type { TimelineQuery } from './query.ts';
import { runIdOf, runsOf, sessionTree } from './session-tree.ts';

/** More are a list of their own. */
const SHOWN = 200;

export type SessionEventsProps = {
  readonly sessionId: number;
  /** Grows with what happens in the session, which is then read again. */
  readonly newestId: number;
  readonly query: TimelineQuery;
};

/** What happened in a session, oldest first: files, and under each what the rules did about it. */
export function SessionEvents({ sessionId, newestId, query }: SessionEventsProps): ReactElement {
  const { queries } = useConsole();
  const session = useQuery('activity.session', { sessionId, limit: SHOWN });
  const events = session.data?.events ?? [];
  const runs = useQuery('runs.list', runsOf(events));
  useEffect(() => {
    void queries.reload('activity.session', { sessionId, limit: SHOWN });
  }, [queries, sessionId, newestId]);
  if (session.data === undefined) {
    return (
      <div className="border-b border-line py-1 ps-20 pe-6 @max-md:ps-4">
        {session.error === undefined ? (
          <Skeleton rows={3} />
        ) : (
          <Notice
            kind="failure"
            action={
              <Button small onClick={session.reload}>
                {activityText.retry}
              </Button>
            }
          >
            {session.error.message}
          </Notice>
        )}
      </div>
    );
  }
  return (
    <div className="border-b border-line bg-sunken py-1 text-sm">
      <ul aria-label={activityText.sessionEvents}>
        {sessionTree(events, runs.data ?? []).map(({ event, effects }) => (
          <li key={event._id}>
            <EventLine event={event} href={eventHref(event._id, query)} />
            {effects.length > 0 && (
              <ul className="ps-8">
                {effects.map((effect) => (
                  <li key={effect._id}>
                    <EventLine event={effect} href={effectHref(effect, query)} />
                  </li>
                ))}
              </ul>
            )}
          </li>
        ))}
      </ul>
      {session.data.more && (
        <p className="flex flex-wrap gap-x-3 py-1 ps-20 pe-6 text-muted @max-md:ps-4">
          {activityText.moreInSession(SHOWN)}
          <Link href={sessionListHref(sessionId)}>{activityText.allAsList}</Link>
        </p>
      )}
    </div>
  );
}

/** The end of a run leads to its trace, everything else to its details. */
function effectHref(event: StoredEvent, query: TimelineQuery): string {
  const runId = event.type === 'RULE_RUN' ? runIdOf(event) : null;
  return runId === null ? eventHref(event._id, query) : routes.run(runId);
}

function EventLine({ event, href }: { readonly event: StoredEvent; readonly href: string }): ReactElement {
  const sentence = useEventSentence();
  return (
    <div className="flex min-h-7 items-center gap-2 ps-12 pe-6 @max-md:ps-2 @max-md:pe-4">
      <EventIcon type={event.type} />
      <span className="min-w-0 flex-1 break-words">
        <Link quiet href={href}>
          {sentence(event)}
        </Link>
        <span className="flex @md:hidden">{event.outcome !== 'ok' && <OutcomeMark outcome={event.outcome} />}</span>
      </span>
      <span className="hidden w-20 shrink-0 text-end @2xl:block">{event.bytes !== null && <Bytes value={event.bytes} />}</span>
      <span className="hidden w-28 shrink-0 ps-4 @md:flex">
        <OutcomeMark outcome={event.outcome} />
      </span>
      <span className="w-16 shrink-0 text-end text-muted">
        <Time at={event.timestamp} show="seconds" />
      </span>
    </div>
  );
}
