import { isIP } from 'node:net';
import { posix } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { connect as connectTls, TLSSocket } from 'node:tls';
import { Client, FileType, type FTPContext, FTPError, type FTPResponse } from 'basic-ftp';
import { AppError } from '../../contract/errors.ts';
import { plainAddress } from '../addresses.ts';
import type { Connector } from '../connector.ts';
import { requirePinned, secure } from '../tls.ts';
import { plainWords } from '../words.ts';
import { portOf, type RemoteEntry, type RemoteFiles, RemoteLost, type RemoteServer } from './types.ts';

/** A server that says and takes nothing for so long is gone. */
const STALL_MS = 30_000;
/** Listings beyond this are refused. */
const MAX_LISTING_BYTES = 16 * 1024 * 1024;

/**
 * Signs in over FTP or FTPS. Data connections go to the address of the control connection, whatever the server names, through the same
 * connector. Rejects with `outbound_failed` in words, or with the signal's reason.
 */
export async function openFtp(server: RemoteServer, connector: Connector, signal: AbortSignal): Promise<RemoteFiles> {
  const { protocol, host, username, password, fingerprint } = server;
  const port = portOf(server);
  const where = `${host} port ${port}`;
  const client = new Client(STALL_MS, { allowSeparateTransferHost: false, maxListingBytes: MAX_LISTING_BYTES });
  const abort = (): void => client.close();
  signal.addEventListener('abort', abort, { once: true });
  const tlsOptions = { host, ...(isIP(host) === 0 ? { servername: host } : {}), rejectUnauthorized: fingerprint === '' };
  try {
    const socket = await connector.connect({ host, port, signal });
    const control = protocol === 'ftps-implicit' ? await secure(socket, { host, port, fingerprint, signal }) : socket;
    const address = plainAddress(socket.remoteAddress ?? '');
    client.ftp.socket = control;
    if (protocol === 'ftps-implicit') client.ftp.tlsOptions = tlsOptions;
    await greeting(client.ftp);
    if (protocol === 'ftps') {
      await client.useTLS(tlsOptions);
      if (fingerprint !== '' && client.ftp.socket instanceof TLSSocket) requirePinned(client.ftp.socket, fingerprint, host);
    }
    client.prepareTransfer = (ftp) => openData(ftp, { address, host, fingerprint, connector, signal });
    await client.sendIgnoringError('OPTS UTF8 ON');
    await client.login(username, password);
    await client.useDefaultSettings();
  } catch (error) {
    signal.removeEventListener('abort', abort);
    client.close();
    signal.throwIfAborted();
    throw signInError(error, where);
  }
  return overFtp(client, where, () => signal.removeEventListener('abort', abort));
}

/** The server's first words. */
async function greeting(ftp: FTPContext): Promise<void> {
  await ftp.handle(undefined, (response, task) => {
    if (response instanceof Error) task.reject(response);
    else if (response.code >= 200 && response.code < 300) task.resolve(response);
    else task.reject(new FTPError(response));
  });
}

type DataTarget = {
  readonly address: string;
  readonly host: string;
  readonly fingerprint: string;
  readonly connector: Connector;
  readonly signal: AbortSignal;
};

/** When the encryption of a data connection stands, or has failed. */
const handshakes = new WeakMap<TLSSocket, Promise<void>>();

/**
 * The bytes once the data connection is encrypted. The library takes a resumed session for a finished handshake, and the end of an empty
 * file, said in the middle of it, breaks it.
 */
async function* onceSecure(ftp: FTPContext, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const { dataSocket } = ftp;
  if (dataSocket instanceof TLSSocket) await handshakes.get(dataSocket);
  yield* bytes;
}

/** A data connection in passive mode. */
async function openData(ftp: FTPContext, { address, host, fingerprint, connector, signal }: DataTarget): Promise<FTPResponse> {
  const { port, response } = await passivePort(ftp);
  const raw = await connector.connect({ host: address, port, signal });
  if (!(ftp.socket instanceof TLSSocket)) {
    ftp.dataSocket = raw;
    return response;
  }
  const session = ftp.tlsSessionStore ?? ftp.socket.getSession();
  const secured = connectTls({ ...ftp.tlsOptions, socket: raw, ...(session === undefined ? {} : { session }) });
  secured.on('session', (next) => (ftp.tlsSessionStore = next));
  handshakes.set(
    secured,
    new Promise((resolve) => {
      secured.once('secureConnect', resolve);
      secured.once('close', () => resolve());
    }),
  );
  // Another certificate here than on the control connection ends the transfer.
  secured.once('secureConnect', () => {
    try {
      if (fingerprint !== '' && !secured.isSessionReused()) requirePinned(secured, fingerprint, host);
    } catch (error) {
      secured.destroy(error as Error);
    }
  });
  ftp.dataSocket = secured;
  return response;
}

async function passivePort(ftp: FTPContext): Promise<{ readonly port: number; readonly response: FTPResponse }> {
  try {
    const response = await ftp.request('EPSV');
    const port = Number(/\([|!]{3}(\d{1,5})[|!]\)/.exec(response.message)?.[1]);
    if (port > 0) return { port, response };
  } catch (error) {
    if (!(error instanceof FTPError)) throw error;
  }
  const response = await ftp.request('PASV');
  const [high, low] = (/\d+,\d+,\d+,\d+,(\d{1,3}),(\d{1,3})/.exec(response.message) ?? []).slice(1).map(Number);
  if (high === undefined || low === undefined) throw new AppError('outbound_failed', 'The server names no port for the data.');
  return { port: high * 256 + low, response };
}

function signInError(error: unknown, where: string): AppError {
  if (error instanceof AppError) return error;
  const failed = (message: string): AppError => new AppError('outbound_failed', message, { cause: error });
  if (error instanceof FTPError) {
    if (error.code === 530 || error.code === 331 || error.code === 332)
      return failed(`${where} did not accept user name and password: ${error.message}`);
    return failed(`${where} refused: ${error.message}`);
  }
  if (/timeout/i.test((error as Error).message)) return failed(`${where} does not answer.`);
  if (/parse|response/i.test((error as Error).message)) return failed(`${where} does not answer like an FTP server.`);
  return failed(`${where} cannot be used: ${plainWords(error)}.`);
}

function overFtp(client: Client, where: string, ended: () => void): RemoteFiles {
  const told = async <T>(work: Promise<T>, path: string): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      throw fileError(error, path, where, client.closed);
    }
  };
  const size = async (path: string): Promise<number | null> => {
    try {
      return await client.size(path);
    } catch (error) {
      if (error instanceof FTPError && error.code === 550) return null;
      throw fileError(error, path, where, client.closed);
    }
  };
  return {
    size,
    async list(folder) {
      return (await told(client.list(folder), folder)).map(({ name, size: bytes, modifiedAt, type }): RemoteEntry => {
        const kind = type === FileType.Directory ? 'directory' : type === FileType.File ? 'file' : 'other';
        return { name, size: bytes, mtimeMs: modifiedAt?.getTime() ?? null, type: kind };
      });
    },
    async makeFolders(folder) {
      const above: string[] = [];
      for (let at = folder; at !== '/' && at !== '.' && at !== ''; at = posix.dirname(at)) above.unshift(at);
      // A folder that is there is refused with the same code as one that may not be made: what follows tells.
      for (const path of above) await told(client.sendIgnoringError(`MKD ${path}`), path);
    },
    async put(path, bytes, startAt) {
      const source = Readable.from(onceSecure(client.ftp, bytes), { objectMode: false });
      try {
        await told(startAt > 0 ? client.appendFrom(source, path) : client.uploadFrom(source, path), path);
      } finally {
        source.destroy();
      }
    },
    async *get(path, startAt) {
      const through = new PassThrough();
      const transfer = client.downloadTo(through, path, startAt).catch((error: unknown) => {
        const failure = fileError(error, path, where, client.closed);
        through.destroy(failure);
        throw failure;
      });
      transfer.catch(() => undefined); // The stream says it too.
      for await (const chunk of through) yield chunk as Buffer;
      await transfer;
    },
    async rename(from, to) {
      try {
        await client.rename(from, to);
      } catch (error) {
        // Some servers do not rename over a file.
        if (!(error instanceof FTPError) || (await size(to)) === null) throw fileError(error, to, where, client.closed);
        await told(client.remove(to), to);
        await told(client.rename(from, to), to);
      }
    },
    async remove(path) {
      await told(client.remove(path), path);
    },
    close() {
      ended();
      client.close();
    },
  };
}

function fileError(error: unknown, path: string, where: string, isClosed: boolean): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof FTPError) {
    if (error.code === 550 || error.code === 553)
      return new AppError('not_found', `${where} says of ${path}: ${error.message}`, { cause: error });
    if (error.code !== 421 && error.code !== 426)
      return new AppError('outbound_failed', `${where} says of ${path}: ${error.message}`, { cause: error });
  }
  const { cause } = error as Error;
  if (cause instanceof AppError) return cause;
  return isClosed || error instanceof FTPError
    ? new RemoteLost(where, error)
    : new AppError('outbound_failed', `${where} cannot be used: ${plainWords(error)}.`, { cause: error });
}
