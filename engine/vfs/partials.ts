import type { Clock } from '../lib/clock.ts';
import type { Store } from '../store/index.ts';
import type { UploadRow } from '../store/uploads-table.ts';
import type { QuotaLedger, Reservation } from './quota.ts';
import type { Directory } from './sandbox/index.ts';

type Limits = Parameters<QuotaLedger['reserve']>[0];

/**
 * Interrupted uploads that can be resumed: journal rows in state `partial`, each with its hidden file and the storage it takes.
 * One per account and final name; a newer one replaces it.
 */
export type Partials = {
  find(accountId: number, key: string): UploadRow | undefined;
  /** Those of the account in a directory, by final name; `shown` decides which directory a row belongs to. */
  inDirectory(accountId: number, directoryKey: string): readonly UploadRow[];
  /** Turns an open upload into a partial. */
  keep(rowId: number, size: number, reservation: Reservation): void;
  /** Takes the partial for writing again: its row is `open` from now on. */
  adopt(row: UploadRow, limits: Limits): Reservation;
  /** Deletes hidden file and row. A file that is gone already is no error. */
  discard(row: UploadRow, directory: Directory): Promise<void>;
  /** Gives back the storage of a row that expiry deleted. */
  forget(rowId: number): void;
};

export function createPartials(store: Store, quota: QuotaLedger, clock: Clock): Partials {
  const reservations = new Map<number, Reservation>();
  for (const row of store.tables.uploads.all()) {
    // Without limits: what is on disk is on disk, also when the account's quota was lowered meanwhile.
    if (row.state === 'partial') reservations.set(row.id, quota.reserve({ id: row.accountId, quotaBytes: 0, quotaFiles: 0 }, row.size, 1));
  }
  function forget(rowId: number): void {
    reservations.get(rowId)?.release();
    reservations.delete(rowId);
  }
  return {
    forget,
    find: (accountId, key) => store.tables.uploads.partial(accountId, key),
    inDirectory: (accountId, directoryKey) =>
      store.tables.uploads.partialsOf(accountId).filter((row) => row.fileKey.slice(0, row.fileKey.lastIndexOf('/')) === directoryKey),
    keep(rowId, size, reservation) {
      store.tables.uploads.setState(rowId, 'partial', size, clock.now());
      reservations.set(rowId, reservation);
    },
    adopt(row, limits) {
      const reservation = reservations.get(row.id) ?? quota.reserve(limits, row.size, 1);
      reservations.delete(row.id);
      store.tables.uploads.setState(row.id, 'open', row.size, clock.now());
      return reservation;
    },
    async discard(row, directory) {
      if (directory.lstat(row.temporary) !== undefined) await directory.unlink(row.temporary);
      forget(row.id);
      store.tables.uploads.remove(row.id);
    },
  };
}
