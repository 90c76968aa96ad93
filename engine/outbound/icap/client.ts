import { once } from 'node:events';
import type { Socket } from 'node:net';
import { type Headers, IcapSyntaxError, parseEncapsulated, parseHeaders, parseStatusLine, threatIn } from './parse.ts';
import { LineReader } from './reader.ts';

/** How a file is shown to the service: as what somebody sends (REQMOD) or as what somebody gets (RESPMOD). */
export type IcapMethod = 'REQMOD' | 'RESPMOD';

export type IcapRequest = {
  readonly host: string;
  readonly port: number;
  /** Name of the service, such as `virus_scan`. */
  readonly service: string;
  readonly method: IcapMethod;
  readonly file: {
    readonly name: string;
    readonly size: number;
    readonly bytes: () => AsyncIterable<Uint8Array>;
  };
  /** Takes what the service answers in place of the file, where it does; to the end, or with an error. */
  readonly onContent: (content: AsyncIterable<Uint8Array>) => Promise<void>;
};

/**
 * `unchanged`: the service has nothing against the file (204). `infected`: it names a threat or answers with a page of its own in place of
 * the file. `answered`: it gave a content, the same or another, which `onContent` has seen.
 */
export type IcapResult = {
  readonly verdict: 'unchanged' | 'infected' | 'answered';
  readonly threat: string | null;
  readonly status: number;
};

/** The service said no, in its status. */
export class IcapStatusError extends Error {
  readonly status: number;

  constructor(status: number, reason: string) {
    super(`it answers with status ${status}${reason === '' ? '' : ` (${reason})`}`);
    this.status = status;
  }
}

/** More than this is never held back for a preview, whatever the service asks for. */
const MAX_PREVIEW_BYTES = 65_536;
/** No message's head is longer. */
const HEAD_ENCODING = 'latin1';

type Options = { readonly previewBytes: number | null; readonly allows204: boolean; readonly closes: boolean };

/**
 * Asks the service for its options and shows it the file, over connections that `connect` opens and this function ends. The file is read as
 * the service takes it. Rejects with IcapSyntaxError, IcapStatusError or the connection's error.
 */
export async function icapExchange(connect: () => Promise<Socket>, request: IcapRequest): Promise<IcapResult> {
  let socket = await connect();
  try {
    let reader = new LineReader(socket);
    const options = await askOptions(socket, reader, request);
    if (options.closes) {
      socket.destroy();
      socket = await connect();
      reader = new LineReader(socket);
    }
    return await show(socket, reader, request, options);
  } finally {
    socket.destroy();
  }
}

async function askOptions(socket: Socket, reader: LineReader, request: IcapRequest): Promise<Options> {
  socket.write(head(request, 'OPTIONS', ['Encapsulated: null-body=0']));
  const { status, reason, headers } = await readHead(reader);
  if (status !== 200) throw new IcapStatusError(status, reason);
  const methods = headers.get('methods')?.toUpperCase() ?? request.method;
  if (!methods.split(/[\s,]+/).includes(request.method)) throw new IcapSyntaxError(`its service knows only ${methods}`);
  const sections = parseEncapsulated(headers.get('encapsulated') ?? 'null-body=0');
  if (sections.some(({ name }) => name === 'opt-body')) await reader.skipChunked();
  const preview = headers.get('preview');
  return {
    previewBytes: preview !== undefined && /^\d{1,9}$/.test(preview) ? Math.min(Number(preview), MAX_PREVIEW_BYTES) : null,
    allows204: (headers.get('allow') ?? '').split(/[\s,]+/).includes('204'),
    closes: /\bclose\b/i.test(headers.get('connection') ?? ''),
  };
}

/** One REQMOD or RESPMOD. */
async function show(socket: Socket, reader: LineReader, request: IcapRequest, { previewBytes, allows204 }: Options): Promise<IcapResult> {
  const { method, file } = request;
  const body = file.bytes()[Symbol.asyncIterator]();
  try {
    const preview = previewBytes === null ? null : await takePreview(body, previewBytes);
    const encapsulated = encapsulatedHeads(method, file);
    const lines = [
      ...(allows204 ? ['Allow: 204'] : []),
      ...(preview === null ? [] : [`Preview: ${Math.min(preview.bytes.length, previewBytes ?? 0)}`]),
      `Encapsulated: ${encapsulated.offsets}`,
    ];
    await send(socket, Buffer.concat([Buffer.from(head(request, method, lines)), Buffer.from(encapsulated.text, HEAD_ENCODING)]));
    let rest: AsyncIterable<Uint8Array> = chunksOf(null, body);
    if (preview !== null) {
      await send(
        socket,
        Buffer.concat([
          chunk(preview.bytes.subarray(0, previewBytes ?? 0)),
          Buffer.from(preview.isWhole ? '0; ieof\r\n\r\n' : '0\r\n\r\n'),
        ]),
      );
      const early = await readHead(reader);
      // RFC 3507, 4.5: only 100 asks for the rest; any other status is the answer.
      if (early.status !== 100) return await finish(reader, early, request);
      if (preview.isWhole) throw new IcapSyntaxError('it asks for more of a file that it has whole');
      rest = chunksOf(preview.bytes.subarray(previewBytes ?? 0), body);
    }
    return await sendWhileReading(socket, rest, async () => finish(reader, await readHead(reader), request));
  } finally {
    await body.return?.();
  }
}

/** The service may answer while it still gets the file; then the rest is not sent. */
async function sendWhileReading<T>(socket: Socket, rest: AsyncIterable<Uint8Array>, read: () => Promise<T>): Promise<T> {
  const state = { isAnswered: false };
  const sending = (async () => {
    for await (const bytes of rest) {
      if (state.isAnswered) return;
      await send(socket, chunk(bytes));
    }
    await send(socket, Buffer.from('0\r\n\r\n'));
  })();
  const answer = read().finally(() => (state.isAnswered = true));
  // An error of the file ends it at once; one of the connection is told by what is read, which may hold the reason.
  const failed = sending.then(
    () => new Promise<never>(() => undefined),
    async (error: unknown) => {
      if (socket.errored === null && !socket.destroyed) throw error;
      return await new Promise<never>(() => undefined);
    },
  );
  try {
    return await Promise.race([answer, failed]);
  } finally {
    state.isAnswered = true;
    socket.destroy();
    await Promise.allSettled([sending, answer]);
  }
}

type Head = { readonly status: number; readonly reason: string; readonly headers: Headers };

async function readHead(reader: LineReader): Promise<Head> {
  const { protocol, status, reason } = parseStatusLine(await reader.line());
  if (protocol !== 'ICAP') throw new IcapSyntaxError('it speaks HTTP instead of ICAP');
  return { status, reason, headers: parseHeaders(await reader.lines()) };
}

/** What an answer means, and its content to whoever takes it. */
async function finish(reader: LineReader, { status, reason, headers }: Head, request: IcapRequest): Promise<IcapResult> {
  const threat = threatIn(headers);
  if (threat !== null) return { verdict: 'infected', threat, status };
  if (status === 204) return { verdict: 'unchanged', threat: null, status };
  if (status !== 200 && status !== 201) throw new IcapStatusError(status, reason);
  const sections = parseEncapsulated(headers.get('encapsulated') ?? '');
  let isPage = false;
  for (const { name, bytes } of sections) {
    if (name === 'res-hdr' && bytes !== null) {
      const [line = '', ...lines] = (await reader.bytes(bytes))
        .toString(HEAD_ENCODING)
        .split(/\r?\n/)
        .filter((text) => text !== '');
      const inner = parseStatusLine(line);
      const named = threatIn(parseHeaders(lines));
      if (named !== null) return { verdict: 'infected', threat: named, status };
      // What was sent came with 200; a response to a request is a page in place of it.
      isPage = request.method === 'REQMOD' || inner.status !== 200;
    } else if (bytes !== null) await reader.bytes(bytes);
    else if (isPage) return { verdict: 'infected', threat: 'blocked without a name', status };
    else await request.onContent(name === 'null-body' ? nothing() : reader.chunked());
  }
  return { verdict: 'answered', threat: null, status };
}

async function* nothing(): AsyncGenerator<Uint8Array, void, undefined> {
  // An empty body.
}

/** The request's first lines. */
function head({ host, port, service }: IcapRequest, method: string, lines: readonly string[]): string {
  const name = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  const first = `${method} icap://${name}:${port}/${service.split('/').map(encodeURIComponent).join('/')} ICAP/1.0`;
  return [first, `Host: ${name}:${port}`, 'User-Agent: Gatehouse', ...lines, '', ''].join('\r\n');
}

/** The HTTP message around the file: a PUT of it, or a GET and its answer. */
function encapsulatedHeads(method: IcapMethod, { name, size }: IcapRequest['file']): { readonly text: string; readonly offsets: string } {
  const path = `/${encodeURIComponent(name.toWellFormed())}`;
  const content = `Content-Type: application/octet-stream\r\nContent-Length: ${size}\r\n\r\n`;
  if (method === 'REQMOD') {
    const text = `PUT ${path} HTTP/1.1\r\nHost: gatehouse.invalid\r\n${content}`;
    return { text, offsets: `req-hdr=0, req-body=${text.length}` };
  }
  const asked = `GET ${path} HTTP/1.1\r\nHost: gatehouse.invalid\r\n\r\n`;
  const text = `${asked}HTTP/1.1 200 OK\r\n${content}`;
  return { text, offsets: `req-hdr=0, res-hdr=${asked.length}, res-body=${text.length}` };
}

/** At least `wanted` bytes of the body, or all that it has. */
async function takePreview(
  body: AsyncIterator<Uint8Array>,
  wanted: number,
): Promise<{ readonly bytes: Buffer; readonly isWhole: boolean }> {
  const parts: Uint8Array[] = [];
  let length = 0;
  // One byte more, to know whether the preview is the whole file.
  while (length <= wanted) {
    const next = await body.next();
    if (next.done === true) return { bytes: Buffer.concat(parts), isWhole: true };
    parts.push(next.value);
    length += next.value.length;
  }
  return { bytes: Buffer.concat(parts), isWhole: false };
}

async function* chunksOf(first: Buffer | null, body: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  if (first !== null && first.length > 0) yield first;
  for (let next = await body.next(); next.done !== true; next = await body.next()) yield next.value;
}

/** A piece of a chunked body; an empty one would end it. */
function chunk(bytes: Uint8Array): Buffer {
  if (bytes.length === 0) return Buffer.alloc(0);
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);
}

/** Waits while the other side takes no more. */
async function send(socket: Socket, bytes: Buffer): Promise<void> {
  if (bytes.length === 0 || socket.write(bytes)) return;
  const ended = new AbortController();
  const stop = (): void => ended.abort();
  socket.once('close', stop);
  try {
    await once(socket, 'drain', { signal: ended.signal });
  } catch {
    throw socket.errored ?? new IcapSyntaxError('it closed the connection before it had the file');
  } finally {
    socket.off('close', stop);
  }
}
