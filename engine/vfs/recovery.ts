import { SYSTEM, type EventLog } from '../events/log.ts';
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../lib/log.ts';
import type { Store } from '../store/index.ts';
import type { UploadRow } from '../store/uploads-table.ts';
import { baseOf, parentOf } from './names.ts';
import { parseDraft, recordPublished } from './publish.ts';
import { type Directory, openJail } from './sandbox/index.ts';

type Services = { readonly store: Store; readonly events: EventLog; readonly clock: Clock; readonly log: Logger };

/**
 * Puts every row of the upload journal right after a stop that nobody announced; run before the listeners open.
 * A `publishing` row whose file bears its final name already is recorded now, once; every other unfinished one becomes a partial that the
 * client can resume, since nobody was told that it had arrived. Returns how many rows it changed.
 */
export async function recoverUploads(services: Services): Promise<number> {
  let changed = 0;
  for (const row of services.store.tables.uploads.all()) {
    if (row.state === 'partial') continue;
    changed++;
    try {
      await recover(services, row);
    } catch (error) {
      // The folder may be unmounted today; the row stays for the next start.
      services.log.warn(`the interrupted upload ${row.id} cannot be looked at now`, error);
    }
  }
  return changed;
}

/** Deletes partials that nobody resumed since `before` (ms since the epoch), and says which rows went. */
export async function expirePartials(services: Services, before: number): Promise<readonly number[]> {
  const removed: number[] = [];
  for (const row of services.store.tables.uploads.all()) {
    if (row.state !== 'partial' || row.updatedAt >= before) continue;
    try {
      await inDirectoryOf(row, async (directory) => {
        if (directory?.lstat(row.temporary) !== undefined) await directory.unlink(row.temporary);
      });
      services.store.tables.uploads.remove(row.id);
      removed.push(row.id);
    } catch (error) {
      services.log.warn(`the expired upload ${row.id} cannot be deleted now`, error);
    }
  }
  return removed;
}

async function recover(services: Services, row: UploadRow): Promise<void> {
  const { store, events, clock } = services;
  await inDirectoryOf(row, async (directory) => {
    const inPlace = row.temporary === baseOf(row.fileKey);
    const final = directory?.lstat(baseOf(row.path));
    const draft = row.state === 'publishing' ? parseDraft(row.draft) : undefined;
    if (draft !== undefined && final !== undefined && String(final.ino) === row.inode && String(final.dev) === row.device) {
      await recordPublished(store, events, draft, row.id);
      return;
    }
    const hidden = inPlace ? undefined : directory?.lstat(row.temporary);
    const size = Number((inPlace ? final : hidden)?.size ?? 0n);
    await events.record(
      {
        type: 'TRANSFER_FAILED',
        info: { direction: 'upload', reason: 'the server stopped without warning', bytes: size },
        actor: { ...SYSTEM, userId: row.accountId },
        path: row.path,
        bytes: size,
        outcome: 'aborted',
      },
      () => {
        if (hidden === undefined || size === 0) store.tables.uploads.remove(row.id);
        else store.tables.uploads.setState(row.id, 'partial', size, clock.now());
        return undefined;
      },
    );
    if (hidden !== undefined && size === 0) await directory?.unlink(row.temporary);
  });
}

/** Opens the folder that the row's file stands in; undefined when it is gone. */
async function inDirectoryOf(row: UploadRow, work: (directory: Directory | undefined) => Promise<void>): Promise<void> {
  let jail: ReturnType<typeof openJail> | undefined;
  try {
    jail = openJail(parentOf(row.fileKey));
  } catch {
    await work(undefined); // Nothing to find where there is no folder.
    return;
  }
  const directory = jail.open('/');
  try {
    await work(directory);
  } finally {
    directory.close();
    jail.close();
  }
}
