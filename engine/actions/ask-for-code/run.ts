import { AppError } from '../../contract/errors.ts';
import { shortenedAddress, withSignInCode } from '../../contract/mail-templates.ts';
import { requireMail } from '../../outbound/mail.ts';
import { sendUserMail } from '../../outbound/user-mail.ts';
import { ActionFailure, type Runner } from '../runner.ts';
import type { askForCode } from './definition.ts';

/**
 * Sends the code; whoever waits for the action asks for it where the result says `asks`. Fails where it can be neither sent nor asked for, so
 * that nobody is let in without.
 */
export const runAskForCode: Runner<typeof askForCode> = async ({ config, source }, context) => {
  const { account, entrance } = context;
  if (entrance === null || account === null)
    throw new AppError('action_failed', 'Nobody waits at the door now, so there is nobody to ask for a code.');
  const { username, email } = account;
  if (config.by === 'app') {
    if (entrance.hasShownApp) return { by: 'app', asks: false, result: 'the code of the authenticator app was right' };
    if (!config.mailInstead)
      throw new AppError('action_failed', `${username} has no authenticator app set up. Set one up at the partner, or let a mail do.`);
  }
  if (!entrance.canBeAsked)
    throw new AppError(
      'action_failed',
      'This protocol has no way to ask for a code that comes by mail. SFTP has, and an app works with both.',
    );
  if (email === '') throw new AppError('action_failed', `${username} has no mail address to send a code to. Enter one at the partner.`);
  const settings = context.mail();
  requireMail(settings);
  const code = entrance.newCode();
  context.hide(code);
  const to = shortenedAddress(email);
  const words = { subject: fill(source.subject), text: fill(source.text) };
  try {
    await sendUserMail(context, settings, email, words);
  } catch (error) {
    throw ActionFailure.from(error, 'The code could not be sent', { by: 'mail', to });
  }
  return { by: 'mail', asks: true, to, result: 'a code was sent, and is asked for' };

  function fill(template: string): string {
    return context.render(withSignInCode(template, code));
  }
};
