import { AppError } from '../contract/errors.ts';
import type { Store } from '../store/index.ts';

type Limits = { readonly id: number; readonly quotaBytes: number; readonly quotaFiles: number };

/** Growth that is on disk but not yet in the committed counters: open uploads and partials. */
export type Reservation = {
  /** Raises or lowers what is reserved to `bytes`. Throws `quota_exceeded`, with nothing changed, when the account has no room for it. */
  resize(bytes: number): void;
  /** Ends it; called when the counters took over, or the bytes are gone. */
  release(): void;
};

/**
 * Each account's use of storage: the committed counters (columns of `accounts`) and the reservations of uploads in progress. A limit of 0
 * means none. Bytes that were there before Gatehouse came are not counted until a scan finds them.
 */
export type QuotaLedger = {
  reserve(limits: Limits, bytes: number, files: number): Reservation;
  /** Throws `quota_exceeded` when `bytes` and `files` more do not fit. */
  check(limits: Limits, bytes: number, files: number): void;
  /** Bytes still free for the account; Infinity without a limit. */
  freeBytes(limits: Limits): number;
};

export function createQuotaLedger(store: Store): QuotaLedger {
  const reserved = new Map<number, { bytes: number; files: number }>();

  function of(accountId: number): { bytes: number; files: number } {
    let entry = reserved.get(accountId);
    if (entry === undefined) {
      entry = { bytes: 0, files: 0 };
      reserved.set(accountId, entry);
    }
    return entry;
  }

  function check(limits: Limits, bytes: number, files: number): void {
    if (limits.quotaBytes === 0 && limits.quotaFiles === 0) return;
    const used = store.tables.usage.get(limits.id);
    const pending = of(limits.id);
    const bytesFit = bytes <= 0 || limits.quotaBytes === 0 || used.bytes + pending.bytes + bytes <= limits.quotaBytes;
    const filesFit = files <= 0 || limits.quotaFiles === 0 || used.files + pending.files + files <= limits.quotaFiles;
    if (!bytesFit || !filesFit) throw new AppError('quota_exceeded');
  }

  return {
    check,
    reserve(limits, bytes, files) {
      check(limits, bytes, files);
      const entry = of(limits.id);
      let held = bytes;
      let released = false;
      entry.bytes += bytes;
      entry.files += files;
      return {
        resize(next) {
          if (released || next === held) return;
          check(limits, next - held, 0);
          entry.bytes += next - held;
          held = next;
        },
        release() {
          if (released) return;
          released = true;
          entry.bytes -= held;
          entry.files -= files;
        },
      };
    },
    freeBytes(limits) {
      if (limits.quotaBytes === 0) return Number.POSITIVE_INFINITY;
      return Math.max(0, limits.quotaBytes - store.tables.usage.get(limits.id).bytes - of(limits.id).bytes);
    },
  };
}
