import type { StoredEvent } from '../../engine/contract/event.ts';
import type { PushMessage } from '../../engine/contract/push.ts';
import type { Client } from '../rpc/client.ts';

/** The log as it grows: every event once and in order, whatever the pushed messages lost on the way. */
export type Feed = {
  /** Returns the function that ends it. `reset`: events may be missing from here on; read what you show again. */
  subscribe(listener: { readonly events: (events: readonly StoredEvent[]) => void; readonly reset: () => void }): () => void;
  receive(message: Extract<PushMessage, { readonly kind: 'events' }>): void;
  /** The line was broken: what came meanwhile is fetched. */
  reconnected(): void;
};

const PAGE = 500;
/** Further behind than this, screens read their page anew instead. */
const MOST_PAGES = 4;

export function createFeed(client: Client): Feed {
  const listeners = new Set<Parameters<Feed['subscribe']>[0]>();
  /** Id of the newest event passed on; undefined before the first. */
  let seen: number | undefined;
  let work: Promise<void> = Promise.resolve();

  function emit(events: readonly StoredEvent[]): void {
    const position = seen;
    const fresh = position === undefined ? events : events.filter((event) => event._id > position);
    const newest = fresh.at(-1)?._id;
    if (newest === undefined) return;
    seen = newest;
    for (const listener of listeners) listener.events(fresh);
  }

  function reset(): void {
    seen = undefined;
    for (const listener of listeners) listener.reset();
  }

  async function catchUp(): Promise<void> {
    let from: { readonly id: number; readonly removals?: number } | undefined = seen === undefined ? undefined : { id: seen };
    for (let page = 0; page < MOST_PAGES && from !== undefined; page++) {
      const { events, cursor, removed } = await client.call('events.since', { ...from, limit: PAGE });
      emit(events);
      if (cursor === null) return;
      from = { id: cursor, removals: removed.times };
    }
    reset();
  }

  function inTurn(step: () => Promise<void> | void): void {
    work = work.then(step).catch(reset);
  }

  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    receive: (message) =>
      inTurn(async () => {
        if (seen !== undefined && message.previousSeq > seen) await catchUp();
        emit(message.events);
      }),
    reconnected: () => inTurn(() => (seen === undefined ? reset() : catchUp())),
  };
}
