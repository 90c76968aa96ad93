import type { IncomingMessage, ServerResponse } from 'node:http';
import type { StoredEvent } from '../contract/event.ts';
import type { PushMessage } from '../contract/push.ts';
import type { ApiPermission } from '../contract/method.ts';
import type { Envelope, Output } from '../contract/rpc.ts';
import type { Caller } from '../rpc/caller.ts';
import type { Dispatch } from '../rpc/dispatch.ts';
import type { Scopes } from '../rpc/role-scope.ts';
import { sendEnvelope } from './respond.ts';

/** Server-sent events (HTML standard, 9.2), to be read by `fetch` with the bearer token. */

export type StreamServices = {
  readonly dispatch: Dispatch;
  readonly scopes: Scopes;
  readonly subscribe: (listener: (message: PushMessage) => void) => () => void;
};

/** A reader with more than this unsent is disconnected; it comes back with its last id and misses nothing. */
const LARGEST_BACKLOG_BYTES = 1024 * 1024;
const HEARTBEAT_MS = 15_000;
const RECONNECT_AFTER_MS = 2000;
const CATCH_UP_PAGE = 500;

/** Who may hear what. */
const NEEDED: { readonly [Kind in PushMessage['kind']]: ApiPermission } = {
  events: 'events.read',
  runs: 'rules.read',
  health: 'status',
  'config-changed': 'settings.read',
  sessions: 'status',
  notice: 'events.read',
  progress: 'machine',
  'self-test': 'machine',
  connection: 'status',
};

/**
 * Answers with the stream: after `Last-Event-ID` first everything since that id, then what happens. Without it, from now on.
 * Answers with an error envelope when the id is not in the log any more. Resolves when the live part has begun or the client has gone.
 */
export async function streamEvents(
  request: IncomingMessage,
  response: ServerResponse,
  caller: Caller,
  services: StreamServices,
): Promise<void> {
  const scope = services.scopes(caller);
  const hears = (kind: PushMessage['kind']): boolean => caller.permissions.has(NEEDED[kind]);
  const since = async (id: unknown): Promise<Envelope<Output<'events.since'>>> =>
    (await services.dispatch('events.since', { id, limit: CATCH_UP_PAGE }, caller)) as Envelope<Output<'events.since'>>;

  const given = request.headers['last-event-id'];
  const first = given === undefined ? undefined : await since(/^\d{1,15}$/.test(String(given)) ? Number(given) : given);
  if (first?.ok === false) {
    sendEnvelope(request, response, first);
    return;
  }

  /** Id of the last event sent; undefined until there is one. */
  let last = given === undefined ? undefined : Number(given);
  let live = given === undefined;
  /** Something was committed while the past was being read. */
  let behind = true;

  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
  response.write(`retry: ${RECONNECT_AFTER_MS}\n\n`);
  const heartbeat = setInterval(() => send(': still here\n\n'), HEARTBEAT_MS).unref();
  const unsubscribe = services.subscribe((message) => {
    if (!hears(message.kind)) return;
    if (message.kind !== 'events') sendHeard(message);
    else if (live) sendEvents(message.previousSeq, message.events);
    else behind = true;
  });
  response.on('close', () => {
    clearInterval(heartbeat);
    unsubscribe();
  });

  for (let page: Envelope<Output<'events.since'>> | undefined = first; !live && !response.destroyed; ) {
    page ??= await since(last);
    if (!page.ok) {
      // The client asks again with its last id and gets the reason then.
      response.destroy();
      return;
    }
    sendEvents(last ?? 0, page.value.events);
    if (page.value.events.length === 0 && !behind) live = true;
    else if (page.value.events.length === 0) behind = false;
    await drained();
    page = undefined;
  }

  function sendEvents(previousSeq: number, events: readonly StoredEvent[]): void {
    const seen = last;
    const fresh = events.filter((event) => (seen === undefined || event._id > seen) && scope.sees(event));
    const newest = fresh.at(-1)?._id;
    if (newest === undefined || !hears('events')) return;
    last = newest;
    sendMessage({ kind: 'events', previousSeq: seen ?? previousSeq, events: fresh }, newest);
  }

  function sendHeard(message: Exclude<PushMessage, { readonly kind: 'events' }>): void {
    const heard = scope.hears(message);
    if (heard !== null) sendMessage(heard);
  }

  function sendMessage(message: PushMessage, id?: number): void {
    send(`${id === undefined ? '' : `id: ${id}\n`}event: ${message.kind}\ndata: ${JSON.stringify(message)}\n\n`);
  }

  function send(text: string): void {
    // Ended by a sign-out or a stop, and not flushed yet.
    if (response.writableEnded) return;
    response.write(text);
    if (response.writableLength > LARGEST_BACKLOG_BYTES) response.destroy();
  }

  async function drained(): Promise<void> {
    if (!response.writableNeedDrain || response.destroyed) return;
    await new Promise<void>((resolve) => {
      response.once('drain', resolve);
      response.once('close', resolve);
    });
  }
}
