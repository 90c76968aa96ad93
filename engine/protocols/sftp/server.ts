import { createServer, type Socket } from 'node:net';
import { sourceOf } from '../../lib/address.ts';
import { type Clock, systemClock } from '../../lib/clock.ts';
import { listenFailure } from '../../lib/port-owner.ts';
import type { HostKey } from '../host-keys.ts';
import type { ProtocolServer, ProtocolServices } from '../types.ts';
import { offeredAlgorithms } from './algorithms.ts';
import { SshConnection } from './connection.ts';
import { reuseReads } from './reused-reads.ts';
import { SshServer, socketOf, sshAccelerated } from './ssh2.ts';
import { turnAway } from './turn-away.ts';

/** Connections that have not signed in: in all, and from one address. Bounds what a flood of silent connections can hold. */
const MOST_UNAUTHENTICATED = 100;
const MOST_UNAUTHENTICATED_PER_ADDRESS = 25;
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
 * Listens for SSH connections and serves SFTP version 3 on them; nothing else of SSH is offered. Rejects with AppError `port_in_use`,
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

  function isWelcome(address: string): boolean {
    if (stopping || connections.size >= limits.maxConnections) return false;
    let strangers = 0;
    let fromThere = 0;
    const source = sourceOf(address);
    for (const connection of connections.values()) {
      if (connection.isSignedIn) continue;
      strangers++;
      if (sourceOf(connection.address) === source) fromThere++;
    }
    return strangers < MOST_UNAUTHENTICATED && fromThere < MOST_UNAUTHENTICATED_PER_ADDRESS;
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
      ...(options.rekey === undefined ? {} : { rekey: options.rekey }),
    });
    const closedBecause = services.closedBecause?.() ?? null;
    if (closedBecause !== null) {
      connection.progress.trouble(closedBecause);
      turnAway(socket, closedBecause);
      return;
    }
    if (!isWelcome(connection.address)) {
      noteTurnedAway(connection.address);
      connection.progress.trouble('Too many connections. Try again later.');
      socket.on('error', () => undefined);
      socket.end('Too many connections. Try again later.\r\n', () => socket.destroy());
      return;
    }
    connections.set(socket, connection);
    void connection.ended.then(() => connections.delete(socket));
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
