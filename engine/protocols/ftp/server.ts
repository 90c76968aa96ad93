import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { constants, randomBytes } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';
import { systemClock } from '../../lib/clock.ts';
import { listenFailure } from '../../lib/port-owner.ts';
import { DEFAULT_STRANGER_LIMITS, Strangers } from '../strangers.ts';
import type { ProtocolServer, ProtocolServices } from '../types.ts';
import { ProgressOfConnection } from '../connection-progress.ts';
import { plainAddress, PublicAddress } from './addresses.ts';
import { ControlConnection } from './control-connection.ts';
import { DEFAULT_LIMITS, type FtpServerOptions, type ServerContext, type SessionReuse } from './options.ts';
import { PassivePorts } from './passive-ports.ts';
import { formatReply } from './replies.ts';

/** Control connections are silent during long transfers; this keeps routers from forgetting them. */
const KEEP_ALIVE_MS = 60_000;
/** With forward secrecy and authenticated encryption: testssl.sh finds nothing weak in them. The first three are those of TLS 1.3. */
const CIPHERS = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  ...['ECDSA', 'RSA'].flatMap((key) => [
    `ECDHE-${key}-AES128-GCM-SHA256`,
    `ECDHE-${key}-AES256-GCM-SHA384`,
    `ECDHE-${key}-CHACHA20-POLY1305`,
  ]),
].join(':');
/** What `stop` waits for beyond the grace, for aborted transfers to be recorded. */
const ABORT_WAIT_MS = 5000;
const TOO_MANY = 'Too many connections. Try again in a moment.';

export type FtpServer = ProtocolServer & {
  /** The port with implicit TLS that is really bound; null without one. */
  readonly implicitTlsPort: number | null;
  /** Shows this certificate to whoever begins TLS from now on; connections that are secure already stay as they are. */
  replaceCertificate(certificate: FtpServerOptions['certificate']): void;
};

/**
 * Starts an FTP server with explicit TLS (RFC 959, 1123, 2228, 2389, 2428, 2640, 3659, 4217) on one address, on a second port with implicit
 * TLS where that is wanted. Rejects with AppError `port_in_use` (naming the program that has it, where that can be found out),
 * `address_unavailable` or `permission_denied`.
 */
export async function createFtpServer(options: FtpServerOptions, services: ProtocolServices): Promise<FtpServer> {
  const clock = options.clock ?? systemClock;
  const sessionReuse = options.sessionReuse ?? 'off';
  let makeSecureContext = secureContexts(options.certificate, sessionReuse);
  const context: ServerContext = {
    requireTls: options.requireTls,
    sessionReuse,
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    services,
    clock,
    secureContext: () => makeSecureContext(),
    ports: new PassivePorts(options.passiveFrom, options.passiveTo),
    publicAddress: new PublicAddress(options.publicAddress, clock),
    strangers: new Strangers(services.strangers ?? (() => DEFAULT_STRANGER_LIMITS)),
  };
  const connections = new Set<ControlConnection>();
  const listenFor = async (port: number, implicitTls: boolean): Promise<Server> => {
    const server = createServer({ noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS }, (socket) =>
      accept(socket, { context, connections, implicitTls }),
    );
    await listen(server, options.host, port);
    server.on('error', (error) => services.log.error('the FTP listener failed', error));
    return server;
  };
  const explicit = await listenFor(options.port, false);
  let implicit: Server | null = null;
  try {
    if (typeof options.implicitTlsPort === 'number') implicit = await listenFor(options.implicitTlsPort, true);
  } catch (error) {
    explicit.close();
    throw error;
  }
  return {
    port: boundPort(explicit),
    implicitTlsPort: implicit === null ? null : boundPort(implicit),
    replaceCertificate(certificate) {
      makeSecureContext = secureContexts(certificate, sessionReuse);
    },
    stop: async (graceMs) => {
      await stop(implicit === null ? [explicit] : [explicit, implicit], connections, graceMs);
      const { taken } = context.ports;
      if (taken > 0) services.log.error(`${taken} passive ports were not given back`);
    },
  };
}

/**
 * One TLS context for all connections. Where the reuse of sessions is looked at, one for each control connection instead, with ticket keys
 * of its own: a session that somebody else has with this server then does not count.
 */
function secureContexts({ tls }: FtpServerOptions['certificate'], sessionReuse: SessionReuse): () => SecureContext {
  const create = (): SecureContext =>
    createSecureContext({
      ...tls,
      minVersion: 'TLSv1.2',
      ciphers: CIPHERS,
      // A client could make the server compute one handshake after another on a single connection.
      secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
      honorCipherOrder: true,
      sessionIdContext: 'gatehouse-ftp',
      ticketKeys: randomBytes(48),
    });
  const shared = create();
  return sessionReuse === 'off' ? () => shared : create;
}

function boundPort(server: Server): number {
  const bound = server.address();
  if (bound === null || typeof bound !== 'object') throw new Error('The FTP listener has no port.');
  return bound.port;
}

type Listening = { readonly context: ServerContext; readonly connections: Set<ControlConnection>; readonly implicitTls: boolean };

function accept(socket: Socket, { context, connections, implicitTls }: Listening): void {
  const { services } = context;
  const address = plainAddress(socket.remoteAddress ?? '');
  const protocol = implicitTls ? 'FTPS' : 'FTP';
  const closedBecause = services.closedBecause?.(address, protocol) ?? null;
  if (closedBecause !== null) {
    turnAway(socket, closedBecause, context, implicitTls);
    return;
  }
  if (connections.size >= context.limits.connections) {
    turnAway(socket, TOO_MANY, context, implicitTls);
    return;
  }
  const stranger = context.strangers.admit(address, () => socket.destroy());
  if (stranger === null) {
    services.reportOffence?.({ kind: 'limit', protocol, address });
    turnAway(socket, TOO_MANY, context, implicitTls);
    return;
  }
  const connection = new ControlConnection(socket, context, { implicitTls, stranger });
  connections.add(connection);
  void connection.closed.then(() => {
    stranger.leave();
    connections.delete(connection);
  });
}

/** Says why nobody is let in, and ends the connection (RFC 959 §5.4: 421 in place of 220); without words where TLS was to begin. */
function turnAway(socket: Socket, reason: string, { services }: ServerContext, implicitTls: boolean): void {
  const progress = new ProgressOfConnection(services.progress, 'FTP', plainAddress(socket.remoteAddress ?? ''));
  progress.trouble(reason);
  progress.closed();
  socket.on('error', () => undefined);
  if (implicitTls) socket.destroy();
  else socket.end(formatReply(421, reason));
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  try {
    server.listen({ host, port });
    await once(server, 'listening');
  } catch (error) {
    throw await listenFailure(error, host, port);
  }
}

async function stop(servers: readonly Server[], connections: ReadonlySet<ControlConnection>, graceMs: number): Promise<void> {
  for (const server of servers) server.close();
  const all = [...connections];
  for (const connection of all) connection.stop();
  const ended = Promise.all(all.map((connection) => connection.closed));
  if (!(await within(ended, graceMs))) {
    for (const connection of connections) connection.destroy('shutting_down');
    await within(ended, ABORT_WAIT_MS);
  }
}

/** Whether `promise` resolves within `ms`. */
async function within(promise: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => (timer = setTimeout(() => resolve(false), ms)));
  const done = await Promise.race([promise.then(() => true), late]);
  clearTimeout(timer);
  return done;
}
