import type { Socket } from 'node:net';
import { createTransport, type Transport } from 'nodemailer';
import type SMTPTransport from 'nodemailer/lib/smtp-transport';
import { AppError } from '../contract/errors.ts';
import type { Settings } from '../contract/settings.ts';
import type { Connector } from './connector.ts';
import { accessToken } from './oauth.ts';
import { plainWords } from './words.ts';

/** Settings of the mail server, with the secrets in the clear. */
export type MailSettings = Omit<Settings['mail'], MailSecret> & { readonly [Key in MailSecret]: string };
type MailSecret = 'password' | 'oauthClientSecret' | 'oauthRefreshToken';

type Envelope = { readonly from: string; readonly to: string[] };
export type Message = { readonly content: Buffer; readonly envelope: Envelope; readonly messageId: string };

/** What the server said to a message. */
export type Delivery = { readonly response: string; readonly accepted: string[]; readonly rejected: string[] };

/** A message that could not be handed over, with the server's own words where it said some. */
export class MailFailure extends AppError {
  readonly response: string | undefined;

  constructor(message: string, response: string | undefined, code: 'action_failed' | 'timeout' | 'outbound_failed' = 'action_failed') {
    super(code, message);
    this.response = response;
  }
}

/** Throws `action_failed`, with where to go, when no mail server or no sender address is set up. */
export function requireMail({ host, from }: Pick<MailSettings, 'host' | 'from'>): void {
  if (host === '') throw new AppError('action_failed', 'No mail server is set up. Enter one under Settings, Mail.');
  if (from === '') throw new AppError('action_failed', 'No sender address is set up. Enter one under Settings, Mail.');
}

/** The message as it goes over the wire, with the addresses that its headers name; blind copies are in the envelope alone. */
export async function composeMail(mail: Record<string, unknown>): Promise<Message> {
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

/**
 * Hands the message to the mail server. Resolves when the server has accepted it for at least one recipient; rejects with a MailFailure, an
 * AppError of the connector, or the signal's reason.
 */
export async function deliverMail(
  message: Message,
  settings: MailSettings,
  { connector, signal }: { readonly connector: Connector; readonly signal: AbortSignal },
): Promise<Delivery> {
  const { host, port, security, username } = settings;
  const auth = await authentication(settings, connector, signal);
  let socket: Socket | undefined;
  let connecting: unknown;
  const abort = (): void => void socket?.destroy();
  const options: SMTPTransport.Options = {
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    tls: { rejectUnauthorized: !settings.allowInvalidCertificate },
    ...(username === '' ? {} : { auth }),
    getSocket: (_options, callback) => {
      connector.connect({ host, port, signal }).then(
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
  };
  const transport = createTransport(options);
  signal.addEventListener('abort', abort, { once: true });
  try {
    const info = await transport.sendMail({ envelope: message.envelope, raw: message.content });
    return { response: info.response, accepted: info.accepted.map(String), rejected: info.rejected.map(String) };
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (connecting instanceof AppError) throw connecting;
    throw failure(error, `${host} port ${port}`);
  } finally {
    signal.removeEventListener('abort', abort);
    transport.close();
    abort();
  }
}

/** A password, or a fresh token: the library would fetch one past the connector. */
async function authentication(
  { username, password, oauthTokenUrl, oauthClientId, oauthClientSecret, oauthRefreshToken }: MailSettings,
  connector: Connector,
  signal: AbortSignal,
): Promise<NonNullable<SMTPTransport.Options['auth']>> {
  if (oauthRefreshToken === '') return { user: username, pass: password };
  const grant = { tokenUrl: oauthTokenUrl, clientId: oauthClientId, clientSecret: oauthClientSecret, refreshToken: oauthRefreshToken };
  return { type: 'OAuth2', user: username, accessToken: await accessToken(grant, connector, signal) };
}

/** An error of the mail library in plain words, with what the server said. */
function failure(error: unknown, server: string): AppError {
  const { code, response } = error as { readonly code?: string; readonly response?: string };
  const said = response === undefined || response === '' ? '' : ` It said: ${response}`;
  switch (code) {
    case 'EAUTH':
      return new MailFailure(`The mail server ${server} did not accept user name and password.${said}`, response);
    case 'EENVELOPE':
      return new MailFailure(`The mail server ${server} refused the sender or the recipients.${said}`, response);
    case 'EMESSAGE':
      return new MailFailure(`The mail server ${server} refused the message.${said}`, response);
    case 'ETLS':
      return new MailFailure(
        `The mail server ${server} gives no trusted encryption: ${plainWords(error)}. Check the security setting.`,
        response,
      );
    case 'EPROTOCOL':
      return new MailFailure(`${server} does not answer like a mail server.${said}`, response);
    case 'ETIMEDOUT':
      return new MailFailure(`The mail server ${server} does not answer.`, response, 'timeout');
    default:
      return new MailFailure(`The mail server ${server} could not be used: ${plainWords(error)}.${said}`, response, 'outbound_failed');
  }
}

/** Header values are one line: a line break in one would begin another header. */
export function oneLine(value: string): string {
  return value.replace(/[\r\n]+/g, ' ').trim();
}
