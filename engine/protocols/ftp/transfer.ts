import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import type { AbortReason } from '../../vfs/types.ts';
import { BrokenTransfer, brokenFor } from './broken-transfer.ts';
import type { ControlConnection } from './control-connection.ts';
import { type DataChannel, handshake, incomingPlain, incomingTls, outgoingPlain, outgoingTls } from './data-channel.ts';
import type { Pace } from './pace.ts';
import { mustProtectData } from './protection.ts';
import { Refusal } from './replies.ts';

/** See `confirmAlive`. */
const CONFIRM_SHARE = 0.05;
const CONFIRM_MOST_MS = 50;

/** Who looks on while bytes move. */
export type Watch = Pick<Transfer, 'moved' | 'waiting'>;

/** `in` is an upload, `out` a download or a listing. */
type Direction = 'in' | 'out';

/** One use of a data connection, from its command to its last reply. It can be broken off at any time. */
export class Transfer {
  /** Virtual path; STOU knows it once the file is open. */
  path: string;
  readonly direction: Direction;
  /** Resolves after the last reply was sent. */
  readonly ended: Promise<void>;
  #resolveEnded: () => void = () => undefined;
  readonly #control: ControlConnection;
  readonly #abort = new AbortController();
  #bytes = 0;
  #openedAt = 0;
  #channel: DataChannel | null = null;
  #stalled: NodeJS.Timeout | undefined;
  /** What is waited for that is not the client's. */
  #waits = 0;

  private constructor(control: ControlConnection, direction: Direction, path: string) {
    this.#control = control;
    this.direction = direction;
    this.path = path;
    this.ended = new Promise((resolve) => (this.#resolveEnded = resolve));
  }

  /**
   * Runs `work` as the one transfer of `control` and replies 226, or what its error says. Throws Refusal beforehand when no data
   * connection was prepared (425) or the protection is not enough (521).
   */
  static async run(
    control: ControlConnection,
    direction: Direction,
    path: string,
    work: (transfer: Transfer) => Promise<void>,
  ): Promise<void> {
    if (mustProtectData(control) && control.state.protection !== 'P') {
      throw new Refusal(521, 'Data connections must be protected here: send PBSZ 0 and PROT P.');
    }
    if (!control.data.prepared) throw new Refusal(425, 'Prepare a data connection first with PASV or EPSV.');
    const transfer = new Transfer(control, direction, path);
    control.transfer = transfer;
    try {
      await work(transfer);
      control.reply(226, 'Transfer complete.');
    } catch (error) {
      transfer.#channel?.stream.destroy();
      control.refuse(transfer.errorOf(error));
    } finally {
      clearTimeout(transfer.#stalled);
      transfer.#stalled = undefined;
      // A connection that was made for a transfer which failed beforehand is not left for the next one.
      control.data.reset();
      control.transfer = null;
      transfer.#resolveEnded();
    }
  }

  /** Bytes moved over the data connection so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Breaks the transfer off; its reply follows. */
  abort(reason: AbortReason): void {
    if (this.#abort.signal.aborted) return;
    this.#abort.abort(reason);
    this.#channel?.stream.destroy();
  }

  /** Sends 150 with `text`, waits for the client's data connection and protects it as PROT says. `pace`: of an upload. */
  async open(text: string, pace?: Pace): Promise<DataChannel> {
    this.#throwIfAborted();
    const control = this.#control;
    control.reply(150, text);
    const socket = await control.data.take(control.context.limits.dataConnectMs, this.#abort.signal);
    const secureContext = control.state.protection === 'P' ? control.secureContext : null;
    let channel: DataChannel;
    if (pace === undefined) channel = secureContext === null ? outgoingPlain(socket) : outgoingTls(socket, secureContext);
    else channel = secureContext === null ? incomingPlain(socket, pace) : incomingTls(socket, secureContext, pace);
    this.#channel = channel;
    this.#openedAt = performance.now();
    this.#stalled = setTimeout(() => {
      if (this.#waits === 0) this.abort('idle_timeout');
    }, control.context.limits.stallMs);
    if (secureContext !== null) {
      await handshake(channel);
      control.sessionReuse.check(channel, control.state.client);
    }
    return channel;
  }

  /** Counts bytes that moved. */
  readonly moved = (count: number): void => {
    this.#bytes += count;
    this.#stalled?.refresh();
  };

  /** Settles as `work`, a call to the session: as long as the disk or the account's speed is waited for, it is not the client that is silent. */
  readonly waiting = async <T>(work: Promise<T>): Promise<T> => {
    this.#waits++;
    try {
      return await work;
    } finally {
      this.#waits--;
      this.#stalled?.refresh();
    }
  };

  /**
   * Whether the client is still there after its data connection has ended. When a client dies, that end looks as if the file were complete;
   * the end of its control connection, which tells, comes after it: a killed process closes what it opened last first, and on a busy machine
   * it may pause in between. Long uploads are worth a moment of waiting (a twentieth of their time), small ones a turn of the event loop.
   * `isProven`: the end itself said that it is one (TLS close_notify, the count of ALLO).
   */
  async confirmAlive(isProven: boolean): Promise<void> {
    await nextTurn();
    await nextTurn();
    const moment = Math.min((performance.now() - this.#openedAt) * CONFIRM_SHARE, CONFIRM_MOST_MS);
    if (!isProven && moment >= 1 && this.#control.alive)
      await pause(moment, undefined, { signal: this.#abort.signal }).catch(() => undefined);
    if (!this.#control.alive) this.abort('connection_lost');
    this.#throwIfAborted();
  }

  /** The reason for which the log keeps `error`. */
  reasonOf(error: unknown): AbortReason {
    const actual = this.errorOf(error);
    return actual instanceof BrokenTransfer ? actual.reason : 'error';
  }

  /** What really ended the transfer: when it was broken off from outside, every later error only follows from that. */
  errorOf(error: unknown): unknown {
    return this.#abort.signal.aborted ? brokenFor(this.#abort.signal.reason as AbortReason) : error;
  }

  #throwIfAborted(): void {
    if (this.#abort.signal.aborted) throw brokenFor(this.#abort.signal.reason as AbortReason);
  }
}
