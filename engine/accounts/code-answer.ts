import type { Account } from '../contract/account.ts';
import { shortenedAddress } from '../contract/mail-templates.ts';
import type { EventLog } from '../events/log.ts';
import type { Clock } from '../lib/clock.ts';
import type { Store } from '../store/index.ts';
import type { Defender } from './defender/index.ts';
import { effectiveAccounts } from './effective.ts';
import type { MailCodes, MailCodeVerdict } from './mail-codes.ts';
import { recordRefusal } from './refusal.ts';
import { entranceRefusal } from './sign-in-policy.ts';
import type { CodeVerdict } from './two-factor.ts';
import type { Question, SignInAttempt } from './types.ts';

export type CodeServices = {
  readonly store: Store;
  readonly events: EventLog;
  readonly clock: Clock;
  readonly defender: Pick<Defender, 'report'>;
};

/**
 * Whether somebody may come in after the code that he gave. A wrong one counts against the address; what refuses him is recorded under
 * `method`.
 */
export async function judgeCode(
  { store, events, clock, defender }: CodeServices,
  attempt: SignInAttempt,
  account: Account,
  { method, verdict }: { readonly method: string; readonly verdict: CodeVerdict | MailCodeVerdict },
): Promise<boolean> {
  if (verdict === 'right') {
    // It may have been changed or deleted while its owner looked for the code.
    const current = effectiveAccounts(store).byId(account.id)?.account;
    const refusal = current === undefined ? 'the account was deleted' : entranceRefusal(current, attempt, clock.now());
    if (refusal !== null) await recordRefusal(events, attempt, method, refusal, account);
    return refusal === null;
  }
  defender.report({ kind: 'wrongPassword', protocol: attempt.protocol, address: attempt.address, login: attempt.username });
  await recordRefusal(events, attempt, method, WORDS[verdict], account);
  return false;
}

const WORDS = {
  wrong: 'wrong code',
  used: 'the code was used already',
  outdated: 'the code was used or is too old',
  'too many': 'too many wrong codes',
} as const;

/** Asks for the code that a rule had sent by mail under this ticket. */
export function mailCodeQuestion(
  services: CodeServices & { readonly mailCodes: Pick<MailCodes, 'take'> },
  attempt: SignInAttempt,
  account: Account,
  ticket: number,
): Question {
  return {
    name: 'mail code',
    title: 'Code by mail',
    instruction: `A code was sent to ${shortenedAddress(account.email)}. It is good for ten minutes.`,
    prompts: [{ prompt: 'Code from the mail: ', echo: false }],
    answer: ([code = '']) =>
      judgeCode(services, attempt, account, { method: 'mail code', verdict: services.mailCodes.take(ticket, account.id, code) }),
  };
}
