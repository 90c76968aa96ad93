import type { Session } from '../../vfs/types.ts';

/** How much a transfer takes at a time, in bytes. */
export type Pace = {
  /** Read from a file, or gathered for one write: enough to make a call cheap, few enough to be moved while the next one runs. */
  readonly piece: number;
  /** Held while a write runs; then the socket is paused, so that TCP slows the sender. */
  readonly held: number;
};

const FULL: Pace = { piece: 256 * 1024, held: 1024 * 1024 };
/** Less would be all calls and no bytes. */
const LEAST_PIECE = 1024;

/**
 * Where the account has a speed, pieces are a quarter of a second of it: what is held would be sent long before it counts, and clients wait for
 * their last reply no longer than a minute.
 */
export function paceOf({ identity }: Session, direction: 'upload' | 'download'): Pace {
  const { uploadBytesPerSecond, downloadBytesPerSecond } = identity.account.limits;
  const rate = direction === 'upload' ? uploadBytesPerSecond : downloadBytesPerSecond;
  if (rate === 0) return FULL;
  const piece = Math.min(FULL.piece, Math.max(LEAST_PIECE, Math.floor(rate / 4)));
  return { piece, held: 2 * piece };
}
