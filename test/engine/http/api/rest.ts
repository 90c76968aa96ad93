import { onTestFinished } from 'vitest';
import type { StoredEvent } from '../../../../engine/contract/event.ts';
import type { ApiPermission } from '../../../../engine/contract/method.ts';
import { createCallRecorder } from '../../../../engine/events/call-recorder.ts';
import { createLookRecorder } from '../../../../engine/events/look-recorder.ts';
import { createUnavailableRecorder } from '../../../../engine/events/unavailable-recorder.ts';
import { createEventExporter } from '../../../../engine/events/export.ts';
import { type EventDraft, SYSTEM } from '../../../../engine/events/log.ts';
import { createEventPoll, type EventPoll } from '../../../../engine/events/poll.ts';
import { handleApi } from '../../../../engine/http/api/index.ts';
import { createHttpServer } from '../../../../engine/http/server.ts';
import { createLogger, silentSink } from '../../../../engine/lib/log.ts';
import { startApi, type TestApi, TESTER } from '../../../helpers/api.ts';

/** What an address under /api/ answered; `events` for the lists. */
export type RestAnswer = {
  readonly status: number;
  readonly headers: Headers;
  readonly ok: boolean;
  readonly log_id: string;
  readonly oldest_id: number;
  readonly newest_id: number;
  readonly value: { readonly events: StoredEvent[]; readonly cursor: string | number | null; readonly [key: string]: unknown };
  readonly error: { readonly code: string; readonly message: string; readonly field?: string };
};

export type Rest = TestApi & {
  readonly url: string;
  readonly poll: EventPoll;
  /** A token with just these permissions. */
  token(...permissions: ApiPermission[]): Promise<string>;
  /** A request as the owner, or with the token. */
  call(path: string, options?: { readonly method?: string; readonly body?: unknown; readonly token?: string }): Promise<RestAnswer>;
  fetch(path: string, options?: RequestInit): Promise<Response>;
  /** Records failed sign-ins (not pollable) with these names, or deletions (pollable) for names with an exclamation mark. */
  record(...names: string[]): Promise<number[]>;
};

/** The interface behind the real server, on a real log. */
export async function startRest(options: { dataFolder?: string } = {}): Promise<Rest> {
  const api = startApi(options);
  const log = createLogger(silentSink, 'api');
  const poll = createEventPoll({ reader: api.store.reader, events: api.events });
  const { openBatch } = api.store.tables.sessions;
  const services = {
    ...{ store: api.store, events: api.events, poll, log, dispatch: api.dispatch, scopes: api.scopes },
    exporter: createEventExporter({ reader: api.store.reader, publish: () => undefined }),
    subscribe: api.push.subscribe,
    looks: createLookRecorder({ events: api.events, settings: () => api.settings.get().log }),
    calls: createCallRecorder({ events: api.events, settings: () => api.settings.get().log.apiCalls }),
    unavailable: createUnavailableRecorder({ events: api.events, clock: api.clock }),
    openBatch,
  };
  const server = await createHttpServer(
    { host: '127.0.0.1', port: 0 },
    { ...services, tokens: api.tokens, api: (request, response, asker) => handleApi(request, response, asker, services) },
  );
  onTestFinished(async () => {
    poll.close();
    await server.stop(0);
  });
  const rest = (path: string, { headers, ...init }: RequestInit = {}): Promise<Response> =>
    fetch(`${server.url}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${api.tokens.owner}`, ...(headers as Record<string, string> | undefined) },
    });
  return {
    ...api,
    url: server.url,
    poll,
    fetch: rest,
    token: async (...permissions) => (await api.tokens.create({ name: permissions.join(' '), permissions, expiresAt: null }, TESTER)).token,
    async call(path, { method = 'GET', body, token } = {}) {
      const response = await rest(path, {
        method,
        headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      return { status: response.status, headers: response.headers, ...((await response.json()) as object) } as RestAnswer;
    },
    record: async (...names) => (await Promise.all(names.map((name) => api.events.record(draft(name))))).map(({ _id }) => _id),
  };
}

function draft(name: string): EventDraft {
  if (name.endsWith('!')) return { type: 'OBJECT_DELETE', info: { operation: 'delete' }, actor: SYSTEM, path: `/${name}` };
  return {
    type: 'LOGIN_FAILED',
    info: { method: 'password', login: name, reason: 'test' },
    actor: SYSTEM,
    outcome: 'denied',
    path: `/${name}`,
  };
}
