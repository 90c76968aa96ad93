import { AppError } from '../contract/errors.ts';
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../lib/log.ts';
import type { Store } from '../store/index.ts';
import type { UploadMark, UploadRow } from '../store/uploads-table.ts';
import { parentOf } from './names.ts';
import { type Charge, chargeOfRow, type QuotaLedger, type Reservation } from './quota.ts';
import { type Directory, inFolder } from './sandbox/index.ts';

/**
 * Interrupted uploads that can be resumed: journal rows in state `partial`, each with its hidden file and the storage it takes.
 * One per account and final name; a newer one replaces it.
 */
export type Partials = {
  find(accountId: number, key: string): UploadRow | undefined;
  /** Those of the account in a directory, by final name. */
  inDirectory(accountId: number, directoryKey: string): readonly UploadRow[];
  /**
   * Turns an open upload, whose own reservation has ended, into a partial in this directory; an older one of its name goes. False where the
   * storage has no room for all its bytes: then nothing has changed but that.
   */
  keep(rowId: number, size: number, charge: Charge, directory: Directory): Promise<boolean>;
  /** Takes the partial for writing again: its row is `open` from now on. */
  adopt(row: UploadRow, charge: Charge, mark: UploadMark): Reservation;
  /** Deletes hidden file and row. A file that is gone already is no error. */
  discard(row: UploadRow, directory: Directory): Promise<void>;
  /** The same for that of an account under a place's final name, if there is one. */
  discardFor(accountId: number, place: { readonly key: string; readonly directory: Directory }): Promise<void>;
  /** It will be published under another name. */
  retarget(row: UploadRow, to: { readonly path: string; readonly fileKey: string }): void;
  /** A folder was renamed, and the rows below it with it. */
  folderMoved(from: string): void;
  /** Deletes those that nobody resumed since `before` (ms since the epoch). What cannot be deleted now stays for the next time. */
  expire(before: number): Promise<void>;
};

/** The rows are held in memory too: every upload asks whether there is one for its name. */
export function createPartials(store: Store, quota: QuotaLedger, clock: Clock, log: Logger): Partials {
  const table = store.tables.uploads;
  const reservations = new Map<number, Reservation>();
  const rows = new Map<number, UploadRow>();
  const byName = new Map<string, number>();
  const nameOf = (accountId: number, key: string): string => `${accountId}:${key}`;

  function load(): void {
    rows.clear();
    byName.clear();
    for (const row of table.all()) if (row.state === 'partial') hold(row);
  }

  function hold(row: UploadRow): void {
    rows.set(row.id, row);
    byName.set(nameOf(row.accountId, row.fileKey), row.id);
  }

  function drop(rowId: number): void {
    const row = rows.get(rowId);
    rows.delete(rowId);
    if (row === undefined) return;
    const name = nameOf(row.accountId, row.fileKey);
    if (byName.get(name) === rowId) byName.delete(name);
  }

  function forget(rowId: number): void {
    drop(rowId);
    reservations.get(rowId)?.release();
    reservations.delete(rowId);
  }

  const find = (accountId: number, key: string): UploadRow | undefined => rows.get(byName.get(nameOf(accountId, key)) ?? -1);

  async function discard(row: UploadRow, directory: Directory): Promise<void> {
    if (directory.lstat(row.temporary) !== undefined) await directory.unlink(row.temporary);
    forget(row.id);
    table.remove(row.id);
  }

  async function discardFor(accountId: number, { key, directory }: { readonly key: string; readonly directory: Directory }): Promise<void> {
    const row = find(accountId, key);
    if (row !== undefined) await discard(row, directory);
  }

  /** All of its bytes count, whatever it was to replace: those of the file that is there count too. Undefined where they do not fit. */
  function reserve(charge: Charge, size: number): Reservation | undefined {
    try {
      return quota.reserve(charge, size, 1);
    } catch (error) {
      if (error instanceof AppError && error.code === 'quota_exceeded') return undefined;
      throw error;
    }
  }

  load();
  for (const row of rows.values()) {
    reservations.set(row.id, quota.reserve(chargeOfRow(row), row.size, 1));
  }

  return {
    find,
    inDirectory: (accountId, directoryKey) =>
      [...rows.values()].filter((row) => row.accountId === accountId && parentOf(row.fileKey) === directoryKey),
    async keep(rowId, size, charge, directory) {
      const known = table.get(rowId);
      if (known !== undefined) await discardFor(known.accountId, { key: known.fileKey, directory });
      const reservation = reserve(charge, size);
      if (reservation === undefined) return false;
      table.setPartial(rowId, size, clock.now());
      reservations.set(rowId, reservation);
      const row = table.get(rowId);
      if (row !== undefined) hold(row);
      return true;
    },
    adopt(row, charge, mark) {
      const reservation = reservations.get(row.id) ?? quota.reserve(charge, row.size, 1);
      reservations.delete(row.id);
      drop(row.id);
      table.reopen(row.id, mark, clock.now());
      return reservation;
    },
    discard,
    discardFor,
    async expire(before) {
      for (const row of [...rows.values()]) {
        if (row.updatedAt >= before || rows.get(row.id) !== row) continue;
        // From here on nobody finds it any more, to resume it while it is being deleted.
        drop(row.id);
        try {
          await inFolder(parentOf(row.fileKey), async (directory) => {
            if (directory?.lstat(row.temporary) !== undefined) await directory.unlink(row.temporary);
          });
          table.remove(row.id);
          forget(row.id);
        } catch (error) {
          hold(row);
          log.warn(`the expired upload ${row.id} cannot be deleted now`, error);
        }
      }
    },
    retarget(row, to) {
      table.retarget(row.id, { ...to, temporary: row.temporary });
      drop(row.id);
      hold({ ...row, ...to });
    },
    folderMoved(from) {
      if ([...rows.values()].some((row) => row.fileKey.startsWith(`${from}/`))) load();
    },
  };
}
