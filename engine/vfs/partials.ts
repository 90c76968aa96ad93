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
  /** Turns an open upload into a partial. */
  keep(rowId: number, size: number, reservation: Reservation): void;
  /** Takes the partial for writing again: its row is `open` from now on. */
  adopt(row: UploadRow, charge: Charge, mark: UploadMark): Reservation;
  /** Deletes hidden file and row. A file that is gone already is no error. */
  discard(row: UploadRow, directory: Directory): Promise<void>;
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

  load();
  for (const row of rows.values()) {
    reservations.set(row.id, quota.reserve(chargeOfRow(row), row.size, 1));
  }

  return {
    find: (accountId, key) => rows.get(byName.get(nameOf(accountId, key)) ?? -1),
    inDirectory: (accountId, directoryKey) =>
      [...rows.values()].filter((row) => row.accountId === accountId && parentOf(row.fileKey) === directoryKey),
    keep(rowId, size, reservation) {
      table.setPartial(rowId, size, clock.now());
      reservations.set(rowId, reservation);
      const row = table.get(rowId);
      if (row !== undefined) hold(row);
    },
    adopt(row, charge, mark) {
      const reservation = reservations.get(row.id) ?? quota.reserve(charge, row.size, 1);
      reservations.delete(row.id);
      drop(row.id);
      table.reopen(row.id, mark, clock.now());
      return reservation;
    },
    async discard(row, directory) {
      if (directory.lstat(row.temporary) !== undefined) await directory.unlink(row.temporary);
      forget(row.id);
      table.remove(row.id);
    },
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
