import { createStore, type StoreApi } from 'zustand/vanilla';
import type { AppError } from '../../engine/contract/errors.ts';
import type { Input, Method, Output } from '../../engine/contract/rpc.ts';
import { asAppError, type Client } from '../rpc/client.ts';

/** What is known of one query. `data` stays while it is asked again, so that screens do not flicker. */
export type QueryState<T> = { readonly data: T | undefined; readonly error: AppError | undefined; readonly loading: boolean };

type Entry = QueryState<unknown> & { readonly stale: boolean };

/** Answers of queries by method and input, asked again when what they tell of has changed. */
export type QueryCache = {
  readonly store: StoreApi<{ readonly entries: Readonly<Record<string, Entry>> }>;
  read<M extends Method>(method: M, input: Input<M>): QueryState<Output<M>>;
  /** Counts a screen that shows the query; asks when there is no fresh answer. Returns the function that ends it. */
  watch<M extends Method>(method: M, input: Input<M>): () => void;
  /** Asks again now; resolves when the answer is there. */
  reload<M extends Method>(method: M, input: Input<M>): Promise<void>;
  /** Marks answers of methods that begin with one of these as outdated; those on screen are asked again at once. */
  invalidate(...prefixes: readonly string[]): void;
  /** Puts in an answer that came some other way. */
  put<M extends Method>(method: M, input: Input<M>, data: Output<M>): void;
};

/** Answers that no screen shows are dropped beyond so many. */
const MOST_IDLE = 50;
const NOTHING: QueryState<never> = { data: undefined, error: undefined, loading: true };

export function createQueryCache(client: Client): QueryCache {
  const store = createStore<{ entries: Record<string, Entry> }>(() => ({ entries: {} }));
  const watchers = new Map<string, number>();
  const asking = new Map<string, Promise<void>>();

  const entry = (key: string): Entry | undefined => store.getState().entries[key];

  function set(key: string, change: Partial<Entry>): void {
    const before = entry(key) ?? { ...NOTHING, stale: true };
    store.setState(({ entries }) => ({ entries: { ...entries, [key]: { ...before, ...change } } }));
  }

  function ask(key: string): Promise<void> {
    const running = asking.get(key);
    if (running !== undefined) return running;
    set(key, { loading: true, stale: false });
    const [method, input] = JSON.parse(key) as [Method, Input<Method>];
    const asked = client
      .call(method, input as never)
      .then(
        (data) => set(key, { data, error: undefined, loading: false }),
        (error: unknown) => set(key, { error: asAppError(error), loading: false }),
      )
      .finally(() => {
        asking.delete(key);
        // It changed while it was being asked.
        if (entry(key)?.stale === true && watchers.has(key)) void ask(key);
      });
    asking.set(key, asked);
    return asked;
  }

  function dropIdle(): void {
    const idle = Object.keys(store.getState().entries).filter((key) => !watchers.has(key));
    if (idle.length <= MOST_IDLE) return;
    const dropped = new Set(idle.slice(0, idle.length - MOST_IDLE));
    store.setState(({ entries }) => ({ entries: Object.fromEntries(Object.entries(entries).filter(([key]) => !dropped.has(key))) }));
  }

  return {
    store,
    read: (method, input) => (entry(keyOf(method, input)) ?? NOTHING) as QueryState<Output<typeof method>>,
    watch(method, input) {
      const key = keyOf(method, input);
      watchers.set(key, (watchers.get(key) ?? 0) + 1);
      if (entry(key)?.stale !== false) void ask(key);
      return () => {
        const left = (watchers.get(key) ?? 1) - 1;
        if (left > 0) watchers.set(key, left);
        else watchers.delete(key);
        dropIdle();
      };
    },
    reload: (method, input) => ask(keyOf(method, input)),
    invalidate(...prefixes) {
      for (const key of Object.keys(store.getState().entries)) {
        const [method] = JSON.parse(key) as [string];
        if (!prefixes.some((prefix) => method.startsWith(prefix))) continue;
        set(key, { stale: true });
        if (watchers.has(key)) void ask(key);
      }
    },
    put: (method, input, data) => set(keyOf(method, input), { data, error: undefined, loading: false, stale: false }),
  };
}

/** The cache's key: the method and its input, as JSON. */
export function keyOf<M extends Method>(method: M, input: Input<M>): string {
  return JSON.stringify([method, input ?? {}]);
}
