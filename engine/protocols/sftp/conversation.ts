import { AppError } from '../../contract/errors.ts';
import type { Logger } from '../../lib/log.ts';
import type { AbortReason, CopyRange, Session } from '../../vfs/types.ts';
import { DirectoryHandle } from './directory-handle.ts';
import { DownloadHandle } from './download-handle.ts';
import { Exchange, type ExchangeHost } from './exchange.ts';
import { ADVERTISED_EXTENSIONS, answerExtension, COPY_DATA, handleExtension, readCopyData } from './extensions.ts';
import type { Handle, HandleRequest, Loan } from './handle.ts';
import { HandleTable } from './handle-table.ts';
import { openIntent } from './open-flags.ts';
import { NamedRequests, type Subject } from './named-requests.ts';
import { type Packet, PacketSplitter } from './packet-splitter.ts';
import { PacketType } from './packet-types.ts';
import { MalformedPacket } from './packets.ts';
import { answerPathRequest, type PathRequest } from './path-requests.ts';
import { ReadBudget } from './read-budget.ts';
import { noteRequest } from './request-note.ts';
import { handleReply, versionReply } from './replies.ts';
import { ReplyStream, type Wire } from './reply-stream.ts';
import { parseRequest, readHandle, type Request, type UnreadableRequest } from './requests.ts';
import { transferBufferBytes } from './transfer-buffers.ts';
import { UploadHandle } from './upload-handle.ts';

/** Requests that wait for their answers may hold this many bytes before the client is told to stop sending … */
const MOST_PENDING_BYTES = 8 * 1024 * 1024;
/** … and it may go on below this. */
const RESUME_PENDING_BYTES = MOST_PENDING_BYTES / 2;
/** What a request costs besides its payload: so that millions of small ones are bounded too. */
const REQUEST_BYTES = 512;
/** Bytes of reads between their start and the moment SSH takes their replies. */
const MOST_READ_BYTES = 4 * 1024 * 1024;

export type ConversationOptions = {
  readonly session: Session;
  readonly wire: Wire;
  readonly log: Logger;
  readonly now: () => number;
  /** True while the server lets transfers come to an end and begins nothing new. */
  readonly isStopping: () => boolean;
  /** The client has got so far. */
  readonly reached: (stage: 'listed' | 'transferred') => void;
  /** Called when `wantsInput` may have changed. */
  readonly onFlow: () => void;
};

/** Requests that name a path. */
type NamedRequest = PathRequest | Extract<Request, { readonly type: 'OPEN' | 'OPENDIR' | 'EXTENDED' }>;
const READING: ReadonlySet<string> = new Set(['OPENDIR', 'LSTAT', 'STAT', 'REALPATH', 'READLINK']);
const CHANGING_EXTENSIONS: ReadonlySet<string> = new Set(['posix-rename@openssh.com', 'lsetstat@openssh.com']);
const isAboutHandle = (request: Request): request is Extract<Request, { readonly handle: Buffer }> => 'handle' in request;

/**
 * SFTP version 3 on one channel: bytes in, session calls, bytes out (draft-ietf-secsh-filexfer-02). Requests about one handle are answered
 * in their order, and so are requests that name paths, as far as one has to do with another (NamedRequests); the two kinds run side by side.
 */
export class SftpConversation {
  readonly #options: ConversationOptions;
  readonly #replies: ReplyStream;
  readonly #splitter = new PacketSplitter((packet) => this.#onPacket(packet));
  readonly #handles = new HandleTable();
  readonly #budget: ReadBudget;
  readonly #named = new NamedRequests<Exchange<NamedRequest>>((exchange) => this.#workNamed(exchange));
  readonly #closing = new Set<Promise<void>>();
  readonly #host: ExchangeHost;
  #initialised = false;
  #pendingBytes = 0;
  #full = false;
  #abandonedFor: AbortReason | null = null;

  constructor(options: ConversationOptions) {
    this.#options = options;
    this.#replies = new ReplyStream(options.wire);
    this.#budget = new ReadBudget(MOST_READ_BYTES, () => this.#abandonedFor !== null || !options.wire.isCongested());
    this.#host = { replies: this.#replies, log: options.log, answered: (cost) => this.#answered(cost) };
  }

  /** False while the client should not send: too much waits for the disk, or for the client to take its replies. */
  get wantsInput(): boolean {
    return !this.#full && !this.#options.wire.isCongested();
  }

  /** Takes bytes from the channel and copies what it keeps. Throws MalformedPacket when the stream is beyond repair. */
  receive(chunk: Buffer): void {
    if (this.#abandonedFor === null) this.#splitter.push(chunk);
  }

  /** The peer took replies, or the key exchange is over. */
  wireMoved(): void {
    this.#budget.pump();
  }

  /** The client sent its last byte in order: answers what it asked, then ends what it left open. Never rejects. */
  async finish(): Promise<void> {
    await this.#settled();
    await Promise.all(this.#handles.clear().map((handle) => handle.abandon('disconnected')));
  }

  /** Nobody listens any more: ends everything, closes every handle. Idempotent; never rejects. */
  async abandon(reason: AbortReason): Promise<void> {
    this.#abandonedFor ??= reason;
    const ends = this.#handles.clear().map((handle) => handle.abandon(reason));
    for (const exchange of this.#named.clear()) exchange.cancel();
    this.#replies.close();
    this.#budget.pump();
    await Promise.all([...ends, ...this.#closing, this.#named.settled()]);
  }

  /** Calls `done` when every reply was handed to SSH; not before the client takes them. */
  whenSent(done: () => void): void {
    this.#replies.whenSent(done);
  }

  async #settled(): Promise<void> {
    await this.#named.settled();
    await Promise.all([...this.#closing, ...[...this.#handles.values()].map((handle) => handle.settled())]);
  }

  #answered(cost: number): void {
    this.#pendingBytes -= cost;
    if (this.#full && this.#pendingBytes <= RESUME_PENDING_BYTES) {
      this.#full = false;
      this.#options.onFlow();
    }
  }

  #onPacket(packet: Packet): void {
    if (packet.type === PacketType.INIT) {
      if (this.#initialised) throw new MalformedPacket('a second INIT');
      this.#initialised = true;
      this.#replies.send(versionReply(ADVERTISED_EXTENSIONS));
      return;
    }
    if (!this.#initialised) throw new MalformedPacket('a request before INIT');
    const request = parseRequest(packet);
    if (this.#options.session.notesRequests) noteRequest(this.#options.session, request);
    // Everything that came counts, not only what a WRITE states, and with the whole buffer in which it lies.
    const cost = REQUEST_BYTES + packet.body.length + transferBufferBytes(packet.payload.length);
    this.#pendingBytes += cost;
    if (!this.#full && this.#pendingBytes > MOST_PENDING_BYTES) {
      this.#full = true;
      this.#options.onFlow();
    }
    this.#dispatch(request, cost, packet.isFollowed);
  }

  #dispatch(request: Request | UnreadableRequest, cost: number, isFollowed: boolean): void {
    if (request.type === 'UNREADABLE') {
      new Exchange(request, cost, this.#host).fail(request.error);
      return;
    }
    if (isAboutHandle(request)) {
      this.#submit(new Exchange<HandleRequest>(request, cost, this.#host), isFollowed, () => request.handle);
      return;
    }
    if (request.type === 'EXTENDED' && request.name === COPY_DATA) {
      this.#copyData(request, cost, isFollowed);
      return;
    }
    const extension = request.type === 'EXTENDED' ? handleExtension(request.name) : null;
    if (request.type === 'EXTENDED' && extension !== null) {
      const exchange = new Exchange<HandleRequest>({ id: request.id, type: extension }, cost, this.#host);
      this.#submit(exchange, isFollowed, () => readHandle(request.fields));
      return;
    }
    const subject = this.#subjectOf(request);
    this.#named.push(new Exchange(request, cost, this.#host), subject, this.#writesTo(subject.paths));
  }

  /** What is still to be written to files of these names: sshfs asks for a file's size behind its writes, and believes the answer. */
  #writesTo(paths: readonly string[]): Promise<void>[] {
    return [...this.#handles.values()].flatMap((handle) => (paths.includes(handle.path) ? (handle.changed() ?? []) : []));
  }

  /** A copy is a request on the handle that is written to; the one that is read from stays open until it is answered. */
  #copyData(request: Extract<Request, { type: 'EXTENDED' }>, cost: number, isFollowed: boolean): void {
    let loan: Loan;
    let target: Buffer;
    let range: CopyRange;
    try {
      const fields = readCopyData(request.fields);
      ({ target, range } = fields);
      const source = this.#handles.get(fields.source);
      // What waits for its own loan would wait for ever.
      if (this.#handles.get(target) === source) throw new AppError('unsupported', 'A file cannot be copied within one handle.');
      loan = source.lend();
    } catch (thrown) {
      new Exchange(request, cost, this.#host).fail(thrown);
      return;
    }
    const host: ExchangeHost = {
      ...this.#host,
      answered: (answeredCost) => {
        loan.release();
        this.#host.answered(answeredCost);
      },
    };
    this.#submit(
      new Exchange<HandleRequest>({ id: request.id, type: 'COPY', source: loan.download, range }, cost, host),
      isFollowed,
      () => target,
    );
  }

  #submit(exchange: Exchange<HandleRequest>, isFollowed: boolean, handleBytes: () => Buffer): void {
    let handle: Handle;
    try {
      const bytes = handleBytes();
      handle = exchange.request.type === 'CLOSE' ? this.#handles.take(bytes) : this.#handles.get(bytes);
    } catch (thrown) {
      exchange.fail(thrown);
      return;
    }
    handle.submit(exchange, isFollowed);
    if (exchange.request.type !== 'CLOSE') return;
    const closed = handle.settled().then(() => {
      this.#closing.delete(closed);
    });
    this.#closing.add(closed);
    this.#named.closing(handle.path, closed);
  }

  async #workNamed(exchange: Exchange<NamedRequest>): Promise<void> {
    try {
      exchange.reply(await this.#answerNamed(exchange.request));
    } catch (thrown) {
      exchange.fail(thrown);
    }
  }

  #subjectOf(request: NamedRequest): Subject {
    // Which paths an extension names shows when it is read; those that change something wait for everything.
    if (request.type === 'EXTENDED')
      return CHANGING_EXTENSIONS.has(request.name) ? { paths: ['/'], changes: true } : { paths: [], changes: false };
    const paths = 'path' in request ? [request.path] : [request.from, request.to];
    return { paths: paths.map((path) => this.#clean(path)), changes: !READING.has(request.type) };
  }

  /** The path as handles have it; a name that cannot be is refused when the request's turn comes. */
  #clean(path: string): string {
    try {
      return this.#options.session.resolve(path);
    } catch {
      return path;
    }
  }

  #answerNamed(request: NamedRequest): Promise<Buffer> {
    switch (request.type) {
      case 'OPEN':
        return this.#open(request.id, () => this.#openFile(request));
      case 'OPENDIR':
        return this.#open(request.id, async () => {
          const { session, now, reached } = this.#options;
          const listing = await session.list(request.path);
          reached('listed');
          return new DirectoryHandle(listing, session, now);
        });
      case 'EXTENDED':
        return answerExtension(request.id, request.name, request.fields, this.#options.session);
      default:
        return answerPathRequest(request, this.#options.session);
    }
  }

  async #open(id: number, open: () => Promise<Handle>): Promise<Buffer> {
    if (this.#options.isStopping()) throw new AppError('shutting_down');
    this.#handles.reserve();
    let handle: Handle;
    try {
      handle = await open();
    } catch (thrown) {
      this.#handles.cancel();
      throw thrown;
    }
    const reply = handleReply(id, this.#handles.add(handle));
    // The client went while the file was being opened: nobody else will end this handle.
    if (this.#abandonedFor !== null) await Promise.all(this.#handles.clear().map((left) => left.abandon(this.#abandonedFor ?? 'error')));
    return reply;
  }

  async #openFile(request: Extract<Request, { type: 'OPEN' }>): Promise<Handle> {
    const { session } = this.#options;
    const intent = openIntent(request.flags, request.attributes.attributes.mode);
    const finished = (): void => this.#options.reached('transferred');
    if (intent.kind === 'read') {
      if (intent.creates === 'always' || (intent.creates === 'missing' && !(await isThere(session, request.path))))
        await createEmpty(session, request.path, intent.fileMode);
      return new DownloadHandle(await session.openRead(request.path), session, this.#budget, finished);
    }
    const upload = await session.openWrite(request.path, intent.options);
    return new UploadHandle(upload, session, { readable: intent.readable, appends: intent.options.mode === 'append', finished });
  }
}

async function isThere(session: Session, path: string): Promise<boolean> {
  try {
    await session.stat(path);
    return true;
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === 'not_found') return false;
    throw thrown;
  }
}

async function createEmpty(session: Session, path: string, fileMode: number | undefined): Promise<void> {
  const upload = await session.openWrite(path, {
    mode: 'replace',
    create: true,
    exclusive: true,
    ...(fileMode === undefined ? {} : { fileMode }),
  });
  await upload.finish();
}
