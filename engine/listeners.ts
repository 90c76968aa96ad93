import { hostname, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { AppError, toAppError } from './contract/errors.ts';
import type { Output } from './contract/rpc.ts';
import type { Settings } from './contract/settings.ts';
import { createLogger, type LogSink } from './lib/log.ts';
import { countBuffersInHeapLimit } from './protocols/buffer-accounting.ts';
import { compileEarly } from './protocols/early-compilation.ts';
import { loadOrCreateCertificate } from './protocols/certificate.ts';
import { createFtpServer, type FtpServer } from './protocols/ftp/server.ts';
import { loadHostKeys } from './protocols/host-keys.ts';
import { createSftpServer } from './protocols/sftp/server.ts';
import type { ProtocolServer, ProtocolServices } from './protocols/types.ts';

export type PartnerProtocol = 'sftp' | 'ftp';

type ListenerStatus = Output<'server.status'>['listeners']['sftp'];

/** The servers that partners come to, as the settings want them. */
export type Listeners = {
  /**
   * Makes one listener as the settings say: started, stopped, or restarted under another address. Rejects with `port_in_use` and the
   * like; the listener is then `failed` with that error, and the others go on.
   */
  apply(protocol: PartnerProtocol): Promise<void>;
  status(protocol: PartnerProtocol): ListenerStatus;
  /** Whether a listener that is on has this port: as its own, for implicit TLS, or in FTP's range for data connections. */
  hasPort(port: number): boolean;
  /** Shows the certificate that stands in its place now to whoever connects from now on; sessions that are open go on. */
  renewCertificate(): Promise<void>;
  hostKeys(): Promise<Output<'server.status'>['hostKeys']>;
  /** Ends all, open transfers after `graceMs`. */
  stop(graceMs: number): Promise<void>;
};

/** Both ends belong to the range. */
type PortRange = { readonly from: number; readonly to: number };

type Running = {
  server: ProtocolServer | undefined;
  host: string;
  port: number;
  /** All that is listened on, from before the listener opens until it has closed. */
  ports: readonly PortRange[];
  error: string | null;
};

const RESTART_GRACE_MS = 2000;

const onePort = (port: number): PortRange => ({ from: port, to: port });

/** What FTP listens on beside its own port. */
function portsBeside({ passiveFrom, passiveTo, implicitTlsPort }: Settings['ftp']): PortRange[] {
  return [{ from: passiveFrom, to: passiveTo }, ...(implicitTlsPort === 0 ? [] : [onePort(implicitTlsPort)])];
}

/** Addresses that clients on the local networks may connect to. */
function ownAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((addresses) =>
    (addresses ?? []).map(({ address }) => address).filter((address) => !address.startsWith('fe80:')),
  );
}

export function createListeners(options: {
  readonly keysFolder: string;
  readonly services: Omit<ProtocolServices, 'log'>;
  readonly settings: () => Settings;
  readonly logSink: LogSink;
}): Listeners {
  const { settings, logSink } = options;
  const pausedBecause = (): string | null => (settings().server.paused ? 'The server is paused. Try again later.' : null);
  const services: Omit<ProtocolServices, 'log'> = {
    ...options.services,
    closedBecause: (address, protocol) => pausedBecause() ?? options.services.closedBecause?.(address, protocol) ?? null,
    openSession(login) {
      // Connected before the pause, signed in during it.
      const reason = pausedBecause();
      return reason === null ? options.services.openSession(login) : Promise.reject(new AppError('shutting_down', reason));
    },
  };
  countBuffersInHeapLimit();
  compileEarly();
  const running: Record<PartnerProtocol, Running> = {
    sftp: { server: undefined, host: '', port: 0, ports: [], error: null },
    ftp: { server: undefined, host: '', port: 0, ports: [], error: null },
  };

  function loadKeys(): ReturnType<typeof loadHostKeys> {
    return loadHostKeys(join(options.keysFolder, 'ssh'), settings().sftp.compatibility);
  }

  let ftpServer: FtpServer | undefined;

  const loadCertificate = (): ReturnType<typeof loadOrCreateCertificate> =>
    loadOrCreateCertificate(join(options.keysFolder, 'tls'), [hostname() || 'gatehouse', 'localhost', ...ownAddresses()]);

  const start: Record<PartnerProtocol, () => Promise<ProtocolServer>> = {
    async sftp() {
      const { sftp } = settings();
      return createSftpServer(
        {
          host: sftp.host,
          port: sftp.port,
          hostKeys: await loadKeys(),
          limits: {
            loginGraceMs: sftp.loginGraceSeconds * 1000,
            maxAuthAttempts: sftp.maxAuthAttempts,
            maxConnections: sftp.maxConnections,
          },
          compatibility: sftp.compatibility,
        },
        { ...services, log: createLogger(logSink, 'sftp') },
      );
    },
    async ftp() {
      const { ftp } = settings();
      ftpServer = await createFtpServer(
        {
          host: ftp.host,
          port: ftp.port,
          passiveFrom: ftp.passiveFrom,
          passiveTo: ftp.passiveTo,
          publicAddress: ftp.publicAddress,
          requireTls: ftp.requireTls,
          implicitTlsPort: ftp.implicitTlsPort === 0 ? null : ftp.implicitTlsPort,
          sessionReuse: ftp.tlsSessionReuse,
          certificate: await loadCertificate(),
        },
        { ...services, log: createLogger(logSink, 'ftp') },
      );
      return ftpServer;
    },
  };

  return {
    async apply(protocol) {
      const entry = running[protocol];
      await entry.server?.stop(RESTART_GRACE_MS);
      const wanted = settings()[protocol];
      const beside = protocol === 'ftp' ? portsBeside(settings().ftp) : [];
      Object.assign(entry, { server: undefined, host: wanted.host, port: wanted.port, ports: [], error: null });
      if (!wanted.enabled) return;
      try {
        entry.ports = [onePort(wanted.port), ...beside];
        entry.server = await start[protocol]();
        entry.port = entry.server.port;
        entry.ports = [onePort(entry.port), ...beside];
      } catch (thrown) {
        entry.ports = [];
        const error = toAppError(thrown);
        entry.error = error.message;
        throw new AppError(error.code, `${protocol.toUpperCase()}: ${error.message}`, { cause: error });
      }
    },
    status(protocol) {
      const { server, host, port, error } = running[protocol];
      return { state: server !== undefined ? 'listening' : error === null ? 'off' : 'failed', host, port, error };
    },
    hasPort: (port) => Object.values(running).some(({ ports }) => ports.some(({ from, to }) => from <= port && port <= to)),
    async renewCertificate() {
      if (running.ftp.server !== undefined) ftpServer?.replaceCertificate(await loadCertificate());
    },
    async hostKeys() {
      if (running.sftp.server === undefined) return [];
      return (await loadKeys()).map(({ algorithm, sha256, md5 }) => ({ type: algorithm, sha256, md5 }));
    },
    async stop(graceMs) {
      await Promise.all(Object.values(running).map(async ({ server }) => server?.stop(graceMs)));
    },
  };
}
