import type { Socket } from 'node:net';
import type { ClientInfo, Connection, ServerChannel, Session as SshSession } from 'ssh2';
import type { Account } from '../../contract/account.ts';
import { AppError } from '../../contract/errors.ts';
import type { Logger } from '../../lib/log.ts';
import type { Session } from '../../vfs/types.ts';
import { ProgressOfConnection } from '../connection-progress.ts';
import type { ProtocolServices } from '../types.ts';
import { Authentication, SIGNATURES } from './authentication.ts';
import { runCommand } from './exec.ts';
import { acceptRepeatedServiceRequests, announceSignatures, keepsBytes, reusePackets } from './ssh2.ts';
import { startSubsystem, type Subsystem } from './subsystem.ts';

/** Channels of one connection at a time, as in OpenSSH. */
const MOST_CHANNELS = 10;
/** How long a client may take to exchange keys when the server asks for it. */
const REKEY_PATIENCE_MS = 60_000;
/** RFC 4253, section 9: after a gigabyte or an hour. */
const REKEY_BYTES = 1024 ** 3;
const REKEY_MS = 3_600_000;

export type ConnectionOptions = {
  readonly loginGraceMs: number;
  readonly maxAuthAttempts: number;
  readonly services: ProtocolServices;
  readonly now: () => number;
  readonly isStopping: () => boolean;
  /** Called when somebody has signed in. */
  readonly signedIn: () => void;
  /** For tests: other limits than a gigabyte and an hour. */
  readonly rekey?: { readonly bytes: number; readonly ms: number };
};

/** One TCP connection from the moment it is accepted: sign-in, channels, keys, end. */
export class SshConnection {
  /** How far the connection has come, for whoever watches. */
  readonly progress: ProgressOfConnection;
  readonly #socket: Socket;
  readonly #address: string;
  readonly #options: ConnectionOptions;
  readonly #log: Logger;
  readonly #subsystems = new Set<Subsystem>();
  readonly #ended: Promise<void>;
  #connection: Connection | null = null;
  #authentication: Authentication | null = null;
  #session: Session | null = null;
  #grace: NodeJS.Timeout;
  #rekeyTimer: NodeJS.Timeout | null = null;
  #rekeyPatience: NodeJS.Timeout | null = null;
  #bytesSinceRekey = 0;
  #channels = 0;
  #closed = false;
  #hasLeft = false;
  #hasTried = false;
  #closeReason: string | null = null;

  constructor(socket: Socket, options: ConnectionOptions) {
    this.#socket = socket;
    this.#address = plainAddress(socket.remoteAddress ?? '');
    this.#options = options;
    this.progress = new ProgressOfConnection(options.services.progress, 'SFTP', this.#address);
    this.#log = options.services.log;
    this.#grace = setTimeout(() => socket.destroy(), options.loginGraceMs);
    socket.on('drain', () => this.#wireMoved());
    socket.on('end', () => this.#onFin());
    this.#ended = new Promise((resolve) => {
      socket.once('close', () => void this.#onClose().then(resolve));
    });
  }

  get address(): string {
    return this.#address;
  }

  get openTransfers(): number {
    return this.#session?.openTransfers ?? 0;
  }

  /** Whether anybody may still look at what the socket read into these bytes. */
  keepsBytes(bytes: ArrayBufferLike): boolean {
    if (this.#connection === null || keepsBytes(this.#connection, bytes)) return true;
    for (const subsystem of this.#subsystems) if (subsystem.holdsInput()) return true;
    return false;
  }

  /** Resolves when the connection is gone and everything it held is closed. Never rejects. */
  get ended(): Promise<void> {
    return this.#ended;
  }

  /** Ends it from our side; open transfers end as aborted. */
  async end(reason: 'shutting_down' | 'error'): Promise<void> {
    this.#closeReason ??= reason;
    await Promise.all([...this.#subsystems].map((subsystem) => subsystem.abandon(reason)));
    this.#connection?.end();
    this.#socket.destroySoon();
    // A peer that does not read would keep the last bytes waiting.
    setTimeout(() => this.#socket.destroy(), 1000).unref();
    await this.#ended;
  }

  /** Takes over what ssh2 made of the socket, once the client has said what it is. */
  attach(connection: Connection, info: ClientInfo): void {
    this.#connection = connection;
    acceptRepeatedServiceRequests(connection);
    announceSignatures(connection, SIGNATURES);
    const client = `SSH-${info.header.versions.protocol}-${info.header.versions.software}`.slice(0, 255);
    const authentication = (this.#authentication = new Authentication({
      signIn: this.#options.services.signIn,
      furtherProof: this.#options.services.furtherProof,
      attempt: { protocol: 'SFTP', address: this.#address, client },
      maxAttempts: this.#options.maxAuthAttempts,
      log: this.#log,
      enter: (account, method) => this.#enter(account, client, method),
      entered: () => this.#entered(connection),
      refused: () => {
        this.#hasTried = true;
        this.progress.trouble('The sign-in was refused: user name, password or key is wrong.');
      },
      isClosed: () => (this.#options.services.closedBecause?.(this.#address, 'SFTP') ?? null) !== null,
      disconnect: () => connection.end(),
    }));
    // After the first exchange of keys and after each later one.
    connection.on('handshake', () => {
      reusePackets(connection);
      this.progress.reached('encrypted');
    });
    connection.on('error', (error: Error) => this.#log.debug(`An SSH connection from ${this.#address} failed.`, error));
    connection.on('authentication', (context) => void authentication.handle(context));
    connection.on('session', (accept, reject) => {
      if (this.#channels >= MOST_CHANNELS || this.#session === null) reject();
      else this.#openChannel(accept(), connection);
    });
    // Forwarding. ssh2 itself obeys no-more-sessions@openssh.com, but only where somebody listens.
    connection.on('request', (_accept, reject) => reject?.());
    connection.on('rekey', () => this.#onRekey());
  }

  async #enter(account: Account, client: string, method: string): Promise<void> {
    const session = await this.#options.services.openSession({ account, protocol: 'SFTP', address: this.#address, client, method });
    if (this.#closed || this.#session !== null) {
      await session.close('connection_lost');
      throw new AppError('connection_lost');
    }
    this.#session = session;
    // The account was switched off, or an administrator ended the session.
    session.revoked.addEventListener('abort', () => void this.end('error'), { once: true });
  }

  #entered(connection: Connection): void {
    if (!connection.authenticated) {
      // The client asked for something else while this sign-in was decided, and SSH dropped the answer.
      this.#socket.destroy();
      return;
    }
    clearTimeout(this.#grace);
    this.#options.signedIn();
    this.progress.reached('signed-in');
    this.#rekeyTimer = setInterval(() => this.#rekey(), this.#options.rekey?.ms ?? REKEY_MS).unref();
  }

  #openChannel(channelSession: SshSession, connection: Connection): void {
    this.#channels++;
    let subsystem: Subsystem | null = null;
    const release = once(() => {
      this.#channels--;
      if (subsystem !== null) this.#subsystems.delete(subsystem);
    });
    // SSH's EOF and CLOSE messages. The stream on top learns of them a turn later, or when it flows again: after the connection's own end.
    channelSession.on('eof', () => subsystem?.left());
    channelSession.on('close', () => {
      subsystem?.left();
      void subsystem?.abandon('connection_lost');
      release();
    });
    channelSession.on('subsystem', (accept, reject, { name }) => {
      const session = this.#session;
      if (name !== 'sftp' || session === null) {
        // ssh2 gives nothing to call to a client that wants no reply, whatever its types say.
        (reject as typeof reject | undefined)?.();
        return;
      }
      subsystem = startSubsystem({
        channel: accept(),
        connection,
        socket: this.#socket,
        session,
        log: this.#log,
        now: this.#options.now,
        isStopping: this.#options.isStopping,
        onBytes: (count) => this.#onBytes(count),
        reached: (stage) => this.progress.reached(stage),
        onEnd: release,
      });
      this.#subsystems.add(subsystem);
    });
    const command = (channel: ServerChannel, line: string | null): void => {
      if (this.#session === null) channel.close();
      else void runCommand(channel, line, this.#session, this.#log);
    };
    channelSession.on('exec', (accept, _reject, { command: line }) => command(accept(), line));
    channelSession.on('shell', (accept) => command(accept(), null));
  }

  #wireMoved(): void {
    for (const subsystem of this.#subsystems) subsystem.wireMoved();
  }

  #onBytes(count: number): void {
    this.#bytesSinceRekey += count;
    if (this.#bytesSinceRekey >= (this.#options.rekey?.bytes ?? REKEY_BYTES)) this.#rekey();
  }

  #rekey(): void {
    this.#bytesSinceRekey = 0;
    if (this.#closed || this.#rekeyPatience !== null) return;
    this.#rekeyPatience = setTimeout(() => this.#socket.destroy(), REKEY_PATIENCE_MS);
    this.#connection?.rekey();
  }

  #onRekey(): void {
    if (this.#rekeyPatience !== null) clearTimeout(this.#rekeyPatience);
    this.#rekeyPatience = null;
    this.#bytesSinceRekey = 0;
    this.#wireMoved();
  }

  /**
   * The client closed its end with nothing left unread, as lftp does instead of SSH's own goodbye. Nothing comes after it but a peer that
   * may never read again, and ssh2 stops its keepalive there.
   */
  #onFin(): void {
    this.#hasLeft = true;
    for (const subsystem of this.#subsystems) subsystem.left();
    this.#socket.destroy();
  }

  async #onClose(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#grace);
    if (this.#rekeyTimer !== null) clearInterval(this.#rekeyTimer);
    if (this.#rekeyPatience !== null) clearTimeout(this.#rekeyPatience);
    if (this.#session === null && !this.#hasTried)
      this.#options.services.reportOffence?.({ kind: 'noSignIn', protocol: 'SFTP', address: this.#address });
    const wasLost = this.#subsystems.size > 0 && !this.#hasLeft;
    // In this very turn: what its last packets brought is in the handles' queues.
    await Promise.all([...this.#subsystems].map((subsystem) => subsystem.abandon('connection_lost')));
    await this.#authentication?.closed();
    await this.#session?.close(this.#closeReason ?? (wasLost ? 'connection_lost' : 'disconnected'));
    this.progress.closed();
  }
}

/** An IPv4 address in IPv6 clothes, as a listener on both families sees it, in its own form. */
const plainAddress = (address: string): string => (address.startsWith('::ffff:') ? address.slice(7) : address);

function once(action: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    action();
  };
}
