import { AppError } from '../contract/errors.ts';
import type { EventDraft } from '../events/log.ts';
import { requireFile, type SessionContext, toFileStat } from './context.ts';
import { baseOf } from './names.ts';
import type { Partials } from './partials.ts';
import { NEEDS } from './permissions.ts';
import { type Directory, fromErrno, type OpenFile } from './sandbox/index.ts';
import type { AbortReason, Download, FileStat } from './types.ts';
import { hiddenNameOf } from './unfinished.ts';

/**
 * Opens a file for reading: permission, then the rules, which may name another file to serve. A client reads of its own unfinished upload what
 * has come so far.
 */
export async function openDownload(context: SessionContext, partials: Partials, path: string): Promise<Download> {
  try {
    return await askAndOpen(context, partials, path);
  } catch (error) {
    await context.refused('download', context.resolve(path), error);
    throw error;
  }
}

async function askAndOpen(context: SessionContext, partials: Partials, path: string): Promise<Download> {
  const asked = context.resolve(path);
  context.need(NEEDS.download, asked);
  if (context.isMounted(asked)) throw new AppError('is_a_directory');
  context.needAllowedName(asked, 'not_found');
  context.needTransfer('download');
  return context.at(asked, async (place) => {
    const { servePath } = await context.decideTransfer('download', asked, { size: Number(place.directory.lstat(place.name)?.size ?? 0n) });
    if (servePath !== undefined) return context.at(servePath, (other) => open(context, asked, other.directory, other.name));
    const isThere = place.directory.lstat(place.name) !== undefined;
    return open(context, asked, place.directory, isThere ? place.name : hiddenNameOf(context, partials, place));
  });
}

function open(context: SessionContext, asked: string, directory: Directory, name: string | undefined): Download {
  const found = name === undefined ? undefined : directory.lstat(name);
  if (name === undefined || found === undefined) throw new AppError('not_found');
  requireFile(found);
  const file = directory.openFile(name, 'read');
  try {
    // The entry may have been swapped between the two calls; the descriptor is what will be read.
    const opened = file.stat();
    requireFile(opened);
    return new DownloadTransfer(context, asked, file, toFileStat(baseOf(asked), opened));
  } catch (error) {
    file.close();
    throw error;
  }
}

/** It would be taken for whole, since nothing tells clients how long it was to be. */
const SHORTER = 'The file became shorter while it was read. Try again.';

class DownloadTransfer implements Download {
  readonly path: string;
  readonly size: number;
  readonly #context: SessionContext;
  readonly #file: OpenFile;
  readonly #stat: FileStat;
  readonly #startedAt: number;
  #bytesRead = 0;
  /** Bytes that count against the transfer limit. */
  #counted = 0;
  /** Why it can go no further. */
  #failure: AppError | undefined;
  #ended: Promise<void> | undefined;

  constructor(context: SessionContext, path: string, file: OpenFile, stat: FileStat) {
    this.path = path;
    this.size = stat.size;
    this.#context = context;
    this.#file = file;
    this.#stat = stat;
    this.#startedAt = context.services.clock.now();
    context.begin(this);
  }

  async read(buffer: Uint8Array, position: number): Promise<number> {
    this.#context.touch();
    const rest = Math.max(0, Math.min(buffer.length, this.size - position));
    if (rest > 0 && this.#context.isMetered('download')) await this.#admit(rest);
    const count = await this.#file.read(buffer, position);
    if (count === 0 && rest > 0) throw (this.#failure ??= new AppError('io_error', SHORTER));
    this.#bytesRead += count;
    this.#context.counts.bytesOut += count;
    return count;
  }

  readForCopy(buffer: Uint8Array, position: number): Promise<number> {
    return this.#file.read(buffer, position);
  }

  async #admit(bytes: number): Promise<void> {
    try {
      this.#counted += await this.#context.admit('download', bytes);
    } catch (error) {
      this.#failure = fromErrno(error);
      throw this.#failure;
    }
  }

  stat(): Promise<FileStat> {
    try {
      return Promise.resolve(toFileStat(this.#stat.name, this.#file.stat()));
    } catch (error) {
      return Promise.reject(fromErrno(error));
    }
  }

  progress() {
    return { direction: 'download' as const, path: this.path, bytes: this.#bytesRead, total: this.size, startedAtMs: this.#startedAt };
  }

  finish(): Promise<void> {
    this.#ended ??= this.#end(() => (this.#failure === undefined ? this.#recordDownload() : this.#recordFailure('error')));
    return this.#ended;
  }

  abort(reason: AbortReason): Promise<void> {
    this.#ended ??= this.#end(() =>
      reason === 'disconnected' && this.#bytesRead >= this.size ? this.#recordDownload() : this.#recordFailure(reason),
    ).catch((error: unknown) => this.#context.services.log.error('an aborted download could not be recorded', error));
    return this.#ended.catch(() => undefined);
  }

  async #end(record: () => Promise<void>): Promise<void> {
    this.#file.close();
    this.#context.services.transferLimits.settle(this.#context.identity.account.id, 'download', this.#counted);
    try {
      await record();
    } finally {
      this.#context.transfers.delete(this);
    }
  }

  /** Opened and closed without a read is a look at the attributes, as sshfs and file managers do; only an empty file is whole by that. */
  async #recordDownload(): Promise<void> {
    if (this.#bytesRead === 0 && this.size > 0) return;
    this.#context.counts.downloads++;
    const { store, events, clock } = this.#context.services;
    await events.record(
      this.#context.draft<EventDraft<'ASSET_DOWNLOAD'>>({
        type: 'ASSET_DOWNLOAD',
        info: { version: 'original', bytes_loaded: Math.min(this.#bytesRead, this.size), bytes_total: this.size, export: null },
        path: this.path,
        bytes: this.#bytesRead,
        durationMs: clock.now() - this.#startedAt,
      }),
      () => {
        const identity = store.tables.files.identify(this.#context.key(this.path));
        return { objectId: identity.id, objectVersion: identity.version };
      },
      { mayWait: true },
    );
  }

  async #recordFailure(reason: AbortReason): Promise<void> {
    if (this.#bytesRead === 0 && this.size > 0 && this.#failure === undefined) return;
    await this.#context.services.events.record(
      this.#context.draft<EventDraft<'TRANSFER_FAILED'>>({
        type: 'TRANSFER_FAILED',
        info: { direction: 'download', reason: this.#failure?.message ?? ABORT_WORDS[reason], bytes: this.#bytesRead },
        path: this.path,
        bytes: this.#bytesRead,
        durationMs: this.#context.services.clock.now() - this.#startedAt,
        outcome: this.#failure?.code === 'quota_exceeded' ? 'quota' : reason === 'error' ? 'failed' : 'aborted',
      }),
    );
  }
}

/** Why a transfer broke off, for the timeline. */
export const ABORT_WORDS: Readonly<Record<AbortReason, string>> = {
  disconnected: 'the client left before it was complete',
  connection_lost: 'the connection was lost',
  aborted_by_client: 'the client cancelled it',
  shutting_down: 'the server was stopping',
  idle_timeout: 'nothing came for too long',
  error: 'an error ended it',
};
