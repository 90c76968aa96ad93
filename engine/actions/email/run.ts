import { AppError } from '../../contract/errors.ts';
import {
  composeMail,
  deliverMail,
  type Delivery,
  MailFailure,
  type MailSettings,
  type Message,
  oneLine,
  requireMail,
} from '../../outbound/mail.ts';
import { type ActionContext, ActionFailure, type Runner } from '../runner.ts';
import { type Attachment, loadAttachments } from './attachments.ts';
import type { email } from './definition.ts';

/** What EMAIL_SENT keeps of a message. */
const KEEP_BYTES = 256 * 1024;

/** Composes the message and hands it to the mail server. Done when the server has accepted it for at least one recipient. */
export const runEmail: Runner<typeof email> = async ({ config, source }, context) => {
  const settings = context.mail();
  requireMail(settings);
  const attachments = await loadAttachments(context, config.attachments, source.attachments, settings.attachmentsMegabytes);
  const head = {
    from: oneLine(settings.from),
    to: addresses(config.to),
    cc: addresses(config.cc),
    bcc: addresses(config.bcc),
    subject: oneLine(config.subject),
    date: new Date(context.clock.now()),
    ...(config.text === '' ? {} : { text: config.text }),
    ...(config.html === '' ? {} : { html: config.html }),
  };
  const message = await composeMail({
    ...head,
    attachments: attachments.map(({ filename, content }) => ({ filename: oneLine(filename), content })),
  });
  const recipients = message.envelope.to;
  if (recipients.length === 0) throw new AppError('action_failed', 'There is no recipient address after the templates were filled in.');
  const sent = await deliver(message, settings, context);
  // Masked before it is encoded: quoted-printable and base64 would hide a secret from any later search.
  const shown = Object.fromEntries(
    Object.entries(head).map(([key, value]) => [key, typeof value === 'string' ? context.mask(value) : value]),
  );
  const kept = await composeMail({ ...shown, messageId: message.messageId, attachments: attachments.map(describe) });
  await context.recordEmail({ recipients, subject: head.subject, message: kept.content.subarray(0, KEEP_BYTES).toString('utf8') });
  return { messageId: message.messageId, response: sent.response, accepted: sent.accepted, rejected: sent.rejected };
};

async function deliver(message: Message, settings: MailSettings, context: ActionContext): Promise<Delivery> {
  try {
    return await deliverMail(message, settings, context);
  } catch (error) {
    if (!(error instanceof MailFailure)) throw error;
    throw new ActionFailure(error.message, error.response === undefined ? {} : { response: error.response }, error.code);
  }
}

/** Each entry is an address or several; what rendered empty is dropped. */
function addresses(rendered: readonly string[]): string[] {
  return rendered.map(oneLine).filter((entry) => entry !== '');
}

/** What the log keeps of an attachment. */
function describe({ filename, content, sha256 }: Attachment): { filename: string; content: string } {
  return { filename: oneLine(filename), content: `${filename}: ${content.length} bytes, SHA-256 ${sha256}` };
}
