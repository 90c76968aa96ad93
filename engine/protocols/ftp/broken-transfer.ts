import type { AbortReason } from '../../vfs/types.ts';
import { Refusal } from './replies.ts';

/** A transfer that ended other than in order, with the reply it gets and the reason that the log keeps. */
export class BrokenTransfer extends Refusal {
  readonly reason: AbortReason;

  constructor(reason: AbortReason, text: string, code = 426) {
    super(code, text);
    this.name = 'BrokenTransfer';
    this.reason = reason;
  }
}

const TEXTS: Readonly<Record<AbortReason, string>> = {
  disconnected: 'The client left before the end.',
  connection_lost: 'The data connection broke off. Connect again and resume.',
  aborted_by_client: 'Transfer aborted.',
  shutting_down: 'The server is stopping. Try again in a moment and resume.',
  idle_timeout: 'No data moved for too long. Connect again and resume.',
  error: 'The transfer failed.',
};

/** The 426 of a transfer that was broken off from outside for `reason`. */
export function brokenFor(reason: AbortReason): BrokenTransfer {
  return new BrokenTransfer(reason, TEXTS[reason]);
}
