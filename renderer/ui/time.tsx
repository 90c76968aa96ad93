import type { ReactElement } from 'react';
import { formatDate, formatDateTime, formatFullTime, formatRelative, formatTime, formatTimeSeconds, type Moment } from '../text/format.ts';

export type TimeProps = {
  readonly at: Moment;
  /** Default `time`: 14:03. */
  readonly show?: 'time' | 'seconds' | 'date' | 'date-time' | 'relative' | undefined;
  /** Needed for `relative`; default now, and not counting on. */
  readonly now?: Moment | undefined;
};

/** A moment in local time; the full local and UTC time on hover. */
export function Time({ at, show = 'time', now = new Date() }: TimeProps): ReactElement {
  return (
    <time dateTime={new Date(at).toISOString()} title={formatFullTime(at)} className="figures">
      {shown(at, show, now)}
    </time>
  );
}

function shown(at: Moment, show: NonNullable<TimeProps['show']>, now: Moment): string {
  switch (show) {
    case 'time':
      return formatTime(at);
    case 'seconds':
      return formatTimeSeconds(at);
    case 'date':
      return formatDate(at);
    case 'date-time':
      return formatDateTime(at);
    case 'relative':
      return formatRelative(at, now);
  }
}
