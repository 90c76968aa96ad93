import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { SecureContextOptions } from 'node:tls';
import type { ApiTokens } from '../accounts/api-tokens.ts';
import type { SessionEnd } from '../accounts/session-end.ts';
import { TOKEN_PREFIXES } from '../accounts/token-text.ts';
import { AppError, toAppError } from '../contract/errors.ts';
import { isLoopback } from '../lib/address.ts';
import type { Logger } from '../lib/log.ts';
import { listenFailure } from '../lib/port-owner.ts';
import type { Caller } from '../rpc/caller.ts';
import { readJson } from './body.ts';
import { clientOf, type ConsoleService, identitySignIn, signIn, signInWays, signOut } from './console-endpoints.ts';
import { type Asker, type StreamServices, streamEvents } from './event-stream.ts';
import { bearerToken, createGuard, type Guard } from './guard.ts';
import { allowMethod, sendEnvelope, setSecurityHeaders } from './respond.ts';

export type HttpServices = StreamServices & {
  readonly tokens: Pick<ApiTokens, 'check' | 'onEnd'>;
  readonly log: Logger;
  /** The browser console; left out: an API only. */
  readonly console?: ConsoleService;
  /** Why nobody at this address is served, for him to read; null when he is. */
  readonly refusal?: (address: string) => string | null;
  /** Answers what is under /api/. */
  readonly api?: (request: IncomingMessage, response: ServerResponse, asker: Asker) => Promise<void>;
};

/** A running server of console and API. */
export type HttpServer = {
  /** The port really bound (useful with port 0). */
  readonly port: number;
  /** `http://127.0.0.1:N`, or `https://ADDRESS:N`, without a slash at the end. */
  readonly url: string;
  /** Shows another certificate to whoever connects from now on. Only where there is TLS. */
  renew(tls: SecureContextOptions): void;
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
const MOST_CONNECTIONS = 512;
const LARGEST_HEADERS_BYTES = 16 * 1024;

/** Where to listen; beyond this machine with a certificate only. */
export type HttpEndpoint = {
  readonly host: string;
  readonly port: number;
  readonly tls?: SecureContextOptions;
  /** Names by which it is called besides the address that it is bound to, asked at each request. */
  readonly names?: () => readonly string[];
};

/**
 * Serves on a loopback address, or elsewhere over TLS: the console's files and `/console/sign-in` to everybody who comes, and to bearers of a token
 * `POST /rpc/<method>`, `GET /events/stream`, `GET /health`, `POST /console/sign-out` and what is under `/api/`.
 * Rejects with `invalid_input` for other addresses without TLS, `port_in_use`, `address_unavailable` or `permission_denied`.
 */
export async function createHttpServer(at: HttpEndpoint, services: HttpServices): Promise<HttpServer> {
  if (!isLoopback(at.host) && at.tls === undefined) {
    throw new AppError(
      'invalid_input',
      `Without TLS the console can only be bound to this machine, not to ${at.host}. Use 127.0.0.1, ::1 or localhost.`,
      { field: 'http' },
    );
  }
  const { server, renew } = createListener(at.tls);
  server.maxConnections = MOST_CONNECTIONS;
  server.setTimeout(IDLE_MS);
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy();
    const status = error.code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : '400 Bad Request';
    socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  });
  await listen(server, at.host, at.port);
  const { address, port } = server.address() as AddressInfo;
  const scheme = at.tls === undefined ? 'http' : 'https';
  const guard = createGuard({ scheme, boundHost: address, port, names: at.names ?? (() => []) });
  const open: Open = new Map();
  // What is still being told to a session stops with it.
  const endSession: SessionEnd = (sessionId, why) => {
    for (const { caller, ended } of open.values()) if (caller.sessionId === sessionId) ended.abort(endOf(caller, why));
  };
  const unsubscribe = [services.tokens.onEnd(endSession), services.console?.sessions.onEnd(endSession)];
  server.on('request', (request, response) => {
    answer(request, response, guard, services, open).catch((thrown: unknown) => {
      const error = toAppError(thrown);
      if (error.kind === 'ours') services.log.error(`${request.method ?? '?'} failed`, error);
      sendEnvelope(request, response, { ok: false, error: error.toData() });
    });
  });
  return {
    port,
    url: `${scheme}://${address.includes(':') ? `[${address}]` : address}:${port}`,
    renew,
    stop: async (graceMs) => {
      for (const end of unsubscribe) end?.();
      await stop(server, open, graceMs);
    },
  };
}

/** Answers that are not complete, and what ends them before their time. */
type Open = Map<ServerResponse, { readonly caller: Caller; readonly ended: AbortController }>;

/** What a waiting request is told when its session ends under it. */
function endOf(caller: Caller, why: Parameters<SessionEnd>[1]): AppError {
  if (why === 'changed') return new AppError('forbidden', 'What you may do was changed while this request waited. Ask again.');
  return caller.kind === 'console'
    ? new AppError('unauthenticated', SESSION_ENDED)
    : new AppError('unauthenticated', 'This token was deleted or has expired while the request waited. Use another one.');
}

const SESSION_ENDED = 'This console session has ended. Sign in again, or open a new link with: gatehouse open';

/** What programs ask again and again by themselves: a session that nobody uses is not kept alive by it. */
const OF_ITSELF = /^\/(events\/stream|api\/event\/(poll|stream)|rpc\/events\.since)$/;

const LIMITS = {
  maxHeaderSize: LARGEST_HEADERS_BYTES,
  headersTimeout: HEADERS_WITHIN_MS,
  requestTimeout: REQUEST_WITHIN_MS,
  keepAliveTimeout: KEEP_ALIVE_MS,
} as const;

function createListener(tls: SecureContextOptions | undefined): { server: Server | TlsServer; renew: HttpServer['renew'] } {
  if (tls === undefined) return { server: createServer(LIMITS), renew: () => undefined };
  const server = createTlsServer({ ...LIMITS, ...tls, minVersion: 'TLSv1.2', handshakeTimeout: HEADERS_WITHIN_MS });
  // A handshake that fails is the client's business: strangers knock with anything.
  server.on('tlsClientError', (_, socket) => socket.destroy());
  return { server, renew: (next) => server.setSecureContext({ ...next, minVersion: 'TLSv1.2' }) };
}

async function answer(request: IncomingMessage, response: ServerResponse, guard: Guard, services: HttpServices, open: Open): Promise<void> {
  setSecurityHeaders(response);
  guard(request);
  const refusal = services.refusal?.(request.socket.remoteAddress ?? '') ?? null;
  if (refusal !== null) throw new AppError('forbidden', refusal);
  const [path = ''] = (request.url ?? '').split('?');
  if (services.console !== undefined) {
    if (path === '/console/sign-in') {
      if (request.method === 'GET') signInWays(request, response, services.console);
      else await signIn(request, response, services.console);
      return;
    }
    if (path === '/console/identity') {
      await identitySignIn(request, response, services.console);
      return;
    }
    if (await services.console.files.serve(path, request, response)) return;
  }
  const caller = authenticate(request, path, services);
  const ended = new AbortController();
  open.set(response, { caller, ended });
  response.on('close', () => open.delete(response));
  await answerCaller(request, response, path, { caller, ended: ended.signal }, services);
}

/** Everything that needs a token. */
async function answerCaller(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  asker: Asker,
  services: HttpServices,
): Promise<void> {
  const { caller } = asker;
  if (path.startsWith('/rpc/')) {
    if (!allowMethod(request, response, 'POST')) return;
    const input = await readJson(request);
    // `{}` stands for "no input" in methods that take none.
    sendEnvelope(request, response, await services.dispatch(decodeName(path.slice('/rpc/'.length)), input, caller));
  } else if (path === '/events/stream') {
    if (!allowMethod(request, response, 'GET')) return;
    if (!caller.permissions.has('events.read'))
      throw new AppError('forbidden', 'This token may not read the stream: it lacks the permission events.read. Use one that has it.');
    await streamEvents(request, response, asker, services);
  } else if (path === '/health') {
    if (!allowMethod(request, response, 'GET')) return;
    sendEnvelope(request, response, { ok: true, value: { status: 'ok' } });
  } else if (path === '/console/sign-out' && services.console !== undefined) {
    await signOut(request, response, caller, services.console.sessions);
  } else if (path.startsWith('/api/') && services.api !== undefined) {
    await services.api(request, response, asker);
  } else {
    throw new AppError('not_found', 'There is nothing at this address. Methods are called by POST /rpc/<method>; see docs/api.md.');
  }
}

function authenticate(request: IncomingMessage, path: string, services: HttpServices): Caller {
  const token = bearerToken(request);
  if (token === undefined) throw new AppError('unauthenticated', 'Sign in first: send a token as "Authorization: Bearer …".');
  const transport = { address: request.socket.remoteAddress ?? null, protocol: 'HTTP', client: clientOf(request) } as const;
  if (services.console !== undefined && token.startsWith(TOKEN_PREFIXES.console)) {
    const holder = services.console.sessions.check(token, transport.address, { keepsAlive: !OF_ITSELF.test(path) });
    if (holder === null) throw new AppError('unauthenticated', SESSION_ENDED);
    return { ...holder, ...transport, origin: 'console' };
  }
  const holder = services.tokens.check(token, transport.address);
  if (holder === null) throw new AppError('unauthenticated');
  return { ...holder, ...transport, origin: 'api' };
}

/** The name as it was typed; a broken escape is no method either way. */
function decodeName(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function listen(server: Server | TlsServer, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => void listenFailure(error, host, port).then(reject));
    server.listen({ host, port, exclusive: true }, resolve);
  });
}

/** Server-sent events, which do not end by themselves. */
function isStream(response: ServerResponse): boolean {
  return String(response.getHeader('content-type') ?? '').startsWith('text/event-stream');
}

async function stop(server: Server | TlsServer, open: Open, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const response of open.keys()) if (isStream(response)) response.end();
  const timer = setTimeout(() => server.closeAllConnections(), graceMs);
  server.closeIdleConnections();
  await closed;
  clearTimeout(timer);
}
