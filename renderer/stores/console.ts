import { createContext, use } from 'react';
import { createStore, type StoreApi, useStore } from 'zustand';
import type { ConnectionProgress } from '../../engine/contract/push.ts';
import type { CheckRow } from '../../engine/contract/methods/setup.ts';
import type { Notice } from '../../engine/contract/notice.ts';
import type { Output } from '../../engine/contract/rpc.ts';
import type { LiveSession, Traffic } from '../../engine/contract/session.ts';
import { type Client, createClient } from '../rpc/client.ts';
import type { LinkState, ShellApi, Transport } from '../shell/types.ts';
import { createFeed, type Feed } from './feed.ts';
import { connectPush } from './push.ts';
import { createQueryCache, type QueryCache } from './query-cache.ts';

/** What is pushed and shown in many places at once. */
export type Live = {
  readonly link: LinkState;
  /** Undefined until first known. */
  readonly status: Output<'server.status'> | undefined;
  readonly sessions: readonly LiveSession[];
  readonly traffic: Traffic;
  readonly unread: number;
  /** Of the self-test that runs or ran last. */
  readonly selfTest: readonly CheckRow[];
  /** Clients that are connecting or did lately, newest first; for the watch panel. */
  readonly connections: readonly ConnectionProgress[];
};

/** One console: the engine, the shell and what is known of both. Made once per page; demo and tests make their own. */
export type Console = {
  readonly client: Client;
  readonly shell: ShellApi;
  readonly queries: QueryCache;
  readonly feed: Feed;
  readonly live: StoreApi<Live>;
  /** Called with each notice that is to be shown outside the page too. Returns the function that ends it. */
  readonly onNotice: (listener: (notice: Notice) => void) => () => void;
};

export function createConsole(transport: Transport, shell: ShellApi): Console {
  const client = createClient(transport);
  const queries = createQueryCache(client);
  const feed = createFeed(client);
  const live = createStore<Live>(() => ({
    link: { kind: 'connecting' },
    status: undefined,
    sessions: [],
    traffic: { bytesInPerSecond: 0, bytesOutPerSecond: 0 },
    unread: 0,
    selfTest: [],
    connections: [],
  }));
  const noticed = new Set<(notice: Notice) => void>();
  connectPush({ client, queries, feed, live, noticed });
  return {
    client,
    shell,
    queries,
    feed,
    live,
    onNotice(listener) {
      noticed.add(listener);
      return () => void noticed.delete(listener);
    },
  };
}

export const ConsoleContext = createContext<Console | undefined>(undefined);

/** The console of this page. Throws outside of its provider: a defect. */
export function useConsole(): Console {
  const found = use(ConsoleContext);
  if (found === undefined) throw new Error('There is no ConsoleContext above this component.');
  return found;
}

/** A part of what is pushed; renders again when that part changes. */
export function useLive<T>(select: (live: Live) => T): T {
  return useStore(useConsole().live, select);
}
