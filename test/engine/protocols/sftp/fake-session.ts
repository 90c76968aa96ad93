import { setImmediate as turn } from 'node:timers/promises';
import { type Limits, limitsSchema } from '../../../../engine/contract/access.ts';
import type { AppError } from '../../../../engine/contract/errors.ts';
import { createLogger, silentSink } from '../../../../engine/lib/log.ts';
import { SftpConversation } from '../../../../engine/protocols/sftp/conversation.ts';
import { PacketType } from '../../../../engine/protocols/sftp/packet-types.ts';
import { PacketReader } from '../../../../engine/protocols/sftp/packets.ts';
import type { DirectoryListing, Download, FileStat, Session, Upload } from '../../../../engine/vfs/types.ts';
import { packet } from './raw-client.ts';

/** A call that waits until the test lets it go on. */
export type Held = { readonly name: string; readonly args: readonly unknown[]; release(error?: AppError): void };

const STAT: FileStat = { name: 'f', type: 'file', size: 1000, mode: 0o644, mtimeMs: 0, atimeMs: 0 };

/**
 * A session that holds nothing and notes every call; what `holds` names waits for the test. Reads give as many bytes as were asked for.
 */
export class FakeSession {
  readonly calls: string[] = [];
  readonly held: Held[] = [];
  readonly #holds: (name: string) => boolean;

  readonly #limits: Limits;

  constructor(holds: (name: string) => boolean = () => false, limits: Partial<Limits> = {}) {
    this.#limits = limitsSchema.parse(limits);
    this.#holds = holds;
  }

  async #call(name: string, ...args: readonly unknown[]): Promise<void> {
    this.calls.push([name, ...args].join(' '));
    if (!this.#holds(name)) return;
    await new Promise<void>((resolve, reject) => {
      this.held.push({ name, args, release: (error) => (error === undefined ? resolve() : reject(error)) });
    });
  }

  /** Lets the oldest held call go on. */
  async release(error?: AppError): Promise<void> {
    const next = this.held.shift();
    if (next === undefined) throw new Error('nothing waits');
    next.release(error);
    await turn();
    await turn();
  }

  get session(): Session {
    const call = (name: string, ...args: readonly unknown[]): Promise<void> => this.#call(name, ...args);
    const partial: Partial<Session> = {
      identity: { account: { username: 'user', limits: this.#limits } } as Session['identity'],
      resolve: (path) => (path.startsWith('/') ? path : `/${path === '.' ? '' : path}`),
      stat: async (path) => {
        await call('stat', path);
        return STAT;
      },
      list: async (path) => {
        await call('list', path);
        let left = 250;
        const listing: DirectoryListing = {
          path,
          next: async (count) => {
            await call('next');
            const entries = Array.from({ length: Math.min(count, left) }, (_, index) => ({
              ...STAT,
              name: `${'x'.repeat(200)}${left - index}`,
            }));
            left -= entries.length;
            return entries;
          },
          close: () => void this.calls.push('closeListing'),
        };
        return listing;
      },
      openRead: async (path) => {
        await call('openRead', path);
        const download: Download = {
          path,
          size: 1000,
          read: async (buffer, position) => {
            await call('read', position, buffer.length);
            return position >= 1e9 ? 0 : buffer.length;
          },
          readForCopy: () => Promise.reject(new Error('copies go through copyRange')),
          stat: async () => {
            await call('downloadStat');
            return STAT;
          },
          finish: () => call('finishDownload'),
          abort: (reason) => call('abortDownload', reason),
        };
        return download;
      },
      openWrite: async (path, options) => {
        await call('openWrite', path, options.mode);
        const upload: Upload = {
          path,
          write: (buffers, position) =>
            call(
              'write',
              position,
              buffers.reduce((sum, buffer) => sum + buffer.length, 0),
            ),
          read: async (buffer, position) => {
            await call('readUpload', position, buffer.length);
            return buffer.length;
          },
          stat: async () => {
            await call('uploadStat');
            return STAT;
          },
          setAttributes: (attributes) => call('setUploadAttributes', JSON.stringify(attributes)),
          sync: () => call('sync'),
          finish: () => call('finishUpload'),
          abort: (reason) => call('abortUpload', reason),
        };
        return upload;
      },
      mkdir: (path) => call('mkdir', path),
      rmdir: (path) => call('rmdir', path),
      remove: (path) => call('remove', path),
      rename: (from, to, { overwrite }) => call('rename', from, to, overwrite),
      copyRange: async (source, target, range) => {
        await call('copyRange', source.path, target.path, range.from, range.length, range.to);
        return range.length ?? source.size;
      },
      setAttributes: (path, attributes) => call('setAttributes', path, JSON.stringify(attributes)),
      space: async (path) => {
        await call('space', path);
        return { totalBytes: 1, freeBytes: 1, totalFiles: 1, freeFiles: 1 };
      },
    };
    return partial as Session;
  }
}

export type Reply = { readonly type: number; readonly id: number; readonly status: number | null };

/** A conversation on a fake session and a fake wire. */
export class TestConversation {
  readonly fake: FakeSession;
  readonly conversation: SftpConversation;
  /** Everything that was answered but VERSION. */
  readonly replies: Reply[] = [];
  congested = false;
  /** Whether bytes handed to SSH count as copied at once; else `sent` callbacks wait in `unsent`. */
  copies = true;
  readonly unsent: (() => void)[] = [];
  stopping = false;
  largestReply = 0;
  #received = Buffer.alloc(0);

  constructor(fake = new FakeSession()) {
    this.fake = fake;
    this.conversation = new SftpConversation({
      reached: () => undefined,
      session: fake.session,
      log: createLogger(silentSink, 'test'),
      now: () => 0,
      isStopping: () => this.stopping,
      onFlow: () => undefined,
      wire: {
        write: (bytes, sent) => {
          this.#onBytes(Buffer.from(bytes));
          if (sent === undefined) return;
          if (this.copies) sent();
          else this.unsent.push(sent);
        },
        cork: () => undefined,
        uncork: () => undefined,
        isCongested: () => this.congested,
      },
    });
    this.send(PacketType.INIT, 3);
  }

  send(type: number, ...fields: Parameters<typeof packet>[1][]): void {
    this.conversation.receive(packet(type, ...fields));
  }

  /** Opens a file; the handle counts up from 0. */
  async open(path: string, flags: number): Promise<Buffer> {
    this.send(PacketType.OPEN, 1000, path, flags, 0);
    await this.turn();
    const opened = this.handles.at(-1);
    if (opened === undefined) throw new Error('not opened');
    return opened;
  }

  readonly handles: Buffer[] = [];

  async turn(): Promise<void> {
    for (let turns = 0; turns < 4; turns++) await turn();
  }

  /** Ids of the replies that came since the last call, HANDLE left out. */
  ids(): number[] {
    return this.replies
      .splice(0)
      .filter(({ type }) => type !== PacketType.HANDLE)
      .map(({ id }) => id);
  }

  #onBytes(bytes: Buffer): void {
    this.#received = Buffer.concat([this.#received, bytes]);
    while (this.#received.length >= 4) {
      const length = this.#received.readUInt32BE(0);
      this.largestReply = Math.max(this.largestReply, length);
      const reader = new PacketReader(this.#received.subarray(0, 4 + length), 5);
      const type = this.#received[4] as number;
      this.#received = this.#received.subarray(4 + length);
      const id = reader.uint32();
      if (type === PacketType.VERSION) continue;
      if (type === PacketType.HANDLE) this.handles.push(Buffer.from(reader.string()));
      this.replies.push({ type, id, status: type === PacketType.STATUS ? reader.uint32() : null });
    }
  }
}
