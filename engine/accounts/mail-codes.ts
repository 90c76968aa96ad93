import { createHmac, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import { AppError } from '../contract/errors.ts';
import type { Clock } from '../lib/clock.ts';
import { createRateLimit } from '../lib/rate-limit.ts';

export type MailCodeVerdict = 'right' | 'wrong' | 'outdated' | 'too many';

/**
 * Codes that are sent by mail while somebody signs in. They are kept in memory only, and there as a keyed hash: a restart makes them
 * worthless, as it ends the sign-ins that they belong to.
 */
export type MailCodes = {
  /**
   * A new code of six digits for a sign-in, in place of an earlier one under the same ticket; good once and for ten minutes. Throws
   * `action_failed` where the account was sent too many within ten minutes.
   */
  issue(ticket: number, account: { readonly id: number; readonly username: string }): string;
  /** Takes a code, which is used up when it is right. After five wrong ones nothing is right any more. */
  take(ticket: number, accountId: number, code: string): MailCodeVerdict;
};

const DIGITS = 6;
const LIFE_MS = 10 * 60_000;
const WRONG_PER_CODE = 5;
/** Whoever knows a password can neither fill a mailbox nor go on guessing with ever new codes. */
const SENT = { windowMs: LIFE_MS, perKey: 20, overall: 10_000 };
const WRONG = { windowMs: LIFE_MS, perKey: 10, overall: 10_000 };

type Pending = { readonly accountId: number; readonly hash: Buffer; readonly until: number; wrong: number };

export function createMailCodes({ clock }: { readonly clock: Clock }): MailCodes {
  const key = randomBytes(32);
  const pending = new Map<number, Pending>();
  const sent = createRateLimit({ clock, ...SENT });
  const wrong = createRateLimit({ clock, ...WRONG });
  const hashOf = (ticket: number, code: string): Buffer => createHmac('sha256', key).update(`${ticket} ${code}`).digest();

  function forgetOutdated(): void {
    for (const [ticket, { until }] of pending) if (until <= clock.now()) pending.delete(ticket);
  }

  return {
    issue(ticket, { id, username }) {
      forgetOutdated();
      if (!sent.take(String(id)))
        throw new AppError(
          'action_failed',
          `Too many codes were sent to ${username} within ten minutes. Wait that long and sign in again.`,
        );
      const code = randomInt(10 ** DIGITS)
        .toString()
        .padStart(DIGITS, '0');
      pending.set(ticket, { accountId: id, hash: hashOf(ticket, code), until: clock.now() + LIFE_MS, wrong: 0 });
      return code;
    },

    take(ticket, accountId, code) {
      const expected = pending.get(ticket);
      if (expected === undefined || expected.accountId !== accountId || expected.until <= clock.now()) return 'outdated';
      if (!wrong.take(String(accountId))) return 'too many';
      if (timingSafeEqual(expected.hash, hashOf(ticket, code.replaceAll(/[\s-]/g, '')))) {
        pending.delete(ticket);
        wrong.giveBack(String(accountId));
        return 'right';
      }
      expected.wrong++;
      if (expected.wrong >= WRONG_PER_CODE) pending.delete(ticket);
      return 'wrong';
    },
  };
}
