import { posix } from 'node:path';
import { AppError } from '../../contract/errors.ts';
import { compileGlob } from '../../lib/glob.ts';
import { openRemote, type RemoteEntry, type RemoteFiles, RemoteLost, requirePlainPath } from '../../outbound/remote/index.ts';
import { isPattern } from '../../vfs/path-pattern.ts';
import { placeFor, statOrNull } from '../../vfs/placement.ts';
import { writeFile } from '../../vfs/streams.ts';
import type { FileTree } from '../../vfs/types.ts';
import { type ActionContext, ActionFailure, type Detail, type Runner } from '../runner.ts';
import type { fetchFiles } from './definition.ts';

type Config = Parameters<Runner<typeof fetchFiles>>[0]['config'];

type Found = { readonly path: string; readonly entry: RemoteEntry; readonly target: string };

/** A lost connection is taken up again so often without a byte in between. */
const MAX_RECONNECTS = 3;
/** File systems and servers keep times to the second or two. */
const SAME_TIME_MS = 2000;

/** Fetches file after file; stops at the first that fails. */
export const runFetch: Runner<typeof fetchFiles> = async ({ config, source }, context) => {
  const timeout = AbortSignal.timeout(config.timeoutSeconds * 1000);
  const signal = AbortSignal.any([context.signal, timeout]);
  const session = await context.target();
  const done: Detail[] = [];
  const connection = createConnection(config, context, signal);
  try {
    const found: Found[] = [];
    for (const [index, item] of config.sources.entries())
      found.push(...(await findThere(await connection.remote(), item, source.sources[index]?.source ?? item.source)));
    if (found.length === 0 && config.failIfNone) throw new AppError('not_found', 'No file was there to fetch.');
    const total = found.reduce((sum, { entry }) => sum + entry.size, 0);
    let before = 0;
    for (const file of found) {
      const onBytes = (bytes: number): void => context.progress(before + bytes, total);
      done.push(await fetchOne(file, { session, config, signal, connection, onBytes }));
      before += file.entry.size;
    }
    return { done };
  } catch (error) {
    const told =
      timeout.aborted && !context.signal.aborted ? new AppError('timeout', `It took longer than ${config.timeoutSeconds} s.`) : error;
    throw ActionFailure.from(told, `Not everything could be fetched from ${config.host}`, { done });
  } finally {
    connection.close();
  }
};

type Connection = { readonly remote: () => Promise<RemoteFiles>; readonly drop: () => void; readonly close: () => void };

/** One connection for all files, made anew where it was lost. */
function createConnection(config: Config, { connector }: Pick<ActionContext, 'connector'>, signal: AbortSignal): Connection {
  let open: RemoteFiles | undefined;
  const drop = (): void => {
    open?.close();
    open = undefined;
  };
  return {
    remote: async () => (open ??= await openRemote(config, connector, signal)),
    drop,
    close: drop,
  };
}

/** What a path stands for there. A wildcard counts only where an administrator typed it. */
async function findThere(remote: RemoteFiles, { source, folder }: Config['sources'][number], typed: string): Promise<Found[]> {
  requirePlainPath(source);
  const parent = posix.dirname(source);
  const base = posix.basename(source);
  const entries = (await remote.list(parent)).filter(({ type, name }) => type === 'file' && isSafeName(name));
  const matches = isPattern(typed) ? compileGlob(base) : ([name = '']: readonly string[]) => name === base;
  const found = entries.filter(({ name }) => matches([name])).sort((a, b) => (a.name < b.name ? -1 : 1));
  if (found.length === 0 && !isPattern(typed)) throw new AppError('not_found', `${source} is not there.`);
  return found.map((entry) => ({ path: posix.join(parent, entry.name), entry, target: posix.join(folder, entry.name) }));
}

/** A server could name its files so that they would land elsewhere. */
function isSafeName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !/[/\\\u0000-\u001f\u007f]/.test(name);
}

type Fetching = {
  readonly session: FileTree;
  readonly config: Config;
  readonly signal: AbortSignal;
  readonly connection: Connection;
  readonly onBytes: (bytes: number) => void;
};

async function fetchOne({ path, entry, target }: Found, fetching: Fetching): Promise<Detail> {
  const { session, config, signal, connection } = fetching;
  const place =
    config.conflict === 'changed' && (await isSame(session, target, entry))
      ? null
      : await placeFor(session, target, config.conflict === 'changed' ? 'replace' : config.conflict);
  if (place === null) return { source: path, target, skipped: true };
  const bytes = await writeFile(session, place.path, wholeFile(path, entry.size, fetching), signal, {
    ...place,
    ...(entry.mtimeMs === null ? {} : { mtimeMs: entry.mtimeMs }),
  });
  if (config.afterwards !== 'keep') {
    const remote = await connection.remote();
    if (config.afterwards === 'delete') await remote.remove(path);
    else {
      requirePlainPath(config.moveTo);
      await remote.makeFolders(config.moveTo.replace(/(?<=.)\/+$/, ''));
      await remote.rename(path, posix.join(config.moveTo, entry.name));
    }
  }
  return { source: path, target: place.path, bytes };
}

async function isSame(session: FileTree, target: string, { size, mtimeMs }: RemoteEntry): Promise<boolean> {
  const here = await statOrNull(session, target);
  return here?.type === 'file' && here.size === size && (mtimeMs === null || Math.abs(here.mtimeMs - mtimeMs) <= SAME_TIME_MS);
}

/** The file's bytes, over as many connections as it takes. One that ends short of its size counts as lost. */
async function* wholeFile(
  path: string,
  size: number,
  { config, connection, signal, onBytes }: Fetching,
): AsyncGenerator<Uint8Array, void, undefined> {
  let position = 0;
  for (let failures = 0; ; ) {
    const startedAt = position;
    try {
      const remote = await connection.remote();
      for await (const chunk of remote.get(path, position)) {
        position += chunk.length;
        onBytes(position);
        yield chunk;
      }
      if (position >= size) return;
      throw new RemoteLost(config.host, undefined);
    } catch (error) {
      connection.drop();
      signal.throwIfAborted();
      failures = position > startedAt ? 1 : failures + 1;
      if (!(error instanceof RemoteLost) || !config.resume || failures > MAX_RECONNECTS) throw error;
    }
  }
}
