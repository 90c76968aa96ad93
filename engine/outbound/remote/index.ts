import { AppError } from '../../contract/errors.ts';
import type { Connector } from '../connector.ts';
import { openFtp } from './ftp.ts';
import { openSftp } from './sftp.ts';
import { type RemoteFiles, RemoteLost, type RemoteServer } from './types.ts';

export { remoteAddress, RemoteLost, type RemoteEntry, type RemoteFiles, type RemoteServer } from './types.ts';

/** How often a lost connection is taken up again without a byte of progress in between. */
const MAX_RECONNECTS = 3;

/** Signs in to another server; the signal ends the connection. */
export function openRemote(server: RemoteServer, connector: Connector, signal: AbortSignal): Promise<RemoteFiles> {
  return server.protocol === 'sftp' ? openSftp(server, connector, signal) : openFtp(server, connector, signal);
}

/**
 * Works on a connection and, where it is lost, on another one, until `work` is done or has failed three times in a row without progress.
 * `work` calls `onProgress` when something arrived, and finds out itself where to go on.
 */
export async function reconnecting<T>(
  open: () => Promise<RemoteFiles>,
  work: (remote: RemoteFiles, onProgress: () => void) => Promise<T>,
): Promise<T> {
  for (let failures = 0; ; ) {
    const remote = await open();
    try {
      return await work(remote, () => (failures = 0));
    } catch (error) {
      if (!(error instanceof RemoteLost) || ++failures > MAX_RECONNECTS) throw error;
    } finally {
      remote.close();
    }
  }
}

/** Throws `invalid_name` for a path that would end one command of a protocol and begin another. */
export function requirePlainPath(path: string): void {
  if (/[\u0000-\u001f\u007f]/.test(path))
    throw new AppError('invalid_name', 'The remote path holds a line break or another control character.');
}
