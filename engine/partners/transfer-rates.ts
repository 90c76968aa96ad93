import type { Traffic } from '../contract/session.ts';

/** A transfer as it stands at one moment. */
export type Moving = {
  readonly sessionId: number;
  readonly direction: 'upload' | 'download';
  readonly path: string;
  /** Bytes so far. */
  readonly bytes: number;
};

/** How fast things move, from looks at them a moment apart. */
export type TransferRates = {
  /**
   * Looks at everything that moves now (ms since the epoch); true when anything has moved since the last look. Looks closer together than
   * `SHORTEST_MS` leave the rates as they are.
   */
  look(moving: readonly Moving[], now: number): boolean;
  /** A transfer that ended: what of it no look has seen counts with the next one. */
  ended(transfer: Moving): void;
  /** Bytes per second of what `look` was given. */
  of(transfer: Moving): number;
  traffic(): Traffic;
};

/** A rate over less says more about packets than about lines. */
const SHORTEST_MS = 500;

type Seen = { readonly bytes: number; readonly rate: number };

export function createTransferRates(): TransferRates {
  /** By session, direction and path: two readers of one file in one session count together. */
  let seen = new Map<string, Seen>();
  /** Of transfers that ended since the last look. */
  let finished = { upload: 0, download: 0 };
  let lookedAt: number | undefined;
  let traffic: Traffic = { bytesInPerSecond: 0, bytesOutPerSecond: 0 };

  return {
    look(moving, now) {
      const elapsed = lookedAt === undefined ? SHORTEST_MS : now - lookedAt;
      // A clock that was set back starts over.
      if (elapsed >= 0 && elapsed < SHORTEST_MS) return false;
      const seconds = Math.max(elapsed, SHORTEST_MS) / 1000;
      const totals = new Map<string, { bytes: number; direction: Moving['direction'] }>();
      for (const transfer of moving) {
        const key = keyOf(transfer);
        totals.set(key, { bytes: (totals.get(key)?.bytes ?? 0) + transfer.bytes, direction: transfer.direction });
      }
      const moved = { ...finished };
      const next = new Map<string, Seen>();
      for (const [key, { bytes, direction }] of totals) {
        // What a resumed transfer had before it was first seen has not moved now.
        const fresh = Math.max(0, bytes - (seen.get(key)?.bytes ?? bytes));
        moved[direction] += fresh;
        next.set(key, { bytes, rate: Math.round(fresh / seconds) });
      }
      seen = next;
      finished = { upload: 0, download: 0 };
      lookedAt = now;
      traffic = { bytesInPerSecond: Math.round(moved.upload / seconds), bytesOutPerSecond: Math.round(moved.download / seconds) };
      return moved.upload + moved.download > 0;
    },
    ended(transfer) {
      const key = keyOf(transfer);
      finished[transfer.direction] += Math.max(0, transfer.bytes - (seen.get(key)?.bytes ?? 0));
      seen.delete(key);
    },
    of: (transfer) => seen.get(keyOf(transfer))?.rate ?? 0,
    traffic: () => traffic,
  };
}

const keyOf = ({ sessionId, direction, path }: Moving): string => `${sessionId} ${direction} ${path}`;
