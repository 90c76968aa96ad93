import type { StoredEvent } from '../contract/event.ts';
import type { PushMessage } from '../contract/push.ts';
import type { EventLog } from '../events/log.ts';
import type { Logger } from '../lib/log.ts';

/** Tells every console what happens, over whatever transport it listens. */
export type PushHub = {
  /** Returns the function that ends it. A listener must not wait: one that is slow drops messages or its connection. */
  readonly subscribe: (listener: (message: PushMessage) => void) => () => void;
  publish(message: PushMessage): void;
  /** Whether anybody listens now. */
  readonly hasListeners: () => boolean;
  /** Sends what is waiting and stops following the log. */
  close(): void;
};

/** Events are gathered this long, so that a burst of small files is one message. */
const GATHER_MS = 50;

export function createPushHub(services: { readonly events: EventLog; readonly log: Logger }): PushHub {
  const { events, log } = services;
  const listeners = new Set<(message: PushMessage) => void>();
  let gathered: StoredEvent[] = [];
  let previousSeq = events.newestId();
  let timer: NodeJS.Timeout | undefined;

  function publish(message: PushMessage): void {
    for (const listener of listeners) {
      try {
        listener(message);
      } catch (error) {
        log.error('a listener for push messages failed', error);
      }
    }
  }

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    if (gathered.length === 0) return;
    const batch = gathered;
    const before = previousSeq;
    gathered = [];
    previousSeq = batch.at(-1)?._id ?? before;
    publish({ kind: 'events', previousSeq: before, events: batch });
  }

  const unsubscribe = events.follow((batch) => {
    gathered.push(...batch);
    timer ??= setTimeout(flush, GATHER_MS).unref();
  });

  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    publish,
    hasListeners: () => listeners.size > 0,
    close() {
      unsubscribe();
      flush();
    },
  };
}
