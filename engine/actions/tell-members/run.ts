import { toAppError } from '../../contract/errors.ts';
import { oneLine, requireMail } from '../../outbound/mail.ts';
import { sendUserMail } from '../../outbound/user-mail.ts';
import { ActionFailure, type Detail, type Runner } from '../runner.ts';
import type { tellMembers } from './definition.ts';

/**
 * Resolves with who was mailed and who has no address; nobody else seeing the folder is fine. A message that cannot be sent keeps no other
 * from being sent: the action fails once all were tried.
 */
export const runTellMembers: Runner<typeof tellMembers> = async ({ config, source }, context) => {
  const members = context.members();
  const mailed: string[] = [];
  const failures: string[] = [];
  const reachable = members.filter(({ account }) => account.email !== '');
  const detail = (): Detail => ({
    mailed,
    withoutAddress: members.filter(({ account }) => account.email === '').map(({ account }) => account.username),
  });
  if (reachable.length === 0) return detail();
  const settings = context.mail();
  requireMail(settings);
  for (const { account, path } of reachable) {
    context.signal.throwIfAborted();
    try {
      const subject = oneLine(context.render(source.subject, account));
      const text = context.render(source.text, account);
      await sendUserMail(context, settings, account.email, { subject, text: config.sayWhere ? `${text.trimEnd()}\n\n${path}\n` : text });
      mailed.push(account.username);
    } catch (error) {
      context.signal.throwIfAborted();
      failures.push(`${account.username}: ${toAppError(error).message}`);
    }
  }
  if (failures.length > 0) throw new ActionFailure(`Not everybody could be told. ${failures.join(' ')}`, { ...detail(), failures });
  return detail();
};
