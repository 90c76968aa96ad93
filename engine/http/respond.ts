import type { IncomingMessage, ServerResponse } from 'node:http';
import { ERROR_CODES } from '../contract/errors.ts';
import type { Envelope } from '../contract/rpc.ts';

/** On every answer: no framing, no sniffing, no cache, no script or style from anywhere. */
const SECURITY_HEADERS = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
} as const;

/** Sets the headers that every answer carries. */
export function setSecurityHeaders(response: ServerResponse): void {
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
}

/** The envelope as JSON, its error's code as HTTP status. A request whose body was not read to its end costs the connection. */
export function sendEnvelope(
  request: IncomingMessage,
  response: ServerResponse,
  envelope: Envelope<unknown>,
  status = statusOf(envelope),
): void {
  if (response.headersSent || response.destroyed) return;
  const text = JSON.stringify(envelope);
  response.statusCode = status;
  response.setHeader('content-type', 'application/json; charset=utf-8');
  response.setHeader('content-length', Buffer.byteLength(text));
  if (response.statusCode === 401) response.setHeader('www-authenticate', 'Bearer');
  if (!request.complete) {
    response.setHeader('connection', 'close');
    // What the client is still sending is taken and dropped for a moment, so that it can read the answer before the connection ends.
    request.resume();
  }
  response.end(text);
}

function statusOf(envelope: Envelope<unknown>): number {
  return envelope.ok ? 200 : ERROR_CODES[envelope.error.code].http;
}
