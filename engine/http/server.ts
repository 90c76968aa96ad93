import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ApiTokens } from '../accounts/api-tokens.ts';
import { AppError, toAppError } from '../contract/errors.ts';
import { isLoopback } from '../lib/address.ts';
import type { Logger } from '../lib/log.ts';
import { listenFailure } from '../lib/port-owner.ts';
import type { Caller } from '../rpc/caller.ts';
import { readJson } from './body.ts';
import { type StreamServices, streamEvents } from './event-stream.ts';
import { bearerToken, createGuard, type Guard } from './guard.ts';
import { sendEnvelope, setSecurityHeaders } from './respond.ts';

export type HttpServices = StreamServices & { readonly tokens: Pick<ApiTokens, 'check'>; readonly log: Logger };

/** The running loopback server. */
export type HttpServer = {
  /** The port really bound (useful with port 0). */
  readonly port: number;
  /** `http://127.0.0.1:N`, without a slash at the end. */
  readonly url: string;
  /** Stops accepting, ends the streams, lets calls finish for `graceMs`, then closes all connections. */
  stop(graceMs: number): Promise<void>;
};

/** Where the console is served when nobody says otherwise; taken by another program, any free port will do. */
export const DEFAULT_HTTP_PORT = 8590;

const HEADERS_WITHIN_MS = 10_000;
const REQUEST_WITHIN_MS = 60_000;
const KEEP_ALIVE_MS = 5000;
/** A connection on which nothing moves; streams move every 15 s. */
const IDLE_MS = 120_000;
const METHOD_NOT_ALLOWED = 405;
const MOST_CONNECTIONS = 512;
const LARGEST_HEADERS_BYTES = 16 * 1024;

/**
 * Serves `POST /rpc/<method>`, `GET /events/stream` and `GET /health` on a loopback address, each to bearers of a token only.
 * Rejects with `invalid_input` for other addresses, `port_in_use`, `address_unavailable` or `permission_denied`.
 */
export async function createHttpServer(at: { readonly host: string; readonly port: number }, services: HttpServices): Promise<HttpServer> {
  if (!isLoopback(at.host)) {
    throw new AppError('invalid_input', 'The console can only be bound to this machine for now: use 127.0.0.1, ::1 or localhost.', {
      field: 'http',
    });
  }
  const server = createServer({
    maxHeaderSize: LARGEST_HEADERS_BYTES,
    headersTimeout: HEADERS_WITHIN_MS,
    requestTimeout: REQUEST_WITHIN_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
  });
  server.maxConnections = MOST_CONNECTIONS;
  server.setTimeout(IDLE_MS);
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy();
    const status = error.code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : '400 Bad Request';
    socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  });
  await listen(server, at.host, at.port);
  const { address, port } = server.address() as AddressInfo;
  const guard = createGuard(address, port);
  const streams = new Set<ServerResponse>();
  server.on('request', (request, response) => {
    answer(request, response, guard, services, streams).catch((thrown: unknown) => {
      const error = toAppError(thrown);
      if (error.kind === 'ours') services.log.error(`${request.method ?? '?'} failed`, error);
      sendEnvelope(request, response, { ok: false, error: error.toData() });
    });
  });
  return {
    port,
    url: `http://${address.includes(':') ? `[${address}]` : address}:${port}`,
    stop: (graceMs) => stop(server, streams, graceMs),
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  guard: Guard,
  services: HttpServices,
  streams: Set<ServerResponse>,
): Promise<void> {
  setSecurityHeaders(response);
  guard(request);
  const caller = authenticate(request, services.tokens);
  const [path = ''] = (request.url ?? '').split('?');
  if (path.startsWith('/rpc/')) {
    if (request.method !== 'POST') {
      refuseMethod(request, response, 'POST');
      return;
    }
    const input = await readJson(request);
    // `{}` stands for "no input" in methods that take none.
    sendEnvelope(request, response, await services.dispatch(decodeName(path.slice('/rpc/'.length)), input, caller));
  } else if (path === '/events/stream') {
    if (request.method !== 'GET') {
      refuseMethod(request, response, 'GET');
      return;
    }
    if (!caller.permissions.has('events.read'))
      throw new AppError('forbidden', 'This token may not read the stream: it lacks the permission events.read. Use one that has it.');
    streams.add(response);
    response.on('close', () => streams.delete(response));
    await streamEvents(request, response, caller, services);
  } else if (path === '/health') {
    if (request.method !== 'GET') {
      refuseMethod(request, response, 'GET');
      return;
    }
    sendEnvelope(request, response, { ok: true, value: { status: 'ok' } });
  } else {
    throw new AppError('not_found', 'There is nothing at this address. Methods are called by POST /rpc/<method>; see docs/api.md.');
  }
}

function authenticate(request: IncomingMessage, tokens: HttpServices['tokens']): Caller {
  const token = bearerToken(request);
  if (token === undefined) throw new AppError('unauthenticated', 'Sign in first: send a token as "Authorization: Bearer …".');
  const address = request.socket.remoteAddress ?? null;
  const holder = tokens.check(token, address);
  if (holder === null) throw new AppError('unauthenticated');
  const client = request.headers['user-agent'];
  return { ...holder, origin: 'api', address, protocol: 'HTTP', client: client === undefined ? null : client.slice(0, 255) };
}

/** 405 is HTTP's own business and has no code of its own in the table. */
function refuseMethod(request: IncomingMessage, response: ServerResponse, allowed: 'GET' | 'POST'): void {
  response.setHeader('allow', allowed);
  const error = new AppError('unsupported', `This address takes ${allowed} only.`);
  sendEnvelope(request, response, { ok: false, error: error.toData() }, METHOD_NOT_ALLOWED);
}

/** The name as it was typed; a broken escape is no method either way. */
function decodeName(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => void listenFailure(error, host, port).then(reject));
    server.listen({ host, port, exclusive: true }, resolve);
  });
}

async function stop(server: Server, streams: ReadonlySet<ServerResponse>, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const stream of streams) stream.end();
  const timer = setTimeout(() => server.closeAllConnections(), graceMs);
  server.closeIdleConnections();
  await closed;
  clearTimeout(timer);
}
