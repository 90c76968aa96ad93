import { createStore, type StoreApi } from 'zustand/vanilla';
import type { AppError } from '../../../engine/contract/errors.ts';
import type { ActivityFilter } from '../../../engine/contract/methods/activity.ts';
import type { Output } from '../../../engine/contract/rpc.ts';
import { asAppError, type Client } from '../../rpc/client.ts';
import type { Feed } from '../../stores/feed.ts';
import { countNewer, firstPage, MOST_ROWS, rowKey, type Timeline, withNewer, withOlder } from './timeline.ts';

export type TimelineState = {
  /** Undefined until the first page is there. */
  readonly timeline: Timeline | undefined;
  readonly error: AppError | undefined;
  readonly loadingOlder: boolean;
  /** Rows that came while the list stood still; at most NEWEST. */
  readonly waiting: number;
  /** Keys of the rows that the last look at the top brought in. */
  readonly fresh: ReadonlySet<string>;
  /** How many rows were brought in since the list was opened. */
  readonly arrived: number;
};

/** One view of the log: read in pages downwards, and at the top as it grows. */
export type TimelineStore = {
  readonly state: StoreApi<TimelineState>;
  /** Reads the first page and follows the log; returns the function that ends it. */
  start(): () => void;
  loadOlder(): void;
  /** Whether what is new comes in by itself; `true` also brings in what has waited. */
  follow(following: boolean): void;
  /** Brings in what has waited, this once. */
  bringIn(): void;
  /** Asks again after an error. */
  retry(): void;
};

const PAGE = 100;
/** As many as the top is asked for at once; more new rows than these replace the list. */
export const NEWEST = 50;
/** The log may grow by hundreds of events a second; nobody reads faster than this. */
const LOOK_EVERY_MS = 1000;

const NOTHING_NEW: ReadonlySet<string> = new Set();

export function createTimelineStore(
  { client, feed }: { readonly client: Client; readonly feed: Feed },
  view: ActivityFilter & { readonly flat: boolean },
): TimelineStore {
  const state = createStore<TimelineState>(() => ({
    timeline: undefined,
    error: undefined,
    loadingOlder: false,
    waiting: 0,
    fresh: NOTHING_NEW,
    arrived: 0,
  }));
  /** Filters are somebody's search, said once; what is read again later is not. */
  const asSearch = Object.keys(view).length > 1 ? ({ eventLog: 'SEARCH' } as const) : {};
  let following = true;
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** Grows with each start and end: answers to an earlier one are dropped. */
  let run = 0;

  async function ask(
    input: { readonly before?: number; readonly limit: number; readonly eventLog?: 'SEARCH' },
    take: (page: Output<'activity.list'>) => void,
  ): Promise<void> {
    const asked = run;
    try {
      const answer = await client.call('activity.list', { ...view, ...input });
      if (asked === run) take(answer);
    } catch (error) {
      if (asked === run) state.setState({ error: asAppError(error), loadingOlder: false });
    }
  }

  async function look(bringIn = following): Promise<void> {
    const { timeline } = state.getState();
    if (timeline === undefined) {
      await ask({ limit: PAGE, ...asSearch }, (answer) => state.setState({ timeline: firstPage(answer), error: undefined }));
      return;
    }
    await ask({ limit: NEWEST }, (answer) => {
      const before = state.getState();
      if (before.timeline === undefined) return;
      if (!bringIn) {
        state.setState({ waiting: countNewer(before.timeline, answer), error: undefined });
        return;
      }
      const known = new Set(before.timeline.rows.map(rowKey));
      const fresh = new Set(answer.rows.map(rowKey).filter((key) => !known.has(key)));
      state.setState({
        timeline: withNewer(before.timeline, answer),
        error: undefined,
        waiting: 0,
        fresh,
        arrived: before.arrived + fresh.size,
      });
    });
  }

  function lookSoon(): void {
    timer ??= setTimeout(() => {
      timer = undefined;
      void look();
    }, LOOK_EVERY_MS);
  }

  return {
    state,
    start() {
      run++;
      void look();
      const end = feed.subscribe({ events: lookSoon, reset: lookSoon });
      return () => {
        run++;
        clearTimeout(timer);
        timer = undefined;
        end();
      };
    },
    loadOlder() {
      const { timeline, loadingOlder } = state.getState();
      if (loadingOlder || timeline === undefined || timeline.cursor === null || timeline.rows.length >= MOST_ROWS) return;
      state.setState({ loadingOlder: true });
      void ask({ before: timeline.cursor, limit: PAGE }, (answer) =>
        state.setState((before) => ({
          timeline: before.timeline === undefined ? undefined : withOlder(before.timeline, answer),
          error: undefined,
          loadingOlder: false,
        })),
      );
    },
    follow(next) {
      const resumes = next && !following;
      following = next;
      if (resumes && state.getState().waiting > 0) void look();
    },
    bringIn: () => void look(true),
    retry() {
      state.setState({ error: undefined });
      void look(true);
    },
  };
}
