import type { AbortReason } from '../../vfs/types.ts';
import type { Exchange } from './exchange.ts';
import type { Request } from './requests.ts';

/** Requests on an open handle; the last two are extensions of OpenSSH. */
export type HandleRequest = Extract<Request, { readonly handle: Buffer }> | { readonly id: number; readonly type: 'FSYNC' | 'FSTATVFS' };

/**
 * An open file or directory of one channel. It answers its requests in the order in which they came: OpenSSH's scp cuts a file at the
 * highest contiguous acknowledgement when writes are answered out of order.
 */
export interface Handle {
  /** Virtual path it was opened under. */
  readonly path: string;
  /** Takes a request over; it is answered later, in order. CLOSE is the last one. `isFollowed`: the client has begun to send another. */
  submit(exchange: Exchange<HandleRequest>, isFollowed: boolean): void;
  /** Resolves when what was submitted is answered. Never rejects. */
  settled(): Promise<void>;
  /**
   * The client is gone. A CLOSE already received is still carried out, since all of the content came before it; anything else ends as
   * aborted. Never rejects.
   */
  abandon(reason: AbortReason): Promise<void>;
}
