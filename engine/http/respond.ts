import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError, ERROR_CODES } from '../contract/errors.ts';
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

const METHOD_NOT_ALLOWED = 405;
const DRAINED_BYTES = 64 * 1024 * 1024;
const DRAIN_MS = 2000;

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
  if (request.complete) {
    response.end(text);
    return;
  }
  response.setHeader('connection', 'close');
  drain(request, () => response.end(text));
}

/** True for a request by this method; any other is answered with 405, which is HTTP's own business and has no code in the table of errors. */
export function allowMethod(request: IncomingMessage, response: ServerResponse, allowed: 'GET' | 'POST'): boolean {
  if (request.method === allowed) return true;
  response.setHeader('allow', allowed);
  const error = new AppError('unsupported', `This address takes ${allowed} only.`);
  sendEnvelope(request, response, { ok: false, error: error.toData() }, METHOD_NOT_ALLOWED);
  return false;
}

/**
 * Takes and drops what the client is still sending, for a while: one that writes its whole request before it reads would meet a reset
 * connection instead of the answer.
 */
function drain(request: IncomingMessage, done: () => void): void {
  let left = DRAINED_BYTES;
  const finish = (): void => {
    clearTimeout(timer);
    request.off('data', count);
    request.off('end', finish);
    request.off('close', finish);
    done();
  };
  const count = (chunk: Buffer): void => {
    left -= chunk.length;
    if (left < 0) finish();
  };
  const timer = setTimeout(finish, DRAIN_MS);
  request.on('data', count);
  request.on('end', finish);
  request.on('close', finish);
  request.resume();
}

function statusOf(envelope: Envelope<unknown>): number {
  return envelope.ok ? 200 : ERROR_CODES[envelope.error.code].http;
}
