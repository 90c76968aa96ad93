import type { LookupFunction } from 'node:net';
import { Readable } from 'node:stream';
import { Agent, request as send } from 'undici';
import { AppError } from '../contract/errors.ts';
import { plainWords } from './words.ts';

/** A header; a sensitive one is not taken along to another origin. */
export type HttpHeader = { readonly name: string; readonly value: string; readonly sensitive: boolean };

/** A body that is not held in memory: `length` bytes that `open` gives anew each time, since a redirect may ask for them again. */
export type StreamedBody = { readonly length: number; readonly open: () => AsyncIterable<Uint8Array> };

/** One exchange. Redirects are followed (at most five), each judged like a new address. */
export type HttpRequest = {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly HttpHeader[];
  readonly body: string | StreamedBody | undefined;
  /** From the first byte to the last of everything, redirects included. */
  readonly timeoutMs: number;
  /** A longer answer is an error. */
  readonly maxBytes: number;
  /** How much of the answer's body is given back. */
  readonly keepBytes: number;
  readonly allowInvalidCertificate: boolean;
  /** How many redirects are followed; 5 by default. */
  readonly maxRedirects?: number;
  readonly signal: AbortSignal;
};

export type HttpAnswer = {
  readonly status: number;
  /** Where the answer came from in the end. */
  readonly url: string;
  readonly redirects: number;
  readonly contentType: string | null;
  /** Bytes of the whole body. */
  readonly bytes: number;
  /** Its beginning. */
  readonly body: Buffer;
};

/** Judges host and port and gives the lookup that is pinned to what they stand for. */
type Pin = (host: string, port: number) => Promise<LookupFunction>;

type Hop = { url: URL; method: string; headers: readonly HttpHeader[]; body: HttpRequest['body'] };

const MAX_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** Runs the exchange. Rejects with `outbound_refused`, `outbound_failed`, `timeout` or the reason of the caller's signal. */
export async function httpRequest(request: HttpRequest, pin: Pin): Promise<HttpAnswer> {
  const timeout = AbortSignal.timeout(request.timeoutMs);
  const signal = AbortSignal.any([request.signal, timeout]);
  const most = request.maxRedirects ?? MAX_REDIRECTS;
  let hop: Hop = { url: new URL(request.url), method: request.method, headers: request.headers, body: request.body };
  try {
    for (let redirects = 0; ; redirects++) {
      const outcome = await exchange(hop, request, signal, pin);
      if (outcome.location === null) return { ...outcome.answer, redirects };
      if (redirects === most) throw new AppError('outbound_failed', `${hop.url.host} redirects more than ${most} times.`);
      hop = follow(hop, outcome.answer.status, outcome.location);
    }
  } catch (error) {
    if (request.signal.aborted) throw request.signal.reason;
    if (timeout.aborted) {
      throw new AppError('timeout', `${hop.url.host} gave no complete answer within ${request.timeoutMs / 1000} s.`, { cause: error });
    }
    if (error instanceof AppError) throw error;
    throw new AppError('outbound_failed', `${hop.url.host} cannot be used: ${plainWords(error)}.`, { cause: error });
  }
}

type Exchange = { readonly answer: HttpAnswer; readonly location: string | null };

/** One hop over a connection of its own, which ends with it. */
async function exchange(hop: Hop, request: HttpRequest, signal: AbortSignal, pin: Pin): Promise<Exchange> {
  const { url } = hop;
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
  const lookup = await pin(url.hostname, port);
  signal.throwIfAborted();
  const agent = new Agent({
    allowH2: false,
    // The one clock is the signal's; undici's own would cut a slow but allowed answer.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: { lookup, timeout: request.timeoutMs, rejectUnauthorized: !request.allowInvalidCertificate },
  });
  try {
    const response = await send(url, {
      method: hop.method as 'GET',
      headers: [...hop.headers.flatMap(({ name, value }) => [name, value]), ...lengthOf(hop.body)],
      body: typeof hop.body === 'object' ? Readable.from(hop.body.open(), { objectMode: false }) : (hop.body ?? null),
      dispatcher: agent,
      signal,
    });
    const { location } = response.headers;
    const next = REDIRECTS.has(response.statusCode) && typeof location === 'string' ? location : null;
    const kept = next === null ? await readBody(response.body, url, request) : { bytes: 0, body: Buffer.alloc(0) };
    const contentType = response.headers['content-type'];
    return {
      answer: {
        status: response.statusCode,
        url: `${url.origin}${url.pathname}`,
        redirects: 0,
        contentType: typeof contentType === 'string' ? contentType : null,
        ...kept,
      },
      location: next,
    };
  } finally {
    // Ends the connection in the middle of whatever the other side still sends.
    await agent.destroy();
  }
}

/** With its length a streamed body is sent as it is; without, in chunks, which not every server takes. */
function lengthOf(body: HttpRequest['body']): string[] {
  return typeof body === 'object' ? ['Content-Length', String(body.length)] : [];
}

async function readBody(stream: AsyncIterable<unknown>, url: URL, limits: HttpRequest): Promise<{ bytes: number; body: Buffer }> {
  const kept: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    const data = chunk as Buffer;
    if (bytes < limits.keepBytes) kept.push(data.subarray(0, limits.keepBytes - bytes));
    bytes += data.length;
    if (bytes > limits.maxBytes) throw new AppError('outbound_failed', `${url.host} answered with more than ${limits.maxBytes} bytes.`);
  }
  return { bytes, body: Buffer.concat(kept) };
}

/** The next hop, with fetch's rules for the method; what is sensitive stays behind when the origin changes. */
function follow(hop: Hop, status: number, location: string): Hop {
  if (!URL.canParse(location, hop.url.href))
    throw new AppError('outbound_failed', `${hop.url.host} redirects to something that is not an address.`);
  const url = new URL(location, hop.url);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new AppError('outbound_refused', `${hop.url.host} redirects to an address that is neither http nor https.`);
  }
  if (hop.url.protocol === 'https:' && url.protocol === 'http:') {
    throw new AppError('outbound_refused', `${hop.url.host} redirects from https to http, where anybody could read along.`);
  }
  url.username = '';
  url.password = '';
  const toGet = status === 303 ? hop.method !== 'HEAD' : (status === 301 || status === 302) && hop.method === 'POST';
  const sameOrigin = url.origin === hop.url.origin;
  const headers = hop.headers.filter(({ name, sensitive }) => (sameOrigin || !sensitive) && !(toGet && /^content-/i.test(name)));
  return { url, headers, method: toGet ? 'GET' : hop.method, body: toGet ? undefined : hop.body };
}
