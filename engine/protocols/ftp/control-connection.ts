import type { Socket } from 'node:net';
import { type SecureContext, TLSSocket } from 'node:tls';
import { toAppError } from '../../contract/errors.ts';
import type { AbortReason, Session } from '../../vfs/types.ts';
import { StayAwake } from '../stay-awake.ts';
import { ProgressOfConnection } from '../connection-progress.ts';
import type { Stranger } from '../strangers.ts';
import { plainAddress } from './addresses.ts';
import { noteOf } from './command-note.ts';
import { type Command, parseCommand } from './command.ts';
import { DataPort } from './data-port.ts';
import { type Line, LineReader } from './line-reader.ts';
import type { ServerContext } from './options.ts';
import { REGISTRY, unknownVerb } from './registry.ts';
import { formatLongReply, formatReply, Refusal, refusalOf } from './replies.ts';
import { SessionReuseCheck } from './session-reuse.ts';
import { freshState, type SessionState } from './session-state.ts';
import type { Transfer } from './transfer.ts';
import type { Verb } from './verb.ts';

/** Lines read but not obeyed yet; above, the client is not read any further. */
const QUEUED_LINES = 100;

/**
 * One client: its control connection, the queue of its commands, obeyed one after another, and its timers. A running transfer holds
 * the queue; commands marked `now` are obeyed beside it. Verbs (verbs/) do the rest.
 */
export class ControlConnection {
  readonly context: ServerContext;
  /** Plain addresses of the client and of this end. */
  readonly peer: string;
  readonly own: string;
  readonly data: DataPort;
  readonly sessionReuse: SessionReuseCheck;
  /** How far the connection has come, for whoever watches. */
  readonly progress: ProgressOfConnection;
  /** Resolves when the connection has ended and its session is closed. */
  readonly closed: Promise<void>;
  state: SessionState;
  /** The transfer under way, from its command to its last reply. */
  transfer: Transfer | null = null;
  /** Wrong passwords so far; survives AUTH, USER and REIN. */
  failedSignIns = 0;

  readonly #implicitTls: boolean;
  readonly #stranger: Stranger;
  readonly #gone = new AbortController();
  #socket: Socket | TLSSocket;
  #secureContext: SecureContext | null = null;
  #reader = new LineReader();
  readonly #awake = new StayAwake();
  #queue: Line[] = [];
  #obeying = false;
  /** What is obeyed beside a transfer; settles when the replies have been sent. */
  #beside: Promise<void> | null = null;
  #ending = false;
  #hasEntered = false;
  #ended = false;
  #stopping = false;
  #timer: NodeJS.Timeout | undefined;
  /** Ends the command under way, where ABOR may do that. */
  #interrupt: AbortController | null = null;
  #handshaking = false;
  #detach: () => void = () => undefined;
  #resolveClosed: () => void = () => undefined;

  constructor(socket: Socket, context: ServerContext, { implicitTls, stranger }: { implicitTls: boolean; stranger: Stranger }) {
    this.context = context;
    this.#implicitTls = implicitTls;
    this.#stranger = stranger;
    this.state = freshState(implicitTls);
    this.peer = plainAddress(socket.remoteAddress ?? '');
    this.own = plainAddress(socket.localAddress ?? '');
    this.progress = new ProgressOfConnection(context.services.progress, 'FTP', this.peer);
    this.data = new DataPort(context.ports, this, context.services.log, context.limits.passiveMs);
    this.sessionReuse = new SessionReuseCheck(context.sessionReuse, this.peer, context.services.log);
    this.#socket = socket;
    this.closed = new Promise((resolve) => (this.#resolveClosed = resolve));
    if (implicitTls) this.#secure(socket);
    else this.#attach(socket);
    this.#restartTimer();
    this.reply(220, 'Gatehouse FTP server ready.');
  }

  /** Whether the control connection is protected by TLS. */
  get secure(): boolean {
    return this.#socket instanceof TLSSocket;
  }

  /** What data connections are protected with; null while the control connection is in clear text. */
  get secureContext(): SecureContext | null {
    return this.#secureContext;
  }

  /** Whether the client is still there, as far as the system has said. */
  get alive(): boolean {
    return !this.#ended;
  }

  /** Runs the work of a command that is no transfer, with a signal that aborts when the client sends ABOR or goes. */
  async interruptibly<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const interrupt = new AbortController();
    this.#interrupt = interrupt;
    if (this.#queue.some(isAbor)) interrupt.abort();
    try {
      return await work(AbortSignal.any([interrupt.signal, this.#gone.signal]));
    } finally {
      this.#interrupt = null;
    }
  }

  /** Sends a reply of one line. A 421 also ends the connection (RFC 959 §5.4). */
  reply(code: number, text: string): void {
    this.#write(formatReply(code, text));
    if (code !== 421) return;
    this.progress.trouble(text);
    this.end();
  }

  /** Sends a reply of several lines. */
  replyLines(code: number, first: string, lines: readonly string[], last: string): void {
    this.#write(formatLongReply(code, first, lines, last));
  }

  /** The absolute virtual path that a client's argument means. Throws for names with line ends, which listings could not show. */
  path(argument: string): string {
    if (/[\r\n]/.test(argument)) throw new Refusal(553, 'A name cannot hold a line end.');
    const { session, directory } = this.state;
    if (session === null) throw new Refusal(530, 'Sign in first.');
    return session.resolve(argument, directory);
  }

  /**
   * Answers 234 and turns the connection to TLS (RFC 4217 §4). Everything said before is forgotten: the lines already read, the user
   * name, the settings. The wrapping happens in the same turn as the reply, so that no byte of the handshake is read as plain text.
   */
  startTls(): void {
    const plain = this.#socket;
    this.reply(234, 'Begin the TLS handshake.');
    this.#detach();
    this.#reader = new LineReader();
    this.#queue = [];
    this.state = freshState(false);
    this.data.reset();
    this.#secure(plain);
  }

  /** Somebody has signed in; the session stays until signOut or the end. */
  enter(session: Session): void {
    this.state.session = session;
    this.state.directory = session.resolve('.');
    this.#hasEntered = true;
    this.#stranger.leave();
    this.progress.reached('signed-in');
  }

  /** Forgets who is signed in; `next` tells what stays, by default only the TLS layer and the count of wrong passwords. */
  async signOut(reason: string, next = freshState(this.#implicitTls)): Promise<void> {
    const { session } = this.state;
    this.state = next;
    this.data.reset();
    await session?.close(reason);
    this.#restartTimer();
  }

  /** Ends the connection once what was said has been sent. Idempotent. */
  end(): void {
    if (this.#ending) return;
    this.#ending = true;
    this.#queue = [];
    this.#socket.end();
    // A client that does not read its last reply is not waited for, and one that shakes no hands could not read it.
    this.#armTimer(this.#handshaking ? 0 : 5000, () => this.#socket.destroy());
  }

  /** Refuses further commands with 421: at once when idle, else after the command or transfer under way. */
  stop(): void {
    this.#stopping = true;
    if (!this.#obeying) this.reply(421, 'The server is stopping.');
  }

  /** Ends the connection now; a transfer under way is aborted for `reason`. */
  destroy(reason: AbortReason): void {
    this.transfer?.abort(reason);
    this.#socket.destroy();
  }

  /** Puts TLS between the connection and its client. */
  #secure(plain: Socket): void {
    this.#secureContext = this.context.secureContext();
    this.#socket = new TLSSocket(plain, { isServer: true, secureContext: this.#secureContext });
    this.progress.trouble('The TLS handshake was not completed: the client may not trust the certificate.');
    this.#handshaking = true;
    this.#socket.once('secure', () => {
      this.#handshaking = false;
      this.progress.reached('encrypted');
    });
    this.#attach(this.#socket);
  }

  #attach(socket: Socket | TLSSocket): void {
    const onData = (chunk: Buffer): void => this.#read(chunk);
    const onDrain = (): void => {
      this.#listenAgain();
      this.#obeyBeside();
      void this.#obeyQueue();
    };
    // The client's end is the end: what it asked for last cannot be answered any more.
    const onEnd = (): void => void this.#finish();
    socket.setNoDelay(true);
    socket.on('error', (error: Error) => this.context.services.log.debug(`connection of ${this.peer}: ${error.message}`));
    socket.on('data', onData);
    socket.on('drain', onDrain);
    socket.once('end', onEnd);
    socket.once('close', onEnd);
    this.#detach = () => {
      socket.off('data', onData);
      socket.off('drain', onDrain);
      socket.off('end', onEnd);
      socket.off('close', onEnd);
    };
  }

  #read(chunk: Buffer): void {
    this.#awake.asked();
    if (this.#ending) return;
    for (const line of this.#reader.push(chunk)) {
      if (!this.#overtakes(line)) this.#queue.push(line);
    }
    this.#obeyBeside();
    if (this.#queue.length > QUEUED_LINES || this.#socket.writableNeedDrain) this.#socket.pause();
    void this.#obeyQueue();
  }

  #listenAgain(): void {
    if (this.#queue.length <= QUEUED_LINES && !this.#socket.writableNeedDrain) this.#socket.resume();
  }

  /** Obeys an ABOR of the transfer under way at once. It alone overtakes others, the rest keep the order of their replies. */
  #overtakes(line: Line): boolean {
    if (!isAbor(line)) return false;
    this.#interrupt?.abort();
    if (this.transfer === null) return false;
    void this.#answer(line);
    return true;
  }

  /** Obeys what may be obeyed beside the transfer under way, one after another, up to the first command that has to wait for its end. */
  #obeyBeside(): void {
    if (this.transfer === null) return;
    this.#beside ??= this.#obeyWhatMay().finally(() => (this.#beside = null));
  }

  async #obeyWhatMay(): Promise<void> {
    for (;;) {
      const [line] = this.#queue;
      if (this.transfer === null || line === undefined || line.kind === 'refused') return;
      const command = parseCommand(line.text);
      const verb = REGISTRY.get(command.verb);
      if (verb?.duringTransfer !== 'now' || this.#nextLine() === undefined) return;
      await this.#obey(verb, command);
      this.#listenAgain();
    }
  }

  async #obeyQueue(): Promise<void> {
    if (this.#obeying) return;
    this.#obeying = true;
    // A few bytes of commands are many of replies: whoever does not read those waits for the next.
    for (let line = this.#nextLine(); line !== undefined; line = this.#nextLine()) {
      // Silence is counted between commands, not while one takes its time.
      if (this.state.session !== null) clearTimeout(this.#timer);
      await this.#answer(line);
      await this.#beside;
      if (this.#stopping) this.reply(421, 'The server is stopping.');
      this.#listenAgain();
    }
    this.#obeying = false;
    if (this.state.session !== null) this.#restartTimer();
  }

  #nextLine(): Line | undefined {
    return this.#socket.writableNeedDrain ? undefined : this.#queue.shift();
  }

  async #answer(line: Line): Promise<void> {
    if (line.kind === 'refused') {
      this.reply(line.code, line.reason);
      return;
    }
    const command = parseCommand(line.text);
    const verb = REGISTRY.get(command.verb);
    // RNTO must follow its RNFR at once (RFC 959 §4.1.3).
    if (command.verb !== 'RNTO') this.state.renameFrom = null;
    if (verb !== undefined) await this.#obey(verb, command);
    else if (this.state.session === null) this.reply(530, 'Sign in first.');
    else this.refuse(unknownVerb(command.verb));
  }

  async #obey(verb: Verb, command: Command): Promise<void> {
    try {
      if (verb.argument === 'required' && command.argument === '') throw new Refusal(501, `Write ${command.verb} ${verb.syntax}.`);
      if (this.state.session?.notesRequests === true) this.state.session.noteRequest(noteOf(verb, command));
      if (verb.login === 'none') await verb.run(this, command.argument);
      else {
        const { session } = this.state;
        if (session === null) throw new Refusal(530, 'Sign in first.');
        await verb.run(this, command.argument, session);
      }
    } catch (error) {
      this.refuse(error);
    }
  }

  /** Answers with what `error` says: a Refusal as it is, an AppError through the reply table; anything else is a defect, logged and 451. */
  refuse(error: unknown): void {
    if (!(error instanceof Refusal)) {
      const appError = toAppError(error);
      if (appError.kind === 'ours') this.context.services.log.error('an FTP command failed', error);
      this.refuse(refusalOf(appError));
      return;
    }
    // After the end every error only follows from it.
    if (!this.#ended) this.progress.trouble(error.message);
    this.reply(error.code, error.message);
  }

  #write(text: string): void {
    if (this.#ending || this.#ended) return;
    this.#socket.write(text);
    this.#awake.replied();
  }

  /** Before sign-in the whole time counts, afterwards only silence. */
  #restartTimer(): void {
    if (this.#ending || this.#ended) return;
    const { loginGraceMs, idleMs } = this.context.limits;
    const text = this.state.session === null ? 'Not signed in within the time allowed.' : 'No command for too long.';
    this.#armTimer(this.state.session === null ? loginGraceMs : idleMs, () => this.reply(421, `${text} Connect again.`));
  }

  #armTimer(ms: number, run: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(run, ms);
  }

  async #finish(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    this.#gone.abort();
    const orderly = this.#ending;
    this.#ending = true;
    this.#queue = [];
    clearTimeout(this.#timer);
    const { transfer, state } = this;
    if (!this.#hasEntered && this.failedSignIns === 0)
      this.context.services.reportOffence?.({ kind: 'noSignIn', protocol: this.secure ? 'FTPS' : 'FTP', address: this.peer });
    const { missing } = this.data;
    if (missing !== null) this.progress.trouble(missing);
    else if (transfer !== null) this.progress.trouble('The connection broke off during a transfer.');
    transfer?.abort('connection_lost');
    this.data.close();
    this.#socket.destroy();
    await transfer?.ended;
    await state.session?.close(orderly ? 'signed out' : 'connection lost');
    this.progress.closed();
    this.#resolveClosed();
  }
}

function isAbor(line: Line): boolean {
  return line.kind !== 'refused' && parseCommand(line.text).verb === 'ABOR';
}
