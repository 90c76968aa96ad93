import { isIP } from 'node:net';
import { ImapFlow, type SearchObject } from 'imapflow';
import { AppError } from '../../contract/errors.ts';
import { accessToken } from '../../outbound/oauth.ts';
import { plainWords } from '../../outbound/words.ts';
import type { ActionContext, Runner } from '../runner.ts';
import type { imap } from './definition.ts';

type Config = Parameters<Runner<typeof imap>>[0]['config'];

/** A mail; `source` is null where it is larger than allowed. */
export type Mail = { readonly uid: number; readonly from: string; readonly subject: string; readonly source: Buffer | null };

/** An open mailbox. Mails are named by UID; all methods reject with AppErrors. */
export type Mailbox = {
  /** Another one means that the UIDs are new. */
  readonly validity: string;
  /** Mails that come later have this UID or a larger one. */
  readonly end: number;
  /** The wanted mails from this UID on, oldest first. */
  search(from: number): Promise<number[]>;
  /** Null where somebody else has deleted it meanwhile. */
  read(uid: number, maxBytes: number): Promise<Mail | null>;
  /** Marks or moves it, as the configuration says. */
  finish(uid: number): Promise<void>;
  close(): void;
};

const WITHIN_MS = 20_000;
const DAY_MS = 86_400_000;

/** Connects, signs in and opens the mailbox. Rejects with `outbound_failed` in words, or with the signal's reason. */
export async function openMailbox(
  config: Config,
  { connector, clock }: Pick<ActionContext, 'connector' | 'clock'>,
  signal: AbortSignal,
): Promise<Mailbox> {
  const { host, port, security, username, password } = config;
  const where = `${host} port ${port}`;
  const address = await connector.locate({ host, port });
  const token = config.oauthRefreshToken === '' ? null : await accessToken(grantOf(config), connector, signal);
  const client = new ImapFlow({
    // The address that was judged, under the name that the certificate has to be for.
    host: address,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    port,
    secure: security === 'tls',
    doSTARTTLS: security === 'starttls',
    auth: token === null ? { user: username, pass: password } : { user: username, accessToken: token },
    tls: { rejectUnauthorized: !config.allowInvalidCertificate },
    logger: false,
    disableAutoIdle: true,
    connectionTimeout: WITHIN_MS,
    greetingTimeout: WITHIN_MS,
    socketTimeout: WITHIN_MS * 3,
    maxLiteralSize: config.maxMegabytes * 1_000_000 + 65_536,
  });
  let broken: unknown;
  client.on('error', (error: unknown) => (broken = error));
  const abort = (): void => client.close();
  signal.addEventListener('abort', abort, { once: true });
  const close = (): void => {
    signal.removeEventListener('abort', abort);
    client.close();
  };
  const told = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      signal.throwIfAborted();
      throw mailboxError(broken ?? error, where, config);
    }
  };
  try {
    await told(client.connect());
    const opened = await told(client.mailboxOpen(config.mailbox));
    return {
      validity: String(opened.uidValidity),
      end: opened.uidNext,
      async search(from) {
        const query: SearchObject = {
          uid: `${Math.max(1, from)}:*`,
          ...(config.sinceDays === 0 ? {} : { since: new Date(clock.now() - config.sinceDays * DAY_MS) }),
          ...(config.from === '' ? {} : { from: config.from }),
          ...(config.subject === '' ? {} : { subject: config.subject }),
        };
        const found = await told(client.search(query, { uid: true }));
        signal.throwIfAborted();
        if (found === false || found === undefined) throw new AppError('outbound_failed', `${where} did not answer the search.`);
        // `n:*` always names the last mail, also one before n.
        return found.filter((uid) => uid >= from).sort((a, b) => a - b);
      },
      async read(uid, maxBytes) {
        const head = await told(client.fetchOne(String(uid), { size: true, envelope: true }, { uid: true }));
        if (head === false || head === undefined) return null;
        const mail = { uid, from: head.envelope?.from?.[0]?.address ?? '', subject: head.envelope?.subject ?? '' };
        if ((head.size ?? 0) > maxBytes) return { ...mail, source: null };
        const whole = await told(client.fetchOne(String(uid), { source: true }, { uid: true }));
        if (whole === false || whole === undefined) return null;
        return { ...mail, source: whole.source ?? Buffer.alloc(0) };
      },
      async finish(uid) {
        if (config.afterwards === 'mark-seen') await told(client.messageFlagsAdd(String(uid), ['\\Seen'], { uid: true }));
        if (config.afterwards !== 'move') return;
        const moved = await told(client.messageMove(String(uid), config.moveTo, { uid: true }));
        if (moved === false)
          throw new AppError('outbound_failed', `${where} did not move the mail to ${config.moveTo}. Is there such a mailbox?`);
      },
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

function grantOf({ oauthTokenUrl, oauthClientId, oauthClientSecret, oauthRefreshToken }: Config): Parameters<typeof accessToken>[0] {
  return { tokenUrl: oauthTokenUrl, clientId: oauthClientId, clientSecret: oauthClientSecret, refreshToken: oauthRefreshToken };
}

function mailboxError(error: unknown, where: string, { mailbox }: Config): AppError {
  if (error instanceof AppError) return error;
  const { authenticationFailed, responseText, code, mailboxMissing } = error as {
    readonly authenticationFailed?: boolean;
    readonly responseText?: string;
    readonly code?: string;
    readonly mailboxMissing?: boolean;
  };
  const failed = (message: string): AppError => new AppError('outbound_failed', message, { cause: error });
  if (authenticationFailed === true) return failed(`${where} did not accept user name and password.`);
  if (mailboxMissing === true) return failed(`${where} has no mailbox ${mailbox}.`);
  if (responseText !== undefined && responseText !== '') return failed(`${where} says: ${responseText}`);
  if (/timeout/i.test(code ?? '') || code === 'GREETING_TIMEOUT' || code === 'CONNECT_TIMEOUT') return failed(`${where} does not answer.`);
  return failed(`${where} cannot be used: ${plainWords(error)}.`);
}
