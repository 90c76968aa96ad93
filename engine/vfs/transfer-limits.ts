import type { Account } from '../contract/account.ts';
import { AppError } from '../contract/errors.ts';
import type { Store } from '../store/index.ts';
import type { Direction } from './bandwidth.ts';

type Counters = { upload: number; download: number };

/**
 * How much accounts transferred since their counters were set back. Counted in memory while a transfer runs, and kept when it ends; only for
 * accounts that have a limit.
 */
export type TransferLimits = {
  /** Counts bytes that are about to move; returns how many have to be settled later. Throws `quota_exceeded` when the account may not. */
  take(account: Account, direction: Direction, bytes: number): number;
  /** The transfer has ended: what it took is kept. */
  settle(accountId: number, direction: Direction, bytes: number): void;
  /** The record has changed: its counters may have been set back. */
  follow(account: Account): void;
};

export function createTransferLimits(store: Store): TransferLimits {
  const known = new Map<number, Counters>();

  function countersOf({ id, uploadedBytes, downloadedBytes }: Account): Counters {
    let counters = known.get(id);
    if (counters === undefined) {
      // Sessions hold the account as it was when they began.
      const fresh = store.tables.accounts.byId(id)?.account ?? { uploadedBytes, downloadedBytes };
      counters = { upload: fresh.uploadedBytes, download: fresh.downloadedBytes };
      known.set(id, counters);
    }
    return counters;
  }

  return {
    take(account, direction, bytes) {
      const { transferTotalBytes, transferUploadBytes, transferDownloadBytes } = account.limits;
      if (transferTotalBytes === 0 && transferUploadBytes === 0 && transferDownloadBytes === 0) return 0;
      const counters = countersOf(account);
      const own = direction === 'upload' ? transferUploadBytes : transferDownloadBytes;
      const [limit, used] = transferTotalBytes > 0 ? [transferTotalBytes, counters.upload + counters.download] : [own, counters[direction]];
      // Without bytes it is asked whether anything may move at all.
      if (limit > 0 && (bytes === 0 ? used >= limit : used + bytes > limit)) throw new AppError('quota_exceeded', USED_UP[direction]);
      counters[direction] += bytes;
      return bytes;
    },
    settle(accountId, direction, bytes) {
      if (bytes === 0) return;
      store.tables.accounts.transferred(accountId, direction === 'upload' ? bytes : 0, direction === 'download' ? bytes : 0);
    },
    follow({ id, uploadedBytes, downloadedBytes }) {
      if (uploadedBytes === 0 && downloadedBytes === 0) known.delete(id);
    },
  };
}

const USED_UP: Readonly<Record<Direction, string>> = {
  upload: "The account's limit of bytes to upload is reached. Ask the administrator to raise it or to set it back.",
  download: "The account's limit of bytes to download is reached. Ask the administrator to raise it or to set it back.",
};
