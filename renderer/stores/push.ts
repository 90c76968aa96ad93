import type { StoreApi } from 'zustand';
import type { ConnectionProgress, PushMessage } from '../../engine/contract/push.ts';
import type { Notice } from '../../engine/contract/notice.ts';
import { asAppError, type Client } from '../rpc/client.ts';
import type { Live } from './console.ts';
import type { Feed } from './feed.ts';
import type { QueryCache } from './query-cache.ts';

const MOST_CONNECTIONS = 20;

/** Which answers an event of the log may outdate, by the kind of record that it is about. */
const OUTDATED_BY: Readonly<Record<string, readonly string[]>> = {
  user: ['accounts.', 'twoFactor.'],
  rule: ['rules.'],
  api_key: ['tokens.'],
  admin: ['admins.', 'console.'],
  ip_list: ['ipLists.', 'defender.'],
  pgp_key: ['pgpKeys.'],
  settings: ['settings.', 'certificate.', 'setup.get', 'server.status'],
};

/** Connects the transport's messages with the stores: the only place that reads them. */
export function connectPush(parts: {
  readonly client: Client;
  readonly queries: QueryCache;
  readonly feed: Feed;
  readonly live: StoreApi<Live>;
  readonly noticed: ReadonlySet<(notice: Notice) => void>;
}): void {
  const { client, queries, feed, live, noticed } = parts;

  async function loadStatus(): Promise<void> {
    const [status, unread] = await Promise.all([client.call('server.status'), countUnread()]);
    live.setState({ status, sessions: status.sessions, traffic: status.traffic, unread });
  }

  /** None where they may not be read. */
  async function countUnread(): Promise<number> {
    try {
      return (await client.call('notifications.list', { limit: 1 })).unread;
    } catch (error) {
      if (asAppError(error).code === 'forbidden') return 0;
      throw error;
    }
  }

  /** What the status tells may be outdated: asked again, and left as it is when the engine does not answer; the link says that already. */
  function refreshStatus(): void {
    loadStatus().catch(() => undefined);
  }

  function receive(message: PushMessage): void {
    switch (message.kind) {
      case 'events': {
        const outdated = new Set(
          message.events.flatMap((event) => (event.schema === 'BASE' ? (OUTDATED_BY[event.basetype ?? ''] ?? []) : [])),
        );
        if (outdated.size > 0) queries.invalidate(...outdated);
        feed.receive(message);
        break;
      }
      case 'runs':
        queries.invalidate('runs.', 'rules.summary');
        break;
      case 'health':
        refreshStatus();
        break;
      case 'config-changed':
        queries.invalidate('settings.', 'certificate.', 'defender.', 'ipLists.');
        refreshStatus();
        break;
      case 'sessions':
        live.setState({ sessions: message.sessions, traffic: message.traffic });
        break;
      case 'notice':
        live.setState({ unread: message.unread });
        queries.invalidate('notifications.');
        if (message.desktop) for (const listener of noticed) listener(message.notice);
        break;
      case 'self-test':
        live.setState({ selfTest: message.rows });
        break;
      case 'progress':
        // Whoever began the work listens itself.
        break;
      case 'connection':
        live.setState({ connections: withConnection(live.getState().connections, message.connection) });
        break;
    }
  }

  let wasLive = false;
  client.transport.subscribe({
    message: receive,
    state(link) {
      live.setState({ link });
      if (link.kind !== 'live') return;
      refreshStatus();
      // The engine may be another one by now: nothing that was read before is certain.
      if (wasLive) {
        queries.invalidate('');
        feed.reconnected();
      }
      wasLive = true;
    },
  });
}

function withConnection(known: readonly ConnectionProgress[], next: ConnectionProgress): readonly ConnectionProgress[] {
  return [next, ...known.filter(({ id }) => id !== next.id)].slice(0, MOST_CONNECTIONS);
}
