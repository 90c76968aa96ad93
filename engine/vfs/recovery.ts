import { SYSTEM, type EventLog } from '../events/log.ts';
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../lib/log.ts';
import type { Store } from '../store/index.ts';
import type { UploadFolder, UploadRow } from '../store/uploads-table.ts';
import { baseOf, isTemporary, parentOf, temporaryStart } from './names.ts';
import { endOf, holdOf, recordUpload } from './publish.ts';
import { chargeOfRow } from './quota.ts';
import { type Entry, inFolder } from './sandbox/index.ts';
import { userIdOf } from './system-identity.ts';
import { parseDraft } from './upload-draft.ts';

type Services = { readonly store: Store; readonly events: EventLog; readonly clock: Clock; readonly log: Logger };

/**
 * Puts every row of the upload journal right after a stop that nobody announced; run before the listeners open.
 * An upload whose file bears its final name already is recorded now, once; every other unfinished one becomes a partial that the client can
 * resume, since nobody was told that it had arrived. Returns how many rows it changed.
 */
export async function recoverUploads(services: Services): Promise<number> {
  const { uploads } = services.store.tables;
  let changed = 0;
  for (const row of uploads.all()) {
    if (row.state === 'partial') continue;
    changed++;
    try {
      await recover(services, row);
    } catch (error) {
      // The folder may be unmounted today; the row stays for the next start.
      services.log.warn(`the interrupted upload ${row.id} cannot be looked at now`, error);
    }
  }
  for (const folder of uploads.folders()) {
    try {
      await sweep(services, folder);
    } catch (error) {
      services.log.warn('a folder cannot be searched for hidden files without an upload now', error);
    }
  }
  return changed;
}

async function recover(services: Services, row: UploadRow): Promise<void> {
  const { store, events, clock } = services;
  await inFolder(parentOf(row.fileKey), async (directory) => {
    const inPlace = row.temporary === baseOf(row.fileKey);
    const final = directory?.lstat(baseOf(row.path));
    const hidden = inPlace ? undefined : directory?.lstat(row.temporary);
    const draft = parseDraft(row.draft);
    if (draft !== undefined && final !== undefined && isFileOf(row, final)) {
      // Where a free name was taken by a link, the old name may still be there.
      if (hidden !== undefined && isFileOf(row, hidden)) await directory?.unlink(row.temporary);
      const at = Number(final.ctimeMs);
      const { path, fileKey: key } = row;
      const charge = chargeOfRow(row);
      const durationMs = Math.max(0, at - row.createdAt);
      const releases = holdOf(row.id);
      const upload = { ...draft, accountId: row.accountId, charge, path, key, size: Number(final.size), at, durationMs, releases };
      await recordUpload(store, events, upload, endOf(store, upload, row.id));
      return;
    }
    const size = Number((inPlace ? final : hidden)?.size ?? 0n);
    const older = hidden === undefined || size === 0 ? [] : store.tables.uploads.all().filter((other) => isReplacedBy(row, other));
    await events.record(
      {
        type: 'TRANSFER_FAILED',
        info: { direction: 'upload', reason: 'the server stopped without warning', bytes: size, ...folderOf(draft) },
        actor: { ...SYSTEM, userId: userIdOf(row.accountId) },
        path: row.path,
        bytes: size,
        outcome: 'aborted',
      },
      () => {
        if (hidden === undefined || size === 0) store.tables.uploads.remove(row.id);
        else store.tables.uploads.setPartial(row.id, size, clock.now());
        for (const { id } of older) store.tables.uploads.remove(id);
        return undefined;
      },
    );
    for (const { temporary } of older) if (directory?.lstat(temporary) !== undefined) await directory.unlink(temporary);
    if (hidden !== undefined && size === 0) await directory?.unlink(row.temporary);
  });
}

/** The virtual folder that the path is in, where a rule acted in one as the system. */
function folderOf(draft: ReturnType<typeof parseDraft>): { readonly folder?: string } {
  return draft?.info.folder === undefined ? {} : { folder: draft.info.folder };
}

/** Of one account and final name there is one partial: the newer. */
function isReplacedBy(row: UploadRow, other: UploadRow): boolean {
  return other.id !== row.id && other.state === 'partial' && other.accountId === row.accountId && other.fileKey === row.fileKey;
}

function isFileOf(row: UploadRow, found: Entry): boolean {
  return String(found.ino) === row.inode && String(found.dev) === row.device;
}

/** Deletes hidden files of a process that is gone which it made and had no time to write a row for. */
async function sweep(services: Services, folder: UploadFolder): Promise<void> {
  const { uploads } = services.store.tables;
  const known = new Set(uploads.all().map((row) => row.temporary));
  await inFolder(folder.key, async (directory) => {
    for (const name of (await directory?.names()) ?? [])
      if (isTemporary(name) && name.startsWith(temporaryStart(folder.prefix)) && !known.has(name)) await directory?.unlink(name);
  });
  uploads.forgetFolder(folder);
}
