import type { Account } from '../contract/account.ts';
import { toAppError } from '../contract/errors.ts';
import { compileGlob } from '../lib/glob.ts';
import type { Clock } from '../lib/clock.ts';
import type { Connector } from './connector.ts';
import { composeMail, deliverMail, type MailSettings, requireMail } from './mail.ts';

type MailContext = {
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly connector: Connector;
  mail(): MailSettings;
  /** The text without the secrets of the step. */
  mask(text: string): string;
  recordEmail(info: { readonly recipients: readonly string[]; readonly subject: string; readonly message: string }): Promise<void>;
};

/** Something that a check found out about an account; `days` as `.Results` has them. */
export type Finding = { readonly account: Account; readonly reason: string; readonly days: number };

/** A finding as `.Results` and the trace show it. */
export type UserResult = { readonly action: 'listed' | 'mailed'; readonly user: string; readonly reason: string; readonly days: number };

/** The accounts whose user names fit; all for an empty list. */
export function chosenAccounts(accounts: readonly Account[], patterns: readonly string[]): readonly Account[] {
  if (patterns.length === 0) return accounts;
  const globs = patterns.map((pattern) => compileGlob(pattern.toLowerCase()));
  return accounts.filter(({ username }) => globs.some((matches) => matches([username.toLowerCase()])));
}

/**
 * Mails each user what was found about their account, where `words` are given, and resolves with a result for every finding and what went
 * wrong with messages. One that cannot be sent keeps no other from being sent; without a mail server it rejects at once.
 */
export async function tellUsers(
  context: MailContext,
  findings: readonly Finding[],
  words: ((finding: Finding) => { readonly subject: string; readonly text: string }) | null,
): Promise<{ readonly results: UserResult[]; readonly failures: string[] }> {
  const results: UserResult[] = [];
  const failures: string[] = [];
  const settings = words === null || findings.length === 0 ? null : context.mail();
  if (settings !== null) requireMail(settings);
  for (const finding of findings) {
    const { account, reason, days } = finding;
    let action: UserResult['action'] = 'listed';
    if (words !== null && settings !== null && account.email !== '') {
      context.signal.throwIfAborted();
      try {
        await sendUserMail(context, settings, account.email, words(finding));
        action = 'mailed';
      } catch (error) {
        context.signal.throwIfAborted();
        failures.push(`${account.username}: ${toAppError(error).message}`);
      }
    }
    results.push({ action, user: account.username, reason, days });
  }
  return { results, failures };
}

/** Sends one message and records it, masked before it is encoded. Rejects with what the mail server says. */
export async function sendUserMail(
  context: MailContext,
  settings: MailSettings,
  to: string,
  { subject, text }: { readonly subject: string; readonly text: string },
): Promise<void> {
  const head = { from: settings.from, to: [to], date: new Date(context.clock.now()) };
  const message = await composeMail({ ...head, subject, text });
  await deliverMail(message, settings, context);
  const kept = await composeMail({ ...head, subject: context.mask(subject), text: context.mask(text), messageId: message.messageId });
  await context.recordEmail({ recipients: [to], subject, message: kept.content.toString('utf8') });
}
