import { AppError } from '../contract/errors.ts';
import type { EventInfo } from '../events/catalog.ts';
import type { Actor, EventDraft } from '../events/log.ts';
import { baseOf, nameKey, parentOf, resolveVirtual, splitVirtual } from './names.ts';
import type { Direction } from './bandwidth.ts';
import { patternsIn, verdictOn } from './file-patterns.ts';
import { chargeOf, type MountTable, type Tree } from './mounts.ts';
import { mayIn, type Need } from './permissions.ts';
import type { Charge } from './quota.ts';
import type { Directory, Entry } from './sandbox/index.ts';
import type { VfsServices } from './services.ts';
import { userIdOf } from './system-identity.ts';
import type { UploadDraft } from './upload-draft.ts';
import type { AbortReason, Decision, FileOperation, FileStat, FileType, PendingOperation, SessionIdentity } from './types.ts';
import { accountActor } from '../events/actor.ts';

/** Where a virtual path leads: the open parent directory and the name in it. Closed by whoever asked for it. */
export type Place = {
  readonly path: string;
  readonly directory: Directory;
  readonly name: string;
  /** Real path below the root, folded as the platform compares names: the file's identity in tables and locks. */
  readonly key: string;
  readonly tree: Tree;
  /** Whose storage the entry takes. */
  readonly charge: Charge;
};

type OpenTransfer = {
  abort(reason: AbortReason): Promise<void>;
  progress(): { direction: 'upload' | 'download'; path: string; bytes: number; total: number | null; startedAtMs: number };
};

/** A rule's refusal: its message is for the partner and says nothing of the rules; `reason` is for the log. */
export class RefusedByRule extends AppError {
  readonly reason: string;
  /** An event tells of it already. */
  isRecorded = false;

  constructor(message: string, reason: string) {
    super('refused_by_rule', message);
    this.reason = reason;
  }
}

/** Why something failed, in words for the log. */
export function loggedReason(error: AppError): string {
  return error instanceof RefusedByRule ? error.reason : error.message;
}

/** What a session's parts share: who acts, in which tree, with which rights, and the bookkeeping of its batch. */
export class SessionContext {
  readonly services: VfsServices;
  /** Replaced as a whole when the account changes, so that new rights and quotas hold from the next operation on. */
  identity: SessionIdentity;
  readonly sessionId: number;
  /** Replaced as a whole when the account changes. */
  mounts: MountTable;
  readonly actor: Actor;
  /** Open transfers; each aborts itself when the session ends. */
  readonly transfers = new Set<OpenTransfer>();
  /** No operation begins any more. */
  isClosed = false;
  readonly counts = { uploads: 0, downloads: 0, bytesIn: 0, bytesOut: 0 };
  /** When the client last asked for something, ms since the epoch. */
  lastUsedMs: number;
  #batch: { id: number; lastUsed: number } | undefined;

  constructor(services: VfsServices, identity: SessionIdentity, sessionId: number, mounts: MountTable) {
    this.services = services;
    this.identity = identity;
    this.sessionId = sessionId;
    this.mounts = mounts;
    this.lastUsedMs = services.clock.now();
    this.actor = {
      sessionId,
      ...(userIdOf(identity.account.id) === null ? { userId: null, userName: null } : accountActor(identity.account)),
      ip: identity.address,
      protocol: identity.origin === 'client' ? identity.protocol : null,
      client: identity.client,
      origin: identity.origin,
      causedBy: identity.causedBy,
    };
  }

  /** Without a base a relative path begins where the account's sessions do. */
  resolve(path: string, base = this.startDirectory): string {
    this.touch();
    return resolveVirtual(path, base, this.services.platform);
  }

  /** Opens the parent of `path`. Throws when a component is missing, a file or a link, or when `path` is the root. */
  locate(path: string): Place {
    const clean = this.resolve(path);
    if (clean === '/') throw new AppError('is_a_directory', 'This is the top folder. Choose something inside it.');
    if (this.mounts.isPoint(clean))
      throw new AppError('permission_denied', 'This is a shared folder. What is in it can be changed, not itself.');
    const tree = this.mounts.treeAt(clean);
    const { unpublished } = this.identity;
    const where = unpublished?.path === clean ? unpublished.hidden : clean;
    const directory = this.openFolder(parentOf(where));
    return { path: clean, directory, name: baseOf(where), key: this.key(clean), tree, charge: this.charge(tree) };
  }

  /** The client has asked for something. */
  touch(): void {
    this.lastUsedMs = this.services.clock.now();
  }

  /** Where the sessions of the account begin. */
  get startDirectory(): string {
    const { account, origin } = this.identity;
    return origin === 'client' && account.startDirectory !== '' ? account.startDirectory : '/';
  }

  /** Opens the directory of a clean virtual path; the caller closes it. */
  openFolder(path: string): Directory {
    const tree = this.mounts.treeAt(path);
    return tree.jail().open(tree.path === '/' ? path : path.slice(tree.path.length) || '/');
  }

  /** Whose storage files in a tree take, by the account as it is now. */
  charge(tree: Tree): Charge {
    return chargeOf(tree, this.identity.account);
  }

  /** Whether the path is a mount, or a folder that is there only because it leads to one. */
  isMounted(path: string): boolean {
    return this.mounts.isPoint(path) || this.mounts.leadsTo(path);
  }

  /** Throws `permission_denied` for a folder in which something is mounted: that would be left behind, or lost. */
  needUnmounted(path: string): void {
    if (this.mounts.leadsTo(path))
      throw new AppError('permission_denied', 'A shared folder is inside. This folder can neither be moved nor deleted.');
  }

  /** A mount, or a folder that leads to one, as a directory; undefined for what is on disk under its own name, or nothing. */
  mountStat(path: string): FileStat | undefined {
    if (!this.isMounted(path)) return undefined;
    try {
      const directory = this.openFolder(path);
      try {
        return toFileStat(baseOf(path), directory.stat());
      } finally {
        directory.close();
      }
    } catch {
      // No disk has it, or not now; its place in the tree stays.
      const now = this.services.clock.now();
      return { name: baseOf(path), type: 'directory', size: 0, mode: 0o555, mtimeMs: now, atimeMs: now };
    }
  }

  /** Throws unless the account's patterns allow a file of this name there: `permission_denied`, or `whenHidden` for one that is not even seen. */
  needAllowedName(path: string, whenHidden: 'not_found' | 'permission_denied'): void {
    const verdict = verdictOn(this.identity.account, path);
    if (verdict === 'hidden' && whenHidden === 'not_found') throw new AppError('not_found');
    if (verdict !== 'allowed') throw new AppError('permission_denied', 'Files of this name are not allowed here. Ask the administrator.');
  }

  /** Whether the two directories have the same entry of patterns, so that files may move between them without a look at each. */
  hasSamePatterns(one: string, other: string): boolean {
    const { account } = this.identity;
    return patternsIn(account, one) === patternsIn(account, other);
  }

  /** Whether an entry of its own, of permissions or patterns, stands for the directory or one below it. */
  hasEntriesBelow(path: string): boolean {
    const { permissions, patterns } = this.identity.account;
    return [...Object.keys(permissions), ...patterns.map((entry) => entry.path)].some((own) => own === path || own.startsWith(`${path}/`));
  }

  /** Runs `work` with the place of `path` and closes it afterwards. */
  async at<T>(path: string, work: (place: Place) => Promise<T> | T): Promise<T> {
    const place = this.locate(path);
    try {
      return await work(place);
    } finally {
      place.directory.close();
    }
  }

  /** The key of a clean virtual path; see Place. */
  key(path: string): string {
    const tree = this.mounts.treeAt(path);
    const parts = splitVirtual(path.slice(tree.path === '/' ? 0 : tree.path.length));
    return [tree.jail().realPath, ...parts.map((part) => nameKey(part, this.services.platform))].join('/');
  }

  /** Throws `permission_denied` unless the account holds `need` in the directory of `path`. */
  need(need: Need, path: string, directory = parentOf(path)): void {
    if (!mayIn(this.identity.account, directory, need)) throw new AppError('permission_denied');
  }

  /** Throws `database_damaged` while nothing can be recorded any more: then nothing may change either. */
  needWritable(): void {
    this.services.store.damage.refuse();
  }

  /** Whether a client's upload of this name counts only when it gets its final one. */
  awaitsName(name: string, { info }: UploadDraft): boolean {
    return this.identity.origin === 'client' && info.operation !== 'copy' && this.services.awaitedNames().isTemporary(name);
  }

  /** Asks the rules. Throws RefusedByRule when they refuse. */
  async decide(operation: FileOperation, path: string, more: Partial<PendingOperation> = {}): Promise<Extract<Decision, { allow: true }>> {
    const decision = await this.services.decide({
      operation,
      identity: this.identity,
      sessionId: this.sessionId,
      path,
      targetPath: null,
      size: 0,
      stage: 'before',
      hiddenPath: null,
      write: null,
      replaces: false,
      hold: null,
      ...more,
    });
    if (!decision.allow) throw new RefusedByRule(decision.message, decision.reason);
    // Rules take their time, and the client may have left meanwhile. What it had sent completely is published all the same.
    if (this.isClosed && more.stage !== 'publish') throw new AppError('connection_lost');
    return decision;
  }

  /** The same before a transfer begins; its refusal is recorded as TRANSFER_FAILED. */
  async decideTransfer(
    direction: 'upload' | 'download',
    path: string,
    more: Partial<PendingOperation>,
  ): ReturnType<SessionContext['decide']> {
    try {
      return await this.decide(direction, path, more);
    } catch (error) {
      if (error instanceof RefusedByRule) {
        error.isRecorded = true;
        const info: EventInfo<'TRANSFER_FAILED'> = { direction, reason: error.reason, bytes: 0 };
        await this.services.events
          .record(this.draft<EventDraft<'TRANSFER_FAILED'>>({ type: 'TRANSFER_FAILED', info, path, bytes: 0, outcome: 'denied' }))
          .catch(() => undefined); // The log has said so itself; the refusal is the one that matters here.
      }
      throw error;
    }
  }

  /** Whether bytes of this direction have to be admitted: a client's of an account with a speed or a transfer limit. */
  isMetered(direction: Direction): boolean {
    const { account, origin } = this.identity;
    if (origin !== 'client') return false;
    const { transferTotalBytes, transferUploadBytes, transferDownloadBytes } = account.limits;
    return this.#bytesPerSecond(direction) > 0 || transferTotalBytes > 0 || transferUploadBytes > 0 || transferDownloadBytes > 0;
  }

  /**
   * Counts bytes that are about to move, and waits for their turn. Resolves with how many have to be settled when the transfer ends. Rejects with
   * `quota_exceeded` when the account may not move so many.
   */
  async admit(direction: Direction, bytes: number): Promise<number> {
    const { bandwidth, transferLimits } = this.services;
    const { account } = this.identity;
    const counted = transferLimits.take(account, direction, bytes);
    const rate = this.#bytesPerSecond(direction);
    if (rate > 0) await bandwidth.take({ accountId: account.id, sessionId: this.sessionId }, direction, rate, bytes);
    return counted;
  }

  /** Throws `quota_exceeded` when nothing may move in this direction any more. */
  needTransfer(direction: Direction): void {
    if (this.isMetered(direction)) this.services.transferLimits.take(this.identity.account, direction, 0);
  }

  #bytesPerSecond(direction: Direction): number {
    const { uploadBytesPerSecond, downloadBytesPerSecond } = this.identity.account.limits;
    return direction === 'upload' ? uploadBytesPerSecond : downloadBytesPerSecond;
  }

  /** Notes a transfer that was refused before it began because of a limit or quota. */
  async refused(direction: Direction, path: string, error: unknown): Promise<void> {
    if (!(error instanceof AppError && (error.code === 'quota_exceeded' || error.code === 'too_large'))) return;
    await this.services.events
      .record(
        this.draft<EventDraft<'TRANSFER_FAILED'>>({
          type: 'TRANSFER_FAILED',
          info: { direction, reason: error.message, bytes: 0 },
          path,
          bytes: 0,
          outcome: error.code === 'quota_exceeded' ? 'quota' : 'denied',
        }),
      )
      .catch(() => undefined); // The log has said so itself; the partner's error is the one that matters here.
  }

  /** Called by a transfer when it starts and before it counts as open: a pause since the last item ends the batch. */
  begin(transfer: OpenTransfer): void {
    this.#endIdleBatch();
    this.transfers.add(transfer);
    this.services.transferBegan?.();
  }

  /** The batch that an item belongs to now. */
  batchId(): number {
    this.#endIdleBatch();
    const now = this.services.clock.now();
    this.#batch ??= { id: this.services.store.tables.sessions.openBatch(), lastUsed: now };
    this.#batch.lastUsed = now;
    return this.#batch.id;
  }

  #endIdleBatch(): void {
    if (this.#batch === undefined || this.transfers.size > 0) return;
    if (this.services.clock.now() - this.#batch.lastUsed > this.services.settings().batchPauseSeconds * 1000) this.#batch = undefined;
  }

  /** The attributes that every file event of this session has. */
  draft<T extends EventDraft>(draft: Omit<T, 'actor' | 'batchId'>): T {
    return { ...draft, info: { ...draft.info, ...this.whichFolder }, actor: this.actor, batchId: this.batchId() } as T;
  }

  /** What `info` of an event says beside the path, where that is not in the tree of an account. */
  get whichFolder(): { readonly folder?: string } {
    const { folder } = this.identity;
    return folder === undefined ? {} : { folder };
  }

  /**
   * Runs an operation on something that should be there; a missing or forbidden one is recorded as RESOURCE_NOT_AVAILABLE
   * before the error goes on to the protocol.
   */
  async asked<T>(path: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const isRefused = error instanceof RefusedByRule && !error.isRecorded;
      if (error instanceof AppError && (error.code === 'not_found' || error.code === 'permission_denied' || isRefused)) {
        const reason = error.code === 'not_found' ? 'not found' : 'not allowed';
        await this.services.events
          .record(
            this.draft<EventDraft<'RESOURCE_NOT_AVAILABLE'>>({
              type: 'RESOURCE_NOT_AVAILABLE',
              info: { schema: 'USER', type: 'file', id: path, reason },
              path,
              outcome: error.code === 'not_found' ? 'failed' : 'denied',
            }),
          )
          .catch(() => undefined); // The log has said so itself; the partner's error is the one that matters here.
      }
      throw error;
    }
  }
}

/** Attributes of an entry as sessions show them. */
export function toFileStat(name: string, found: Entry): FileStat {
  return {
    name,
    type: fileType(found),
    size: Number(found.size),
    mode: Number(found.mode) & 0o7777,
    mtimeMs: Number(found.mtimeMs),
    atimeMs: Number(found.atimeMs),
  };
}

/** Throws unless the entry is a regular file. */
export function requireFile(found: Entry): void {
  const type = fileType(found);
  if (type === 'directory') throw new AppError('is_a_directory');
  if (type === 'symlink') throw new AppError('permission_denied', 'This is a link, and links are not followed. Use the real file.');
  if (type === 'other') throw new AppError('unsupported', 'This is not a regular file.');
}

function fileType(found: Entry): FileType {
  if (found.isFile()) return 'file';
  if (found.isDirectory()) return 'directory';
  return found.isSymbolicLink() ? 'symlink' : 'other';
}
