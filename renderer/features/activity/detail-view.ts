import { useEffect } from 'react';
import type { Client } from '../../rpc/client.ts';
import { useConsole } from '../../stores/console.ts';

/** One event, or one visit of a partner, by its id. */
type Opened = { readonly kind: 'event' | 'session'; readonly id: number };

/**
 * Says that somebody opened this, for the log where the settings want it. A request of its own: the screen's may come from what is cached,
 * and is made again whenever something changes.
 */
export async function sayOpened(client: Client, { kind, id }: Opened): Promise<void> {
  const eventLog = 'DETAIL_VIEW';
  if (kind === 'event') await client.call('events.search', { ids: String(id), limit: 1, eventLog });
  else await client.call('activity.list', { sessionId: id, limit: 1, eventLog });
}

/** Says it once for each opening. */
export function useDetailView(kind: Opened['kind'], id: number): void {
  const { client } = useConsole();
  useEffect(() => {
    // What is shown does not depend on it; the screen's own request tells what is wrong.
    sayOpened(client, { kind, id }).catch(() => undefined);
  }, [client, kind, id]);
}
