import { AppError } from '../contract/errors.ts';
import type { Store } from '../store/index.ts';

/** Whose storage something takes: that of an account, or of a virtual folder. Its limits are 0 where there are none. */
export type Bucket = { readonly kind: 'account' | 'folder'; readonly id: number; readonly quotaBytes: number; readonly quotaFiles: number };

/** All whose storage the files of one place take; what does not fit in any of them is refused. */
export type Charge = readonly Bucket[];

/** Growth that is on disk but not yet in the committed counters: open uploads and partials. */
export type Reservation = {
  /** Raises or lowers what is reserved to `bytes`. Throws `quota_exceeded`, with nothing changed, where there is no room for it. */
  resize(bytes: number): void;
  /** Ends it; called when the counters took over, or the bytes are gone. */
  release(): void;
};

/**
 * The use of storage by accounts and virtual folders: the committed counters (columns of their tables) and the reservations of uploads in
 * progress. A limit of 0 means none. Bytes that were there before Gatehouse came are not counted until a scan finds them.
 */
export type QuotaLedger = {
  reserve(charge: Charge, bytes: number, files: number): Reservation;
  /** Throws `quota_exceeded` when `bytes` and `files` more do not fit. */
  check(charge: Charge, bytes: number, files: number): void;
  /** Bytes still free for everybody who is charged; Infinity without a limit. */
  freeBytes(charge: Charge): number;
};

export function createQuotaLedger(store: Store): QuotaLedger {
  const reserved = { account: new Map<number, Pending>(), folder: new Map<number, Pending>() };
  const usage = { account: store.tables.usage, folder: store.tables.folderUsage };

  function of({ kind, id }: Bucket): Pending {
    let entry = reserved[kind].get(id);
    if (entry === undefined) {
      entry = { bytes: 0, files: 0 };
      reserved[kind].set(id, entry);
    }
    return entry;
  }

  function checkBucket(bucket: Bucket, bytes: number, files: number): void {
    if (bucket.quotaBytes === 0 && bucket.quotaFiles === 0) return;
    const used = usage[bucket.kind].get(bucket.id);
    const pending = of(bucket);
    const bytesFit = bytes <= 0 || bucket.quotaBytes === 0 || used.bytes + pending.bytes + bytes <= bucket.quotaBytes;
    const filesFit = files <= 0 || bucket.quotaFiles === 0 || used.files + pending.files + files <= bucket.quotaFiles;
    if (!bytesFit || !filesFit) throw new AppError('quota_exceeded', bucket.kind === 'folder' ? FOLDER_IS_FULL : undefined);
  }

  function check(charge: Charge, bytes: number, files: number): void {
    for (const bucket of charge) checkBucket(bucket, bytes, files);
  }

  function add(charge: Charge, bytes: number, files: number): void {
    for (const bucket of charge) {
      const entry = of(bucket);
      entry.bytes += bytes;
      entry.files += files;
    }
  }

  return {
    check,
    reserve(charge, bytes, files) {
      check(charge, bytes, files);
      let held = bytes;
      let released = false;
      add(charge, bytes, files);
      return {
        resize(next) {
          if (released || next === held) return;
          check(charge, next - held, 0);
          add(charge, next - held, 0);
          held = next;
        },
        release() {
          if (released) return;
          released = true;
          add(charge, -held, -files);
        },
      };
    },
    freeBytes(charge) {
      const free = charge.map((bucket) =>
        bucket.quotaBytes === 0 ? Number.POSITIVE_INFINITY : bucket.quotaBytes - usage[bucket.kind].get(bucket.id).bytes - of(bucket).bytes,
      );
      return Math.max(0, Math.min(Number.POSITIVE_INFINITY, ...free));
    },
  };
}

type Pending = { bytes: number; files: number };

const FOLDER_IS_FULL = 'The storage of this shared folder is full. Delete files in it or ask the administrator for more space.';

/** Adds to the counters of everybody who is charged; belongs into the transaction of the event. */
export function addUsage({ tables }: Store, charge: Charge, bytes: number, files: number): void {
  for (const { kind, id } of charge) (kind === 'account' ? tables.usage : tables.folderUsage).add(id, bytes, files);
}

/** Whom a row of the upload journal charges, without limits: what is on disk is on disk, also when a quota was lowered meanwhile. */
export function chargeOfRow(row: { readonly accountId: number } & Partial<RowCharge>): Charge {
  const unlimited = { quotaBytes: 0, quotaFiles: 0 };
  return [
    ...((row.inAccount ?? 1) === 1 ? [{ kind: 'account' as const, id: row.accountId, ...unlimited }] : []),
    ...((row.folderId ?? null) === null ? [] : [{ kind: 'folder' as const, id: row.folderId ?? 0, ...unlimited }]),
  ];
}

/** A charge as the journal keeps it. */
export type RowCharge = { readonly folderId: number | null; readonly inAccount: number };

export function rowCharge(charge: Charge): RowCharge {
  return {
    folderId: charge.find(({ kind }) => kind === 'folder')?.id ?? null,
    inAccount: charge.some(({ kind }) => kind === 'account') ? 1 : 0,
  };
}
