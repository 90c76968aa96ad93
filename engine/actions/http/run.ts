import { AppError } from '../../contract/errors.ts';
import type { HttpHeader, StreamedBody } from '../../outbound/http.ts';
import { isReportPlaceholder } from '../../contract/report.ts';
import { bytesContent, multipartForm } from '../../outbound/multipart.ts';
import { type ActionContext, ActionFailure, type Runner } from '../runner.ts';
import { hasForm, type http, literalOrigin } from './definition.ts';
import { formParts } from './form.ts';

const KEEP_BYTES = 4096;
const MAX_ANSWER_BYTES = 10 * 1024 * 1024;

/** Sends one request; an answer of 200 to 299 that ends in time is a success. */
export const runHttp: Runner<typeof http> = async ({ config, source }, context) => {
  const url = address(config.url, source.templatesInHost ? undefined : source.url);
  for (const { name, value } of config.query) url.searchParams.append(name, value);
  const headers: HttpHeader[] = config.headers.map(({ name, value, secret }) => ({
    name,
    value: headerValue(secret === '' ? value : secret),
    sensitive: secret !== '' || /^(authorization|cookie|proxy-authorization)$/i.test(name),
  }));
  const authorization = credentials(config);
  if (authorization !== undefined) {
    context.hide(authorization.replace(/^\w+ /, ''));
    headers.push({ name: 'Authorization', value: headerValue(authorization), sensitive: true });
  }
  let body: string | StreamedBody | undefined = config.method === 'GET' || source.body === '' ? undefined : config.body;
  if (hasForm(config)) {
    const form = multipartForm(await formParts(config, source, context));
    body = { ...form.body, open: () => counted(form.body, context) };
    headers.push({ name: 'Content-Type', value: form.contentType, sensitive: false });
  } else if (typeof body === 'string' && isReportPlaceholder(source.body)) {
    body = bytesContent(await context.retentionReports());
    if (!has(headers, 'content-type')) headers.push({ name: 'Content-Type', value: 'application/zip', sensitive: false });
  } else if (typeof body === 'string' && !has(headers, 'content-type')) {
    headers.push({ name: 'Content-Type', value: typeOf(body), sensitive: false });
  }
  if (!has(headers, 'user-agent')) headers.push({ name: 'User-Agent', value: 'Gatehouse', sensitive: false });
  const answer = await context.connector.request({
    method: config.method,
    url: url.href,
    headers,
    body,
    timeoutMs: config.timeoutSeconds * 1000,
    maxBytes: MAX_ANSWER_BYTES,
    keepBytes: KEEP_BYTES,
    allowInvalidCertificate: config.allowInvalidCertificate,
    signal: context.signal,
  });
  const detail = {
    status: answer.status,
    url: answer.url,
    redirects: answer.redirects,
    bytes: answer.bytes,
    body: answer.body.toString('utf8'),
  };
  if (answer.status >= 200 && answer.status < 300) return detail;
  throw new ActionFailure(`${url.host} answered with status ${answer.status}.`, detail);
};

/** The rendered address. What a template gave may fill path and query, and lead to another server only where there is no `source`. */
function address(rendered: string, source: string | undefined): URL {
  const origin = source === undefined ? literalOrigin(rendered) : literalOrigin(source);
  if (origin === undefined || !URL.canParse(rendered) || new URL(rendered).origin !== new URL(origin).origin) {
    throw new AppError('action_failed', 'The address is not valid after its templates were filled in. Check it.');
  }
  return new URL(rendered);
}

/** The bytes of a body, told to consoles as they go. */
async function* counted(body: StreamedBody, context: Pick<ActionContext, 'progress'>): AsyncGenerator<Uint8Array, void, undefined> {
  let done = 0;
  for await (const chunk of body.open()) {
    yield chunk;
    done += chunk.length;
    context.progress(done, body.length);
  }
}

function credentials(config: { readonly username: string; readonly password: string; readonly bearerToken: string }): string | undefined {
  if (config.bearerToken !== '') return `Bearer ${config.bearerToken}`;
  if (config.username === '') return undefined;
  return `Basic ${Buffer.from(`${config.username}:${config.password}`).toString('base64')}`;
}

/** One line of UTF-8 bytes, in the form in which HTTP libraries take bytes: values may hold any file name. */
function headerValue(value: string): string {
  return Buffer.from(value.replace(/[\u0000-\u001f\u007f]+/g, ' ')).toString('latin1');
}

function typeOf(body: string): string {
  try {
    JSON.parse(body);
    return 'application/json';
  } catch {
    return 'text/plain; charset=utf-8';
  }
}

function has(headers: readonly HttpHeader[], name: string): boolean {
  return headers.some((header) => header.name.toLowerCase() === name);
}
