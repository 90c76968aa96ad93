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

/** Signs in over SFTP. Rejects with `outbound_failed` in words, or with the signal's reason. */
export async function openSftp(server: RemoteServer, connector: Connector, signal: AbortSignal): Promise<RemoteFiles> {
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
    return overSftp(client, sftp, where, orGone);
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

function overSftp(client: Client, sftp: SFTPWrapper, where: string, orGone: OrGone): RemoteFiles {
  const told = async <T>(work: Promise<T>, path: string): Promise<T> => {
    try {
      return await orGone(work);
    } catch (error) {
      throw fileError(error, path, where);
    }
  };
  const stat = promisify<string, Stats>(sftp.stat.bind(sftp));
  const readdir = promisify<string, FileEntryWithStats[]>(sftp.readdir.bind(sftp));
  const mkdir = promisify<string>(sftp.mkdir.bind(sftp));
  const unlink = promisify<string>(sftp.unlink.bind(sftp));
  const open = promisify<string, 'r' | 'w' | 'r+', Buffer>(sftp.open.bind(sftp));
  const close = promisify<Buffer>(sftp.close.bind(sftp));
  const rename = promisify<string, string>(sftp.rename.bind(sftp));
  const replace = promisify<string, string>(sftp.ext_openssh_rename.bind(sftp));

  const statOrNull = async (path: string): Promise<Stats | null> => {
    try {
      return await orGone(stat(path));
    } catch (error) {
      if (codeOf(error) === NO_SUCH_FILE) return null;
      throw fileError(error, path, where);
    }
  };

  function write(handle: Buffer, piece: Buffer, position: number): Promise<void> {
    return new Promise((resolve, reject) => {
      sftp.write(handle, piece, 0, piece.length, position, (error) => {
        if (error === undefined || error === null) resolve();
        else reject(error);
      });
    });
  }

  /** Bytes at a position, an empty buffer at the end. */
  function read(handle: Buffer, position: number): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const buffer = Buffer.allocUnsafe(PIECE_BYTES);
      sftp.read(handle, buffer, 0, PIECE_BYTES, position, (error, count) => {
        // The library says undefined or null, its types only the first.
        if (!(error instanceof Error)) resolve(buffer.subarray(0, count));
        else if (codeOf(error) === END_OF_FILE) resolve(Buffer.alloc(0));
        else reject(error);
      });
    });
  }

  return {
    async size(path) {
      const found = await statOrNull(path);
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
        if ((await statOrNull(at)) !== null) break;
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
          const writing = write(handle, piece, position)
            .catch((error: unknown) => void (failure.error ??= error))
            .finally(() => waiting.delete(writing));
          waiting.add(writing);
          position += piece.length;
          if (waiting.size >= WINDOW) await orGone(Promise.race(waiting));
        }
      }
      await orGone(Promise.all(waiting));
      if (failure.error !== undefined) throw fileError(failure.error, path, where);
      await told(close(handle), path);
    },
    async *get(path, startAt) {
      const handle = await told(open(path, 'r'), path);
      let position = startAt;
      let asked = startAt;
      let window: Promise<Buffer>[] = [];
      for (;;) {
        while (window.length < WINDOW) {
          const reading = read(handle, asked);
          reading.catch(() => undefined);
          window.push(reading);
          asked += PIECE_BYTES;
        }
        const piece = await told(window.shift() ?? read(handle, position), path);
        if (piece.length === 0) break;
        yield piece;
        position += piece.length;
        if (piece.length === PIECE_BYTES) continue;
        // A short answer leaves a hole before those asked for after it.
        window = [];
        asked = position;
      }
      await told(close(handle), path);
    },
    async rename(from, to) {
      try {
        await orGone(replace(from, to));
      } catch {
        // Servers without OpenSSH's extension refuse to rename over a file.
        if ((await statOrNull(to)) !== null) await told(unlink(to), to);
        await told(rename(from, to), to);
      }
    },
    remove: (path) => told(unlink(path), path),
    close: () => void client.end(),
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
