import type { SecureContext } from 'node:tls';
import type { Clock } from '../../lib/clock.ts';
import type { ServerCertificate } from '../certificate.ts';
import type { Strangers } from '../strangers.ts';
import type { ProtocolServices } from '../types.ts';
import type { PublicAddress } from './addresses.ts';
import type { PassivePorts } from './passive-ports.ts';

/** What `createFtpServer` is told. */
export type FtpServerOptions = {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Port of a second listener, on which TLS begins with the connection; 0: any free one; null or left out: none. */
  readonly implicitTlsPort?: number | null;
  /** First and last port of data connections, both included. */
  readonly passiveFrom: number;
  readonly passiveTo: number;
  /** IPv4 address or host name told to peers outside the local networks; empty: the address that they connected to. */
  readonly publicAddress: string;
  /** Refuses sign-in and transfers without TLS. */
  readonly requireTls: boolean;
  /** `off` by default. */
  readonly sessionReuse?: SessionReuse;
  /** PEM; explicit TLS (RFC 4217) is always offered. */
  readonly certificate: Pick<ServerCertificate, 'tls'>;
  readonly limits?: Partial<FtpLimits>;
  readonly clock?: Clock;
};

/**
 * Whether a data connection has to resume the TLS session of its control connection, which proves that both have the same peer: `off` does
 * not look, `warn` notes in the program's log which client does not, `enforce` refuses its transfers with 522.
 */
export type SessionReuse = 'off' | 'warn' | 'enforce';

/** Bounds on a connection; times in milliseconds. */
export type FtpLimits = {
  /** From the connection to a completed sign-in. */
  readonly loginGraceMs: number;
  /** Wrong passwords until the connection is closed. */
  readonly loginAttempts: number;
  /** Without a command or transfer, when signed in. */
  readonly idleMs: number;
  /** Without a byte on an open data connection. */
  readonly stallMs: number;
  /** Until the client has made its data connection. */
  readonly dataConnectMs: number;
  /** Until a passive port to which nobody connected, and for which no transfer waits, is given back. */
  readonly passiveMs: number;
  /** Control connections at a time. */
  readonly connections: number;
};

export const DEFAULT_LIMITS: FtpLimits = {
  loginGraceMs: 60_000,
  loginAttempts: 6,
  idleMs: 300_000,
  stallMs: 120_000,
  dataConnectMs: 30_000,
  passiveMs: 60_000,
  connections: 1000,
};

/** What all connections of one server share. */
export type ServerContext = {
  readonly requireTls: boolean;
  readonly limits: FtpLimits;
  readonly services: ProtocolServices;
  readonly clock: Clock;
  readonly sessionReuse: SessionReuse;
  /** The TLS context of a control connection and its data connections, so that a session of one can be resumed on the others. */
  readonly secureContext: () => SecureContext;
  readonly ports: PassivePorts;
  readonly publicAddress: PublicAddress;
  readonly strangers: Strangers;
};
