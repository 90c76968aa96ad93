import { AppError } from '../../contract/errors.ts';
import type { REMOTE_PROTOCOLS } from '../../contract/remote-server.ts';

/** Another server of files, with secrets in the clear. */
export type RemoteServer = {
  readonly protocol: (typeof REMOTE_PROTOCOLS)[number];
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  readonly privateKey: string;
  readonly passphrase: string;
  readonly fingerprint: string;
};

export type RemoteEntry = {
  readonly name: string;
  readonly size: number;
  /** Milliseconds since the epoch; null where the server does not say it to the second. */
  readonly mtimeMs: number | null;
  readonly type: 'file' | 'directory' | 'other';
};

/**
 * A signed-in connection to another server. Paths are as the server takes them. All reject with AppErrors: `not_found`,
 * `permission_denied`, `outbound_failed`, and RemoteLost when the connection is gone.
 */
export type RemoteFiles = {
  /** Size in bytes; null where no file is there. */
  size(path: string): Promise<number | null>;
  list(folder: string): Promise<RemoteEntry[]>;
  /** Makes what is missing of a folder's path. */
  makeFolders(folder: string): Promise<void>;
  /** Writes a file from `startAt` on: 0 makes it anew, else its first bytes stay. */
  put(path: string, bytes: AsyncIterable<Uint8Array>, startAt: number): Promise<void>;
  get(path: string, startAt: number): AsyncIterable<Uint8Array>;
  /** Takes the place of what is there. */
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  close(): void;
};

/** The connection ended in the middle; another one may go on where this one stopped. */
export class RemoteLost extends AppError {
  constructor(server: string, cause: unknown) {
    super('outbound_failed', `The connection to ${server} was lost.`, { cause });
  }
}

/** Port of the server, the usual one for 0. */
export function portOf({ protocol, port }: Pick<RemoteServer, 'protocol' | 'port'>): number {
  if (port !== 0) return port;
  return { sftp: 22, ftp: 21, ftps: 21, 'ftps-implicit': 990 }[protocol];
}

/** Where a file is, as an address without the password. */
export function remoteAddress(server: RemoteServer, path: string): string {
  const scheme = server.protocol === 'ftps-implicit' ? 'ftps' : server.protocol;
  const name = server.host.includes(':') && !server.host.startsWith('[') ? `[${server.host}]` : server.host;
  return `${scheme}://${encodeURIComponent(server.username)}@${name}:${portOf(server)}/${path.replace(/^\//, '')}`;
}
