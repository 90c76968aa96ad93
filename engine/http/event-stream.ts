import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError, fromErrorData } from '../contract/errors.ts';
import type { StoredEvent } from '../contract/event.ts';
import type { PushMessage } from '../contract/push.ts';
import type { ApiPermission } from '../contract/method.ts';
import type { Envelope, Output } from '../contract/rpc.ts';
import { type LogPosition, nextPosition, parsePosition, POSITION } from '../events/log-position.ts';
import type { Caller } from '../rpc/caller.ts';
import type { Dispatch } from '../rpc/dispatch.ts';
import type { Scopes } from '../rpc/role-scope.ts';

/** Server-sent events (HTML standard, 9.2), to be read by `fetch` with the bearer token. */

export type StreamServices = {
  readonly dispatch: Dispatch;
  readonly scopes: Scopes;
  readonly subscribe: (listener: (message: PushMessage) => void) => () => void;
};

/** Who asks, over a request that may outlast what he was granted. */
export type Asker = {
  readonly caller: Caller;
  /** Given when his session ends or loses rights; the reason is the AppError that he is to be told. */
  readonly ended: AbortSignal;
};

/** A reader with more than this unsent is disconnected; it comes back with its last id and misses nothing. */
const LARGEST_BACKLOG_BYTES = 1024 * 1024;
const HEARTBEAT_MS = 15_000;
const RECONNECT_AFTER_MS = 2000;
const CATCH_UP_PAGE = 500;
const NOTHING_REMOVED = { to: 0, times: 0 };
const POSITION_HEADER = 'last-event-id';

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
 * Rejects, before anything is sent, when the id is none or the log does not hold what follows it any more. Resolves when the live part has begun or the client has gone.
 * The stream ends with the session; the client that comes back learns why.
 */
export async function streamEvents(
  request: IncomingMessage,
  response: ServerResponse,
  { caller, ended }: Asker,
  services: StreamServices,
): Promise<void> {
  const scope = services.scopes(caller);
  const hears = (kind: PushMessage['kind']): boolean => caller.permissions.has(NEEDED[kind]);
  const since = async ({ id, removals }: LogPosition): Promise<Envelope<Output<'events.since'>>> =>
    (await services.dispatch('events.since', { id, limit: CATCH_UP_PAGE, ...(removals === null ? {} : { removals }) }, caller)) as Envelope<
      Output<'events.since'>
    >;

  const given = request.headers['last-event-id'];
  let position = given === undefined ? undefined : positionOf(String(given));
  const first = position === undefined ? undefined : await since(position);
  if (first?.ok === false) throw fromErrorData({ ...first.error, field: POSITION_HEADER });
  ended.throwIfAborted();

  /** Id of the last event sent; undefined until there is one. */
  let last = position?.id;
  let live = position === undefined;
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

  ended.addEventListener('abort', () => response.end());

  for (let page: Envelope<Output<'events.since'>> | undefined = first; position !== undefined && !live && !isOver(); page = undefined) {
    page ??= await since(position);
    if (!page.ok) {
      // The client asks again with its last id and gets the reason then.
      response.destroy();
      return;
    }
    const { events, cursor, newestId, removed } = page.value;
    sendEvents(last ?? 0, events, removed);
    position = { id: cursor ?? newestId, removals: removed.times };
    if (cursor === null && !behind) live = true;
    else if (cursor === null) behind = false;
    await drained();
  }

  /** The client has gone, or was told the end. */
  function isOver(): boolean {
    return response.destroyed || response.writableEnded;
  }

  /** `removed` where the events are of the past. */
  function sendEvents(previousSeq: number, events: readonly StoredEvent[], removed = NOTHING_REMOVED): void {
    const seen = last;
    const fresh = events.filter((event) => (seen === undefined || event._id > seen) && scope.sees(event));
    const newest = fresh.at(-1)?._id;
    if (newest === undefined || !hears('events')) return;
    last = newest;
    sendMessage({ kind: 'events', previousSeq: seen ?? previousSeq, events: fresh }, nextPosition(removed, newest));
  }

  function sendHeard(message: Exclude<PushMessage, { readonly kind: 'events' }>): void {
    const heard = scope.hears(message);
    if (heard !== null) sendMessage(heard);
  }

  function sendMessage(message: PushMessage, id?: number | string): void {
    send(`${id === undefined ? '' : `id: ${id}\n`}event: ${message.kind}\ndata: ${JSON.stringify(message)}\n\n`);
  }

  function send(text: string): void {
    // Ended by a sign-out or a stop, and not flushed yet.
    if (response.writableEnded) return;
    response.write(text);
    if (response.writableLength > LARGEST_BACKLOG_BYTES) response.destroy();
  }

  async function drained(): Promise<void> {
    if (!response.writableNeedDrain || isOver()) return;
    await new Promise<void>((resolve) => {
      response.once('drain', resolve);
      response.once('close', resolve);
    });
  }
}

function positionOf(text: string): LogPosition {
  if (POSITION.test(text)) return parsePosition(text);
  throw new AppError('invalid_input', 'Last-Event-ID: send it as the stream gave it, or 0 for all there is.', { field: POSITION_HEADER });
}
