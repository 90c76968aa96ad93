import type { Socket } from 'node:net';
import { createTransport, type Transport } from 'nodemailer';
import { AppError } from '../../contract/errors.ts';
import { plainWords } from '../../outbound/words.ts';
import { type ActionContext, ActionFailure, type MailSettings, type Runner } from '../runner.ts';
import { type Attachment, loadAttachments } from './attachments.ts';
import type { email } from './definition.ts';

/** What EMAIL_SENT keeps of a message. */
const KEEP_BYTES = 256 * 1024;

type Envelope = { readonly from: string; readonly to: string[] };
type Message = { readonly content: Buffer; readonly envelope: Envelope; readonly messageId: string };

/** Composes the message and hands it to the mail server. Done when the server has accepted it for at least one recipient. */
export const runEmail: Runner<typeof email> = async ({ config }, context) => {
  const settings = context.mail();
  if (settings.host === '') throw new AppError('action_failed', 'No mail server is set up. Enter one under Settings, Mail.');
  if (settings.from === '') throw new AppError('action_failed', 'No sender address is set up. Enter one under Settings, Mail.');
  const attachments =
    config.attachments.length === 0 ? [] : await loadAttachments(await context.session(), config.attachments, context.signal);
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
  const message = await compose({
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
  const kept = await compose({ ...shown, messageId: message.messageId, attachments: attachments.map(describe) });
  await context.recordEmail({ recipients, subject: head.subject, message: kept.content.subarray(0, KEEP_BYTES).toString('utf8') });
  return { messageId: message.messageId, response: sent.response, accepted: sent.accepted, rejected: sent.rejected };
};

/** The message as it goes over the wire, with the addresses that its headers name; blind copies are in the envelope alone. */
async function compose(mail: Record<string, unknown>): Promise<Message> {
  return await createTransport(COMPOSER).sendMail({ ...mail, disableFileAccess: true, disableUrlAccess: true });
}

/** Builds and sends nothing. (The library's own stream transport would leave blind copies in the header.) */
const COMPOSER: Transport<Message> = {
  name: 'compose',
  version: '1',
  send({ message }, callback) {
    const { from, to } = message.getEnvelope();
    const envelope = { from: from === false ? '' : from, to };
    const messageId = message.messageId();
    message.build((error, content) => callback(error, { content, envelope, messageId }));
  },
};

async function deliver(
  message: Message,
  settings: MailSettings,
  context: ActionContext,
): Promise<{ response: string; accepted: string[]; rejected: string[] }> {
  const { host, port, security, username, password } = settings;
  let socket: Socket | undefined;
  let connecting: unknown;
  const abort = (): void => void socket?.destroy();
  const transport = createTransport({
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    tls: { rejectUnauthorized: !settings.allowInvalidCertificate },
    ...(username === '' ? {} : { auth: { user: username, pass: password } }),
    getSocket: (_options, callback) => {
      context.connector.connect({ host, port, signal: context.signal }).then(
        (connected) => {
          socket = connected;
          callback(null, { connection: connected });
        },
        (error: unknown) => {
          connecting = error;
          callback(error as Error, false);
        },
      );
    },
  });
  context.signal.addEventListener('abort', abort, { once: true });
  try {
    const info = await transport.sendMail({ envelope: message.envelope, raw: message.content });
    return { response: info.response, accepted: info.accepted.map(String), rejected: info.rejected.map(String) };
  } catch (error) {
    if (context.signal.aborted) throw context.signal.reason;
    if (connecting instanceof AppError) throw connecting;
    throw failure(error, `${host} port ${port}`);
  } finally {
    context.signal.removeEventListener('abort', abort);
    transport.close();
    abort();
  }
}

/** An error of the mail library in plain words, with what the server said. */
function failure(error: unknown, server: string): AppError {
  const { code, response } = error as { readonly code?: string; readonly response?: string };
  const said = response === undefined || response === '' ? '' : ` It said: ${response}`;
  const detail = response === undefined ? {} : { response };
  switch (code) {
    case 'EAUTH':
      return new ActionFailure(`The mail server ${server} did not accept user name and password.${said}`, detail);
    case 'EENVELOPE':
      return new ActionFailure(`The mail server ${server} refused the sender or the recipients.${said}`, detail);
    case 'EMESSAGE':
      return new ActionFailure(`The mail server ${server} refused the message.${said}`, detail);
    case 'ETLS':
      return new ActionFailure(
        `The mail server ${server} gives no trusted encryption: ${plainWords(error)}. Check the security setting.`,
        detail,
      );
    case 'EPROTOCOL':
      return new ActionFailure(`${server} does not answer like a mail server.${said}`, detail);
    case 'ETIMEDOUT':
      return new ActionFailure(`The mail server ${server} does not answer.`, detail, 'timeout');
    default:
      return new ActionFailure(`The mail server ${server} could not be used: ${plainWords(error)}.${said}`, detail, 'outbound_failed');
  }
}

/** Each entry is an address or several; what rendered empty is dropped. */
function addresses(rendered: readonly string[]): string[] {
  return rendered.map(oneLine).filter((entry) => entry !== '');
}

/** Header values are one line: a line break in one would begin another header. */
function oneLine(value: string): string {
  return value.replace(/[\r\n]+/g, ' ').trim();
}

/** What the log keeps of an attachment. */
function describe({ filename, content, sha256 }: Attachment): { filename: string; content: string } {
  return { filename: oneLine(filename), content: `${filename}: ${content.length} bytes, SHA-256 ${sha256}` };
}
