import { type Direction, pieceOf } from '../../vfs/bandwidth.ts';
import type { Session } from '../../vfs/types.ts';

/** How much a transfer takes at a time, in bytes. */
export type Pace = {
  /** Read from a file, or gathered for one write: enough to make a call cheap, few enough to be moved while the next one runs. */
  readonly piece: number;
  /** Held while a write runs; then the socket is paused, so that TCP slows the sender. */
  readonly held: number;
};

const FULL: Pace = { piece: 256 * 1024, held: 1024 * 1024 };

/** Less where the account has a speed, so that what is held is half a second of it. */
export function paceOf({ identity }: Session, direction: Direction): Pace {
  const piece = pieceOf(identity, direction, FULL.piece);
  return piece === FULL.piece ? FULL : { piece, held: 2 * piece };
}
