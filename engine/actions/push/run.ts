import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { AppError } from '../../contract/errors.ts';
import { openRemote, reconnecting, remoteAddress, type RemoteFiles, RemoteLost, requirePlainPath } from '../../outbound/remote/index.ts';
import { baseOf } from '../../vfs/names.ts';
import { findEntries, isPattern } from '../../vfs/path-pattern.ts';
import { bytesOf, withDownload } from '../../vfs/streams.ts';
import type { FileStat, FileTree, OpenedFile } from '../../vfs/types.ts';
import { type ActionContext, ActionFailure, type Detail, type Runner } from '../runner.ts';
import type { push } from './definition.ts';

type Config = Parameters<Runner<typeof push>>[0]['config'];

/** One file and the path that it gets there. */
type Item = { readonly path: string; readonly stat: FileStat; readonly target: string };

const MAX_NUMBER = 9999;

/** Sends file after file; stops at the first that fails. */
export const runPush: Runner<typeof push> = async ({ config, source }, context) => {
  const timeout = AbortSignal.timeout(config.timeoutSeconds * 1000);
  const signal = AbortSignal.any([context.signal, timeout]);
  const session = await context.source();
  const done: Detail[] = [];
  try {
    const items = await itemsOf(session, config, source, signal);
    const total = items.reduce((sum, { stat }) => sum + stat.size, 0);
    let before = 0;
    for (const item of items) {
      try {
        done.push(await send(item, { session, config, context, signal, onBytes: (bytes) => context.progress(before + bytes, total) }));
      } catch (error) {
        if (timeout.aborted && !context.signal.aborted) throw new AppError('timeout', `It took longer than ${config.timeoutSeconds} s.`);
        throw error;
      }
      before += item.stat.size;
    }
    return { done };
  } catch (error) {
    throw ActionFailure.from(error, `Not everything could be sent to ${config.host}`, { done });
  }
};

async function itemsOf(session: FileTree, config: Config, typed: Pick<Config, 'files'>, signal: AbortSignal): Promise<Item[]> {
  const items: Item[] = [];
  for (const [index, { source, target }] of config.files.entries()) {
    requirePlainPath(target);
    const pattern = typed.files[index]?.source ?? source;
    const found = await findEntries(session, source, pattern, signal);
    if (found.length === 0 && !isPattern(pattern)) throw new AppError('not_found', `${source} is not there.`);
    for (const { path, stat } of found) {
      if (stat.type !== 'file') {
        if (isPattern(pattern)) continue;
        throw new AppError('is_a_directory', `${path} is a folder. Pack it first, or name its files with a wildcard.`);
      }
      items.push({ path, stat, target: target.endsWith('/') || isPattern(pattern) ? posix.join(target, baseOf(path)) : target });
    }
  }
  return items;
}

type Sending = {
  readonly session: FileTree;
  readonly config: Config;
  readonly context: ActionContext;
  readonly signal: AbortSignal;
  readonly onBytes: (bytes: number) => void;
};

async function send(item: Item, sending: Sending): Promise<Detail> {
  const { session, config, context, signal } = sending;
  const startedAt = context.clock.now();
  const open = (): Promise<RemoteFiles> => openRemote(config, context.connector, signal);
  const place = await withDownload(session, item.path, async (download) => {
    let placed: Awaited<ReturnType<typeof placeThere>> | undefined;
    return await reconnecting(open, async (remote, onProgress) => {
      if (config.makeFolders) await remote.makeFolders(posix.dirname(item.target));
      placed ??= await placeThere(remote, item.target, config.conflict);
      if (placed === null) return null;
      const onBytes = (bytes: number): void => {
        onProgress();
        sending.onBytes(bytes);
      };
      await put(remote, { item, download, target: placed }, { ...sending, onBytes });
      return placed;
    });
  });
  if (place === null) return { source: item.path, target: item.target, skipped: true };
  const target = remoteAddress(config, place);
  await context.recordSent({ path: item.path, target, bytes: item.stat.size, durationMs: context.clock.now() - startedAt });
  if (config.afterwards === 'delete') await session.remove(item.path);
  return { source: item.path, target, bytes: item.stat.size };
}

/** Where the file may go there; null where it should stay. */
async function placeThere(remote: RemoteFiles, target: string, conflict: Config['conflict']): Promise<string | null> {
  if (conflict === 'replace') return target;
  if ((await remote.size(target)) === null) return target;
  if (conflict === 'skip') return null;
  if (conflict === 'fail') throw new AppError('already_exists', `${target} exists there already.`);
  const { dir, name, ext } = posix.parse(target);
  for (let number = 2; number <= MAX_NUMBER; number++) {
    const path = posix.join(dir, `${name} (${number})${ext}`);
    if ((await remote.size(path)) === null) return path;
  }
  throw new AppError('already_exists', `${target} exists there with every number up to ${MAX_NUMBER}.`);
}

async function put(
  remote: RemoteFiles,
  { item, download, target }: { readonly item: Item; readonly download: OpenedFile; readonly target: string },
  { config, signal, onBytes }: Sending,
): Promise<void> {
  const { size } = download;
  const temporary = config.temporaryName ? temporaryName(item, target) : target;
  const there = config.temporaryName && config.resume ? ((await remote.size(temporary)) ?? 0) : 0;
  const startAt = there <= size ? there : 0;
  async function* bytes(): AsyncGenerator<Uint8Array, void, undefined> {
    let position = startAt;
    for await (const chunk of bytesOf(download, signal, { start: startAt })) {
      yield chunk;
      position += chunk.length;
      onBytes(position);
    }
  }
  try {
    if (startAt < size || size === 0) await remote.put(temporary, bytes(), startAt);
    const arrived = await remote.size(temporary);
    if (arrived !== null && arrived !== size) throw new AppError('outbound_failed', `Of ${size} bytes the other server has ${arrived}.`);
    if (temporary !== target) await remote.rename(temporary, target);
  } catch (error) {
    // What can be gone on with stays; half a file that cannot goes.
    if (temporary !== target && !(config.resume && (error instanceof RemoteLost || signal.aborted)))
      await remote.remove(temporary).catch(() => undefined);
    signal.throwIfAborted();
    throw error;
  }
}

/** The same for the same content, so that only what belongs together is ever put together. */
function temporaryName({ path, stat }: Item, target: string): string {
  const identity = createHash('sha256').update(`${path}\n${stat.size}\n${stat.mtimeMs}`).digest('hex').slice(0, 12);
  return posix.join(posix.dirname(target), `.${posix.basename(target)}.${identity}.part`);
}
