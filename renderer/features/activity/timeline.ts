import type { ActivityRow } from '../../../engine/contract/methods/activity.ts';
import type { Output } from '../../../engine/contract/rpc.ts';

/** The part of the timeline that was read: newest first, each row once, without holes. */
export type Timeline = {
  readonly rows: readonly ActivityRow[];
  /** Where older rows begin; null at the end of the log. */
  readonly cursor: number | null;
  /** The search for older rows ended before a page was full. */
  readonly partial: boolean;
};

type Page = Output<'activity.list'>;

/** Older rows than these are asked for by a time range; what a console holds is bounded. */
export const MOST_ROWS = 20_000;

/** What stays the same of a row while more happens in it. */
export function rowKey(row: ActivityRow): string {
  switch (row.kind) {
    case 'session':
      return `session-${row.sessionId}`;
    case 'failed-sign-ins':
      return `failed-${row.oldestId}`;
    case 'event':
      return `event-${row.event._id}`;
  }
}

export function firstPage({ rows, cursor, partial }: Page): Timeline {
  return { rows, cursor, partial };
}

/** With the next page below. A row that has moved up since is there already. */
export function withOlder(timeline: Timeline, { rows, cursor, partial }: Page): Timeline {
  const known = new Set(timeline.rows.map(rowKey));
  return { rows: [...timeline.rows, ...rows.filter((row) => !known.has(rowKey(row)))], cursor, partial };
}

/** With the newest page on top, which replaces what it reaches; where it does not reach what is there, it replaces everything. */
export function withNewer(timeline: Timeline, page: Page): Timeline {
  const lowest = page.rows.at(-1)?.newestId;
  const newest = timeline.rows[0]?.newestId;
  if (page.cursor === null || newest === undefined) return firstPage(page);
  if (lowest === undefined) return timeline;
  if (lowest > newest) return firstPage(page);
  const replaced = new Set(page.rows.map(rowKey));
  const rest = timeline.rows.filter((row) => row.newestId < lowest && !replaced.has(rowKey(row)));
  return { ...timeline, rows: [...page.rows, ...rest] };
}

/** How many rows of the newest page are new or have news. */
export function countNewer(timeline: Timeline, page: Page): number {
  const newest = timeline.rows[0]?.newestId ?? 0;
  return page.rows.filter(({ newestId }) => newestId > newest).length;
}
