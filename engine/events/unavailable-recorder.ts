import { AppError } from '../contract/errors.ts';
import type { Clock } from '../lib/clock.ts';
import { createRateLimit } from '../lib/rate-limit.ts';
import type { Actor, EventLog } from './log.ts';

/** A record that a request named, as it named it. */
export type Asked = {
  /** `event`, or a kind of records such as `user`. */
  readonly type: string;
  /** Empty where the request was for all of them. */
  readonly id: string;
};

export type UnavailableRecorder = {
  /**
   * Records a request of console or API that was refused with this error as RESOURCE_NOT_AVAILABLE, where what was asked for is missing or not
   * allowed; in its own time. A program that asks for ever must not fill the log: 30 a minute of one session.
   */
  note(error: unknown, asked: Asked, by: { readonly actor: Actor; readonly batch: () => number }): void;
};

const MINUTE_MS = 60_000;
const PER_MINUTE = { perKey: 30, overall: 300 };
const LONGEST_ID = 256;

export function createUnavailableRecorder({ events, clock }: { readonly events: EventLog; readonly clock: Clock }): UnavailableRecorder {
  const limit = createRateLimit({ clock, windowMs: MINUTE_MS, ...PER_MINUTE });
  return {
    note(error, { type, id }, { actor, batch }) {
      const reason = reasonOf(error);
      if (reason === undefined || !limit.take(String(actor.sessionId))) return;
      const info = { schema: 'BASE', type, id: id.slice(0, LONGEST_ID), reason };
      const outcome = reason === 'not found' ? 'failed' : 'denied';
      // The log itself has said what is wrong with it.
      new Promise((resolve) => resolve(events.record({ type: 'RESOURCE_NOT_AVAILABLE', info, actor, outcome, batchId: batch() }))).catch(
        () => undefined,
      );
    },
  };
}

function reasonOf(error: unknown): 'not found' | 'not allowed' | undefined {
  if (!(error instanceof AppError)) return undefined;
  if (error.code === 'not_found') return 'not found';
  return error.code === 'forbidden' ? 'not allowed' : undefined;
}
