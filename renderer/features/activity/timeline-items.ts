import type { ActivityRow } from '../../../engine/contract/methods/activity.ts';
import type { LiveSession } from '../../../engine/contract/session.ts';
import { formatDay } from '../../text/format.ts';
import { rowKey } from './timeline.ts';

/** A row of the list, with the heading above it where it is the first of a day or of what is running. */
export type TimelineItem = {
  readonly key: string;
  readonly row: ActivityRow;
  /** Null while it has no transfer under way. */
  readonly running: LiveSession | null;
  readonly heading: string | null;
};

type SessionRow = Extract<ActivityRow, { readonly kind: 'session' }>;

/** When a row ended, or began if it still lasts. */
export function rowTime(row: ActivityRow): string {
  return row.kind === 'event' ? row.event.timestamp : (row.endedAt ?? row.startedAt);
}

/**
 * The rows with their day headings; sessions with a transfer under way come first. `invented` also shows those of them that are not
 * among the rows, as where nothing is filtered out. `now`: ms since the epoch.
 */
export function timelineItems(
  rows: readonly ActivityRow[],
  live: readonly LiveSession[],
  options: { readonly now: number; readonly invented: boolean; readonly runningHeading: string },
): TimelineItem[] {
  const running = new Map(live.filter(({ transfers }) => transfers.length > 0).map((session) => [session.id, session]));
  const first: TimelineItem[] = [...running.values()].flatMap((session) => {
    const known = rows.find((row) => row.kind === 'session' && row.sessionId === session.id);
    if (known === undefined && !options.invented) return [];
    const row = known ?? inventedRow(session);
    return [{ key: rowKey(row), row, running: session, heading: null }];
  });
  const items = first.map((item, index) => (index === 0 ? { ...item, heading: options.runningHeading } : item));
  const hoisted = new Set(items.map(({ key }) => key));
  let day: number | undefined;
  for (const row of rows) {
    const key = rowKey(row);
    if (hoisted.has(key)) continue;
    const at = new Date(rowTime(row)).setHours(0, 0, 0, 0);
    // A session whose last rule ran after midnight stands above later rows; days only go down.
    const begins = day === undefined || at < day;
    if (begins) day = at;
    items.push({ key, row, running: null, heading: begins ? formatDay(at, options.now) : null });
  }
  return items;
}

/** The row of a session of which the list has no event yet. */
function inventedRow({ id, username, displayName, protocol, address, client, since }: LiveSession): SessionRow {
  return {
    kind: 'session',
    newestId: 0,
    oldestId: 0,
    sessionId: id,
    username,
    displayName,
    protocol,
    address,
    client,
    startedAt: since,
    endedAt: null,
    uploads: 0,
    downloads: 0,
    bytesIn: 0,
    bytesOut: 0,
    failures: 0,
    ruleRuns: 0,
    events: 0,
  };
}
