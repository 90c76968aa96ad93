import type { AbortReason, CopyRange, Download } from '../../vfs/types.ts';
import type { Exchange } from './exchange.ts';
import type { Request } from './requests.ts';

/** Requests on an open handle; those of the second line are extensions of OpenSSH, COPY that on the handle that is written to. */
export type HandleRequest =
  | Extract<Request, { readonly handle: Buffer }>
  | { readonly id: number; readonly type: 'FSYNC' | 'FSTATVFS' }
  | { readonly id: number; readonly type: 'COPY'; readonly source: Download; readonly range: CopyRange };

/** A file that another handle copies from. Its handle is not closed before `release` was called; idempotent. */
export type Loan = { readonly download: Download; release(): void };

/**
 * An open file or directory of one channel. It answers its requests in the order in which they came: OpenSSH's scp cuts a file at the
 * highest contiguous acknowledgement when writes are answered out of order.
 */
export interface Handle {
  /** Virtual path of what it is open on. */
  readonly path: string;
  /** Takes a request over; it is answered later, in order. CLOSE is the last one. `isFollowed`: the client has begun to send another. */
  submit(exchange: Exchange<HandleRequest>, isFollowed: boolean): void;
  /** The file for a copy. Throws AppError `unsupported` for a handle that cannot be copied from. */
  lend(): Loan;
  /** Resolves when the changes that were submitted until now are made, whatever comes after them; null when there are none. Never rejects. */
  changed(): Promise<void> | null;
  /** Resolves when what was submitted is answered. Never rejects. */
  settled(): Promise<void>;
  /**
   * The client is gone. A CLOSE already received is still carried out, since all of the content came before it; anything else ends as
   * aborted. Never rejects.
   */
  abandon(reason: AbortReason): Promise<void>;
}
