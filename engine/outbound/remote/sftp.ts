import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { promisify } from 'node:util';
import type { Client, FileEntryWithStats, SFTPWrapper, Stats } from 'ssh2';
import { AppError } from '../../contract/errors.ts';
import { SshClient } from '../../protocols/sftp/ssh2.ts';
import type { Connector } from '../connector.ts';
import { plainWords } from '../words.ts';
import { portOf, type RemoteEntry, type RemoteFiles, RemoteLost, type RemoteServer } from './types.ts';

/** Bytes of one request, which every server takes. */
const PIECE_BYTES = 32_768;
/** Requests under way at once: enough for a far server, little enough memory. */
const WINDOW = 48;

const NO_SUCH_FILE = 2;
const PERMISSION_DENIED = 3;
const END_OF_FILE = 1;

/** A signed-in connection with what both ways to use it share. Paths and handles are the server's. */
export type SftpLink = {
  readonly sftp: SFTPWrapper;
  /** The server, in words. */
  readonly where: string;
  /** Bytes of one request, which every server takes. */
  readonly pieceBytes: number;
  /** The outcome of some work on a path; its error in words, RemoteLost when the connection closes first, the signal's reason after an abort. */
  readonly told: <T>(work: Promise<T>, path: string) => Promise<T>;
  /** Up to `length` bytes at a position, an empty buffer at the end. */
  read(handle: Buffer, position: number, length: number): Promise<Buffer>;
  write(handle: Buffer, piece: Buffer, position: number): Promise<void>;
  closeHandle(handle: Buffer): Promise<void>;
  /** Null where nothing is there. */
  stat(path: string): Promise<Stats | null>;
  /** With `replace` it takes the place of what is there. */
  rename(from: string, to: string, replace: boolean): Promise<void>;
  remove(path: string): Promise<void>;
  close(): void;
};

/** Signs in over SFTP. Rejects with `outbound_failed` in words, or with the signal's reason. */
export async function openSftp(server: RemoteServer, connector: Connector, signal: AbortSignal): Promise<RemoteFiles> {
  return overSftp(await connectSftp(server, connector, signal));
}

/** The same, for whoever needs more of SFTP than RemoteFiles has. */
export async function connectSftp(server: RemoteServer, connector: Connector, signal: AbortSignal): Promise<SftpLink> {
  const { host, username, password, privateKey, passphrase, fingerprint } = server;
  const port = portOf(server);
  const where = `${host} port ${port}`;
  const sock = await connector.connect({ host, port, signal });
  const client = new SshClient();
  let shownKey: string | undefined;
  const orGone = untilClosed(client, () => new RemoteLost(where, undefined));
  const abort = (): void => void client.destroy();
  signal.addEventListener('abort', abort, { once: true });
  client.once('close', () => signal.removeEventListener('abort', abort));
  try {
    const sftp = await orGone(
      new Promise<SFTPWrapper>((resolve, reject) => {
        client.on('error', reject);
        client.once('ready', () => {
          client.sftp((error, opened) => {
            if (error === undefined) resolve(opened);
            else reject(error);
          });
        });
        client.connect({
          sock,
          username,
          ...(password === '' ? {} : { password, tryKeyboard: false }),
          ...(privateKey === '' ? {} : { privateKey, passphrase }),
          readyTimeout: 0,
          hostVerifier: (key: Buffer) => {
            shownKey = `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
            return fingerprint !== '' && shownKey === fingerprint.replace(/=+$/, '');
          },
        });
      }),
    );
    return linkOver(client, sftp, { where, orGone, signal });
  } catch (error) {
    client.destroy();
    signal.throwIfAborted();
    throw signInError(error, where, shownKey, fingerprint);
  }
}

function signInError(error: unknown, where: string, shownKey: string | undefined, fingerprint: string): AppError {
  const failed = (message: string): AppError => new AppError('outbound_failed', message, { cause: error });
  if (shownKey !== undefined && shownKey !== fingerprint.replace(/=+$/, '')) {
    return failed(
      fingerprint === ''
        ? `${where} shows the host key ${shownKey}. Enter it as the fingerprint if its owner confirms it.`
        : `${where} shows another host key than the expected one: ${shownKey}. Ask its owner before you change the fingerprint.`,
    );
  }
  const { level, message } = error as { readonly level?: string; readonly message?: string };
  if (level === 'client-authentication') return failed(`${where} did not accept user name and password or key.`);
  if (level === 'client-timeout') return failed(`${where} does not answer.`);
  if (/parse|passphrase|private key/i.test(message ?? '')) return failed('The private key cannot be read. Check it and its passphrase.');
  if (level === 'handshake' || level === 'protocol') return failed(`${where} does not speak SSH as Gatehouse does.`);
  if (error instanceof RemoteLost) return failed(`${where} closed the connection before the sign-in.`);
  return failed(`${where} cannot be used: ${plainWords(error)}.`);
}

/** The outcome of some work, or an error when the connection closes first. */
type OrGone = <T>(work: Promise<T>) => Promise<T>;

/**
 * By hand: a race against one promise for the whole connection would keep every answer, and so every byte that was read, until that promise
 * is settled.
 */
function untilClosed(client: Client, lost: () => Error): OrGone {
  const waiting = new Set<(reason: Error) => void>();
  let hasClosed = false;
  client.once('close', () => {
    hasClosed = true;
    for (const giveUp of waiting) giveUp(lost());
    waiting.clear();
  });
  return (work) =>
    new Promise((resolve, reject) => {
      if (hasClosed) reject(lost());
      else waiting.add(reject);
      work.then(resolve, reject).finally(() => waiting.delete(reject));
    });
}

function linkOver(
  client: Client,
  sftp: SFTPWrapper,
  { where, orGone, signal }: { readonly where: string; readonly orGone: OrGone; readonly signal: AbortSignal },
): SftpLink {
  const told = async <T>(work: Promise<T>, path: string): Promise<T> => {
    try {
      return await orGone(work);
    } catch (error) {
      // The signal ends the connection, and says why.
      signal.throwIfAborted();
      throw fileError(error, path, where);
    }
  };
  const lookUp = promisify<string, Stats>(sftp.stat.bind(sftp));
  const unlink = promisify<string>(sftp.unlink.bind(sftp));
  const close = promisify<Buffer>(sftp.close.bind(sftp));
  const move = promisify<string, string>(sftp.rename.bind(sftp));
  const moveOver = promisify<string, string>(sftp.ext_openssh_rename.bind(sftp));

  const stat = async (path: string): Promise<Stats | null> => {
    try {
      return await told(lookUp(path), path);
    } catch (error) {
      if (error instanceof AppError && error.code === 'not_found') return null;
      throw error;
    }
  };

  return {
    sftp,
    where,
    pieceBytes: PIECE_BYTES,
    told,
    stat,
    read: (handle, position, length) =>
      new Promise((resolve, reject) => {
        const buffer = Buffer.allocUnsafe(length);
        sftp.read(handle, buffer, 0, length, position, (error, count) => {
          // The library says undefined or null, its types only the first.
          if (!(error instanceof Error)) resolve(buffer.subarray(0, count));
          else if (codeOf(error) === END_OF_FILE) resolve(Buffer.alloc(0));
          else reject(error);
        });
      }),
    write: (handle, piece, position) =>
      new Promise((resolve, reject) => {
        sftp.write(handle, piece, 0, piece.length, position, (error) => {
          if (error === undefined || error === null) resolve();
          else reject(error);
        });
      }),
    closeHandle: (handle) => orGone(close(handle)),
    async rename(from, to, replace) {
      if (replace) {
        try {
          await orGone(moveOver(from, to));
          return;
        } catch {
          // Servers without OpenSSH's extension refuse to rename over a file.
          if ((await stat(to)) !== null) await told(unlink(to), to);
        }
      }
      await told(move(from, to), to);
    },
    remove: (path) => told(unlink(path), path),
    close: () => void client.end(),
  };
}

function overSftp(link: SftpLink): RemoteFiles {
  const { sftp, where, told } = link;
  const readdir = promisify<string, FileEntryWithStats[]>(sftp.readdir.bind(sftp));
  const mkdir = promisify<string>(sftp.mkdir.bind(sftp));
  const open = promisify<string, 'r' | 'w' | 'r+', Buffer>(sftp.open.bind(sftp));

  return {
    async size(path) {
      const found = await link.stat(path);
      if (found?.isDirectory() === true)
        throw new AppError('is_a_directory', `${path} is a folder on ${where}. Write the path with the file's name.`);
      return found?.size ?? null;
    },
    async list(folder) {
      return (await told(readdir(folder), folder)).map(({ filename, attrs }): RemoteEntry => {
        const type = attrs.isDirectory() ? 'directory' : attrs.isFile() ? 'file' : 'other';
        return { name: filename, size: attrs.size, mtimeMs: attrs.mtime * 1000, type };
      });
    },
    async makeFolders(folder) {
      const missing: string[] = [];
      for (let at = folder; at !== '/' && at !== '.' && at !== ''; at = posix.dirname(at)) {
        if ((await link.stat(at)) !== null) break;
        missing.unshift(at);
      }
      for (const path of missing) await told(mkdir(path), path);
    },
    async put(path, bytes, startAt) {
      const handle = await told(open(path, startAt > 0 ? 'r+' : 'w'), path);
      const waiting = new Set<Promise<void>>();
      const failure: { error?: unknown } = {};
      let position = startAt;
      for await (const chunk of bytes) {
        for (let from = 0; from < chunk.length; from += PIECE_BYTES) {
          if (failure.error !== undefined) throw fileError(failure.error, path, where);
          const piece = Buffer.from(chunk.buffer, chunk.byteOffset + from, Math.min(PIECE_BYTES, chunk.length - from));
          const writing = link
            .write(handle, piece, position)
            .catch((error: unknown) => void (failure.error ??= error))
            .finally(() => waiting.delete(writing));
          waiting.add(writing);
          position += piece.length;
          if (waiting.size >= WINDOW) await told(Promise.race(waiting), path);
        }
      }
      await told(Promise.all(waiting), path);
      if (failure.error !== undefined) throw fileError(failure.error, path, where);
      await told(link.closeHandle(handle), path);
    },
    async *get(path, startAt) {
      const handle = await told(open(path, 'r'), path);
      let position = startAt;
      let asked = startAt;
      let window: Promise<Buffer>[] = [];
      for (;;) {
        while (window.length < WINDOW) {
          const reading = link.read(handle, asked, PIECE_BYTES);
          reading.catch(() => undefined);
          window.push(reading);
          asked += PIECE_BYTES;
        }
        const piece = await told(window.shift() ?? link.read(handle, position, PIECE_BYTES), path);
        if (piece.length === 0) break;
        yield piece;
        position += piece.length;
        if (piece.length === PIECE_BYTES) continue;
        // A short answer leaves a hole before those asked for after it.
        window = [];
        asked = position;
      }
      await told(link.closeHandle(handle), path);
    },
    rename: (from, to) => link.rename(from, to, true),
    remove: (path) => link.remove(path),
    close: () => link.close(),
  };
}

function codeOf(error: unknown): number | string | undefined {
  return (error as { readonly code?: number | string }).code;
}

function fileError(error: unknown, path: string, where: string): AppError {
  if (error instanceof AppError) return error;
  const code = codeOf(error);
  if (code === NO_SUCH_FILE) return new AppError('not_found', `${path} is not there on ${where}.`, { cause: error });
  if (code === PERMISSION_DENIED) return new AppError('permission_denied', `${where} does not permit it for ${path}.`, { cause: error });
  if (typeof code === 'number') return new AppError('outbound_failed', `${where} refused ${path} (SFTP status ${code}).`, { cause: error });
  return new RemoteLost(where, error);
}
