import { AppError } from '../contract/errors.ts';
import type { Connector } from './connector.ts';

/** What an authorization server has given for lasting access to a mailbox. */
export type OAuthGrant = {
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly refreshToken: string;
};

const WITHIN_MS = 30_000;
const MAX_ANSWER_BYTES = 65_536;

/** A fresh access token for a refresh token (RFC 6749, 6). Rejects with `outbound_failed`, or as the connector does. */
export async function accessToken(grant: OAuthGrant, connector: Connector, signal: AbortSignal): Promise<string> {
  const { tokenUrl, clientId, clientSecret, refreshToken } = grant;
  if (!URL.canParse(tokenUrl)) throw new AppError('outbound_failed', 'The token address of OAuth2 is not an address. Check the settings.');
  const form = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken, client_id: clientId });
  if (clientSecret !== '') form.set('client_secret', clientSecret);
  const answer = await connector.request({
    method: 'POST',
    url: tokenUrl,
    headers: [
      { name: 'Content-Type', value: 'application/x-www-form-urlencoded', sensitive: false },
      { name: 'Accept', value: 'application/json', sensitive: false },
    ],
    body: form.toString(),
    timeoutMs: WITHIN_MS,
    maxBytes: MAX_ANSWER_BYTES,
    keepBytes: MAX_ANSWER_BYTES,
    allowInvalidCertificate: false,
    // The secrets are in the body, which a redirect would take along.
    maxRedirects: 0,
    signal,
  });
  const given = parse(answer.body.toString('utf8'));
  if (answer.status === 200 && typeof given['access_token'] === 'string') return given['access_token'];
  const reason = typeof given['error'] === 'string' ? `: ${given['error']}` : ` with status ${answer.status}`;
  throw new AppError(
    'outbound_failed',
    `${new URL(tokenUrl).host} gave no access token${reason}. Sign in there again and enter the new refresh token.`,
  );
}

function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
