import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { randomBytes } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { systemClock } from '../../lib/clock.ts';
import { listenFailure } from '../../lib/port-owner.ts';
import type { ProtocolServer, ProtocolServices } from '../types.ts';
import { ProgressOfConnection } from '../connection-progress.ts';
import { plainAddress, PublicAddress } from './addresses.ts';
import { ControlConnection } from './control-connection.ts';
import { DEFAULT_LIMITS, type FtpServerOptions, type ServerContext } from './options.ts';
import { PassivePorts } from './passive-ports.ts';
import { formatReply } from './replies.ts';

/** Control connections are silent during long transfers; this keeps routers from forgetting them. */
const KEEP_ALIVE_MS = 60_000;
/** What `stop` waits for beyond the grace, for aborted transfers to be recorded. */
const ABORT_WAIT_MS = 5000;

/**
 * Starts an FTP server with explicit TLS (RFC 959, 1123, 2228, 2389, 2428, 2640, 3659, 4217) on one address. Rejects with AppError
 * `port_in_use` (naming the program that has it, where that can be
 * found out), `address_unavailable` or `permission_denied`.
 */
export async function createFtpServer(options: FtpServerOptions, services: ProtocolServices): Promise<ProtocolServer> {
  const clock = options.clock ?? systemClock;
  const context: ServerContext = {
    requireTls: options.requireTls,
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    services,
    clock,
    secureContext: createSecureContext({
      ...options.certificate.tls,
      minVersion: 'TLSv1.2',
      honorCipherOrder: true,
      sessionIdContext: 'gatehouse-ftp',
      ticketKeys: randomBytes(48),
    }),
    ports: new PassivePorts(options.passiveFrom, options.passiveTo),
    publicAddress: new PublicAddress(options.publicAddress, clock),
  };
  const connections = new Set<ControlConnection>();
  const server = createServer({ noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS }, (socket) =>
    accept(socket, context, connections),
  );
  await listen(server, options.host, options.port);
  server.on('error', (error) => services.log.error('the FTP listener failed', error));
  const bound = server.address();
  return {
    port: bound !== null && typeof bound === 'object' ? bound.port : options.port,
    stop: (graceMs) => stop(server, connections, graceMs),
  };
}

function accept(socket: Socket, context: ServerContext, connections: Set<ControlConnection>): void {
  const refusal =
    connections.size >= context.limits.connections ? 'Too many connections. Try again in a moment.' : context.services.closedBecause?.();
  if (refusal !== undefined && refusal !== null) {
    turnAway(socket, refusal, context);
    return;
  }
  const connection = new ControlConnection(socket, context);
  connections.add(connection);
  void connection.closed.then(() => connections.delete(connection));
}

/** Says why nobody is let in, and ends the connection (RFC 959 §5.4: 421 in place of 220). */
function turnAway(socket: Socket, reason: string, { services }: ServerContext): void {
  const progress = new ProgressOfConnection(services.progress, 'FTP', plainAddress(socket.remoteAddress ?? ''));
  progress.trouble(reason);
  progress.closed();
  socket.on('error', () => undefined);
  socket.end(formatReply(421, reason));
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  try {
    server.listen({ host, port });
    await once(server, 'listening');
  } catch (error) {
    throw await listenFailure(error, host, port);
  }
}

async function stop(server: Server, connections: ReadonlySet<ControlConnection>, graceMs: number): Promise<void> {
  server.close();
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
