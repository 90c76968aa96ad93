import { type EventLog, SYSTEM } from '../events/log.ts';
import type { Clock } from '../lib/clock.ts';
import { createRateLimit } from '../lib/rate-limit.ts';

/** A flood of bad tokens must not fill the log: so many events per minute, the rest is not recorded. */
const RECORDED_PER_MINUTE = 30;
const MINUTE_MS = 60_000;

/** Records SESSION_INVALID with the token's hash, at most 30 a minute. */
export type RecordRefusedToken = (hash: string, reason: 'expired' | 'not found', address: string | null) => void;

export function createRefusedTokens(
  services: { readonly events: EventLog; readonly clock: Clock },
  origin: 'api' | 'console',
): RecordRefusedToken {
  const limit = createRateLimit({
    clock: services.clock,
    windowMs: MINUTE_MS,
    perKey: RECORDED_PER_MINUTE,
    overall: RECORDED_PER_MINUTE,
  });
  return (hash, reason, address) => {
    if (!limit.take('')) return;
    const draft = {
      type: 'SESSION_INVALID',
      info: { token: hash, reason },
      actor: { ...SYSTEM, ip: address, protocol: 'HTTP', origin },
      outcome: 'denied',
    } as const;
    // The log itself reports that it cannot write; the refusal stands.
    services.events.record(draft).catch(() => undefined);
  };
}
