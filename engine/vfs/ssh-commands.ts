import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { AppError } from '../contract/errors.ts';
import type { EventDraft } from '../events/log.ts';
import { sourceOf } from '../lib/address.ts';
import { type Place, requireFile, type SessionContext } from './context.ts';
import type { Partials } from './partials.ts';
import { NEEDS } from './permissions.ts';
import { fromErrno, type OpenFile } from './sandbox/index.ts';
import type { ChecksumAlgorithm, ChecksumOptions } from './types.ts';
import { hiddenNameOf } from './unfinished.ts';

/** Hashed in one turn: a tenth of a millisecond of the event loop, on which everybody's transfers run. */
const CHUNK_BYTES = 64 * 1024;

/**
 * The checksum of a file's present content, for a client also of what has come so far of its own unfinished upload, as lower-case hexadecimal
 * digits. For whoever may download the file: checksums of single bytes are its content. Over SSH it is recorded as the command that asked for
 * it. Rejects with `cancelled` when the signal aborts.
 */
export async function checksumOf(
  context: SessionContext,
  partials: Partials,
  path: string,
  algorithm: ChecksumAlgorithm,
  options: ChecksumOptions,
): Promise<string> {
  const startedAt = context.services.clock.now();
  return context.at(path, async (place) => {
    context.need(NEEDS.download, place.path);
    const found = place.directory.lstat(place.name);
    if (found?.isDirectory() !== true) context.needAllowedName(place.path, 'not_found');
    if (found !== undefined) requireFile(found);
    const name = found === undefined ? hiddenNameOf(context, partials, place) : place.name;
    if (name === undefined) throw new AppError('not_found');
    let bytes = 0;
    try {
      const file = place.directory.openFile(name, 'read');
      const digest = await hashFile(context, file, algorithm, options, (count) => (bytes += count));
      await recordCommand(context, place.path, `${algorithm}sum`, { place, bytes, startedAt });
      return digest;
    } catch (thrown) {
      const error = fromErrno(thrown);
      if (context.identity.protocol === 'SFTP') await recordFailure(context, place.path, error, bytes, startedAt);
      throw error;
    }
  });
}

/** Answers `cd` and `pwd` of an SSH command with the folder's absolute virtual path. Rejects when there is no such folder. */
export async function folderCommand(context: SessionContext, command: 'cd' | 'pwd', path: string): Promise<string> {
  const clean = context.resolve(path);
  if (command === 'cd' && clean !== '/') {
    context.need(NEEDS.list, clean);
    await context.at(clean, (place) => {
      const found = place.directory.lstat(place.name);
      if (found === undefined) throw new AppError('not_found');
      if (!found.isDirectory()) throw new AppError('not_a_directory');
    });
  }
  await recordCommand(context, clean, command, null);
  return clean;
}

/** Closes the file. One piece of one file is hashed at a time, over all sessions; those who ask take turns, however many files one of them asks about. */
async function hashFile(
  context: SessionContext,
  file: OpenFile,
  algorithm: ChecksumAlgorithm,
  { signal, range }: ChecksumOptions,
  read: (count: number) => void,
): Promise<string> {
  try {
    requireFile(file.stat());
    const hash: Hash = algorithm === 'crc32' ? new Crc32() : createHash(algorithm);
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
    const end = range?.to ?? Number.POSITIVE_INFINITY;
    const { address, account } = context.identity;
    const source = address === null ? `account ${account.id}` : sourceOf(address);
    for (let position = range?.from ?? 0; ; ) {
      const count = await context.services.checksums.run(source, async () => {
        if (signal?.aborted === true) throw new AppError('cancelled');
        if (context.isClosed) throw new AppError('connection_lost');
        const count = await file.read(buffer.subarray(0, Math.max(0, Math.min(buffer.length, end - position))), position);
        hash.update(buffer.subarray(0, count));
        return count;
      });
      if (count === 0) return hash.digest('hex');
      position += count;
      read(count);
    }
  } finally {
    file.close();
  }
}

type Hash = { update(bytes: Uint8Array): unknown; digest(encoding: 'hex'): string };

/** CRC-32 in the shape of node:crypto's hashes. */
class Crc32 implements Hash {
  #value = 0;

  update(bytes: Uint8Array): void {
    this.#value = crc32(bytes, this.#value);
  }

  digest(_encoding: 'hex'): string {
    return this.#value.toString(16).padStart(8, '0');
  }
}

async function recordCommand(
  context: SessionContext,
  path: string,
  command: string,
  file: { readonly place: Place; readonly bytes: number; readonly startedAt: number } | null,
): Promise<void> {
  if (context.identity.protocol !== 'SFTP') return;
  const { events, store, clock } = context.services;
  await events.record(
    context.draft<EventDraft<'SSH_COMMAND'>>({
      type: 'SSH_COMMAND',
      info: { operation: 'ssh_cmd', command },
      object: { schema: 'USER', type: file === null ? 'directory' : 'file' },
      path,
      bytes: file?.bytes ?? null,
      durationMs: file === null ? null : clock.now() - file.startedAt,
    }),
    () => {
      if (file === null) return undefined;
      const identity = store.tables.files.identify(file.place.key);
      return { objectId: identity.id, objectVersion: identity.version };
    },
    { mayWait: true },
  );
}

async function recordFailure(context: SessionContext, path: string, error: AppError, bytes: number, startedAt: number): Promise<void> {
  await context.services.events.record(
    context.draft<EventDraft<'TRANSFER_FAILED'>>({
      type: 'TRANSFER_FAILED',
      info: { direction: 'ssh_cmd', reason: error.message, bytes },
      path,
      bytes,
      durationMs: context.services.clock.now() - startedAt,
      outcome: error.code === 'cancelled' ? 'aborted' : 'failed',
    }),
  );
}
