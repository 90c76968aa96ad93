import { createServer, type Socket } from 'node:net';
import { type Clock, systemClock } from '../../lib/clock.ts';
import { listenFailure } from '../../lib/port-owner.ts';
import type { HostKey } from '../host-keys.ts';
import { DEFAULT_STRANGER_LIMITS, type Stranger, Strangers } from '../strangers.ts';
import type { ProtocolServer, ProtocolServices } from '../types.ts';
import { offeredAlgorithms } from './algorithms.ts';
import { SshConnection } from './connection.ts';
import { reuseReads } from '../reused-reads.ts';
import { SshServer, socketOf, sshAccelerated } from './ssh2.ts';
import { turnAway } from './turn-away.ts';

const NOTE_EVERY_MS = 10_000;
/** How often a stopping server looks whether the last transfer ended. */
const GRACE_STEP_MS = 50;

export type SftpLimits = {
  /** Time from the connection to a completed sign-in. */
  readonly loginGraceMs: number;
  /** Refused attempts per connection. */
  readonly maxAuthAttempts: number;
  readonly maxConnections: number;
};

export type SftpServerOptions = {
  readonly host: string;
  /** 0: one that is free. */
  readonly port: number;
  readonly hostKeys: readonly HostKey[];
  readonly limits: SftpLimits;
  /** Offers older algorithms too (see algorithms.ts). */
  readonly compatibility: boolean;
  readonly clock?: Clock;
  /** For tests: exchange keys after other amounts than a gigabyte and an hour. */
  readonly rekey?: { readonly bytes: number; readonly ms: number };
};

/**
 * Listens for SSH connections and serves SFTP version 3 on them, and the few commands of exec.ts; nothing else of SSH is offered. Rejects with AppError `port_in_use`,
 * `address_unavailable` or `permission_denied`.
 */
export async function createSftpServer(options: SftpServerOptions, services: ProtocolServices): Promise<ProtocolServer> {
  const { limits, clock = systemClock } = options;
  const connections = new Map<Socket, SshConnection>();
  let stopping = false;

  const ssh = new SshServer({
    hostKeys: options.hostKeys.map((key) => key.privateKey),
    algorithms: offeredAlgorithms(options.compatibility),
    ident: 'Gatehouse',
    keepaliveInterval: 15_000,
    keepaliveCountMax: 3,
  });
  ssh.on('error', (error: Error) => services.log.error('The SSH server failed.', error));
  ssh.on('connection', (connection, info) => {
    const known = connections.get(socketOf(connection));
    if (known === undefined) connection.end();
    else known.attach(connection, info);
  });

  const strangers = new Strangers(services.strangers ?? (() => DEFAULT_STRANGER_LIMITS));

  /** A place for the connection; null where there is none. */
  function welcome({ address }: SshConnection, socket: Socket): Stranger | null {
    if (stopping || connections.size >= limits.maxConnections) return null;
    const stranger = strangers.admit(address, () => socket.destroy());
    if (stranger === null) services.reportOffence?.({ kind: 'limit', protocol: 'SFTP', address });
    return stranger;
  }

  let turnedAway = 0;
  let notedAt = Number.NEGATIVE_INFINITY;
  /** One line in ten seconds, so that a flood does not fill the log as well. */
  function noteTurnedAway(address: string): void {
    turnedAway++;
    if (clock.now() - notedAt < NOTE_EVERY_MS) return;
    services.log.warn(`Connections were turned away because too many are open: ${turnedAway}, the last from ${address}.`);
    notedAt = clock.now();
    turnedAway = 0;
  }

  // noDelay: without it each small packet waits for the peer's delayed acknowledgement, a fifth of the throughput without ssh2's addon.
  const listener = createServer({ noDelay: true, pauseOnConnect: true }, (accepted) => {
    const socket = reuseReads(accepted, (bytes) => connection.keepsBytes(bytes));
    const connection: SshConnection = new SshConnection(socket, {
      loginGraceMs: limits.loginGraceMs,
      maxAuthAttempts: limits.maxAuthAttempts,
      services,
      now: clock.now,
      isStopping: () => stopping,
      signedIn: () => stranger?.leave(),
      ...(options.rekey === undefined ? {} : { rekey: options.rekey }),
    });
    const closedBecause = services.closedBecause?.(connection.address, 'SFTP') ?? null;
    if (closedBecause !== null) {
      connection.progress.trouble(closedBecause);
      turnAway(socket, closedBecause);
      return;
    }
    const stranger = welcome(connection, socket);
    if (stranger === null) {
      noteTurnedAway(connection.address);
      connection.progress.trouble('Too many connections. Try again later.');
      socket.on('error', () => undefined);
      socket.end('Too many connections. Try again later.\r\n', () => socket.destroy());
      return;
    }
    connections.set(socket, connection);
    void connection.ended.then(() => {
      stranger.leave();
      connections.delete(socket);
    });
    ssh.injectSocket(socket);
  });

  await new Promise<void>((resolve, reject) => {
    listener.once('error', (error) => void listenFailure(error, options.host, options.port).then(reject));
    listener.listen(options.port, options.host, resolve);
  });
  listener.removeAllListeners('error').on('error', (error) => services.log.error('The SFTP listener failed.', error));
  services.log.info(`SSH ciphers run ${sshAccelerated() ? 'compiled' : 'in JavaScript: transfers are up to half as fast'}.`);

  const bound = listener.address();
  return {
    port: bound !== null && typeof bound === 'object' ? bound.port : options.port,
    async stop(graceMs) {
      stopping = true;
      const closed = new Promise<void>((resolve) => listener.close(() => resolve()));
      const deadline = performance.now() + graceMs;
      const isBusy = (): boolean => [...connections.values()].some((connection) => connection.openTransfers > 0);
      while (isBusy() && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, GRACE_STEP_MS));
      await Promise.all([...connections.values()].map((connection) => connection.end('shutting_down')));
      await closed;
    },
  };
}
