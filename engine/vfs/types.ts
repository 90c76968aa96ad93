import type { Permission } from '../contract/access.ts';
import type { Account } from '../contract/account.ts';
import type { Origin, Protocol } from '../contract/event.ts';

/**
 * What every protocol, and every file action, may do with files. One `Session` per login; it decides on permission, path and quota,
 * performs the operation and records its event. All paths are virtual, absolute or relative to `/`, with `/` between components.
 * Every method rejects with an AppError whose code says why; protocols translate the code and nothing else.
 */

export type FileType = 'file' | 'directory' | 'symlink' | 'other';

export type FileStat = {
  readonly name: string;
  readonly type: FileType;
  /** Bytes; for a partial upload that this account may resume, the bytes received so far. */
  readonly size: number;
  /** Permission bits only, such as 0o644. */
  readonly mode: number;
  /** Milliseconds since the epoch, UTC. */
  readonly mtimeMs: number;
  readonly atimeMs: number;
};

export type Attributes = { readonly mode?: number; readonly size?: number; readonly atimeMs?: number; readonly mtimeMs?: number };

/** Who is behind a session; `client` is the client program's own name, such as `SSH-2.0-OpenSSH_9.2`. */
export type SessionIdentity = {
  readonly account: Account;
  readonly protocol: Protocol;
  readonly address: string | null;
  readonly client: string | null;
  readonly method: string;
  readonly origin: Origin;
  /** The run that acts through this session, for `origin: rule`. */
  readonly causedBy: number | null;
  /** Name of the virtual folder that is the whole tree, where a rule acts in one as the system (`Vfs.openFolder`). */
  readonly folder?: string;
  /** For a rule that acts before a file is published: under this path it sees the content that still lies under another one. */
  readonly unpublished?: { readonly path: string; readonly hidden: string };
};

export type OpenWriteOptions = {
  /**
   * `replace`: a new content under this name (SFTP CREAT|TRUNC, FTP STOR).
   * `modify`: keeps what is there and writes into it (SFTP without TRUNC, FTP REST n + STOR); resumes a partial upload of this account.
   * `append`: writes go to the end whatever their position (SFTP APPEND, FTP APPE); resumes a partial upload of this account.
   */
  readonly mode: 'replace' | 'modify' | 'append';
  /** Fails with `already_exists` when a final file is there. */
  readonly exclusive?: boolean;
  /** False: fails with `not_found` when neither a final file nor a partial is there. */
  readonly create: boolean;
  /** Position of the first write where it is known beforehand (FTP REST): fails with `invalid_input` behind the end of what is there. */
  readonly startAt?: number;
  /** Mode bits of a new file. */
  readonly fileMode?: number;
};

/** Why an open transfer ended without the client's orderly close. */
export type AbortReason =
  /** The client left in order, with the file still open. */
  'disconnected' | 'connection_lost' | 'aborted_by_client' | 'shutting_down' | 'idle_timeout' | 'error';

/** A file open for reading, as file actions use it. */
export interface OpenedFile {
  readonly path: string;
  /** Bytes when it was opened. */
  readonly size: number;
  /**
   * Reads up to `buffer.length` bytes at `position` into `buffer`; resolves with the count, 0 at the end. Reads may run in parallel. A
   * session's rejects with `io_error` when the file has ended before `size`: it became shorter meanwhile, and counts as failed.
   */
  read(buffer: Uint8Array, position: number): Promise<number>;
  /** It was closed in order. Idempotent. */
  finish(): Promise<void>;
  /** It broke off. Idempotent; never rejects. */
  abort(reason: AbortReason): Promise<void>;
}

export interface Download extends OpenedFile {
  /** As `read`, for a copy inside the tree: what leaves the server counts, and this does not. */
  readForCopy(buffer: Uint8Array, position: number): Promise<number>;
  stat(): Promise<FileStat>;
  /** The client closed it in order: records ASSET_DOWNLOAD. Idempotent. */
  finish(): Promise<void>;
  /**
   * It broke off: records TRANSFER_FAILED; for a client that has read everything and left in order (`disconnected`), as lftp does,
   * ASSET_DOWNLOAD. Idempotent; never rejects.
   */
  abort(reason: AbortReason): Promise<void>;
}

/** A file being written, as file actions use it. It bears its final name only when it is complete. */
export interface WrittenFile {
  readonly path: string;
  /** Writes the buffers one after another from `position`, one call at a time; they may be reused once it resolves. */
  write(buffers: readonly Uint8Array[], position: number): Promise<void>;
  /** Applies size, mode and times to the content being written. */
  setAttributes(attributes: Attributes): Promise<void>;
  /** Resolves when the file is complete under its final name. Idempotent. */
  finish(): Promise<void>;
  /** It broke off. Idempotent; never rejects. */
  abort(reason: AbortReason): Promise<void>;
}

export interface Upload extends WrittenFile {
  /**
   * Writes the buffers one after another from `position` (ignored in append mode). The buffers may be reused once it resolves.
   * Callers keep the order: one write at a time per upload. Rejects with quota_exceeded, too_large, no_space …; the upload is then
   * failed and can only be aborted (a later `finish()` rejects with the same error).
   */
  write(buffers: readonly Uint8Array[], position: number): Promise<void>;
  /** For handles opened for both; sees what was written. */
  read(buffer: Uint8Array, position: number): Promise<number>;
  stat(): Promise<FileStat>;
  /** Applies size, mode and times to the content being written. */
  setAttributes(attributes: Attributes): Promise<void>;
  /** fsync of what was written so far. */
  sync(): Promise<void>;
  /**
   * The client closed it in order. Resolves when the file is complete under its final name and its event is committed
   * (spec: events, "What an acknowledgement promises"); only then may the protocol say ok. Idempotent: the same promise again.
   */
  finish(): Promise<void>;
  /** It broke off: keeps the partial for resume, records TRANSFER_FAILED. Idempotent; never rejects. */
  abort(reason: AbortReason): Promise<void>;
}

export interface DirectoryListing {
  readonly path: string;
  /** Up to `count` further entries, empty at the end. `.` and `..` are not among them; hidden temporaries never are. */
  next(count: number): Promise<readonly FileStat[]>;
  close(): void;
}

export type SpaceInfo = {
  readonly totalBytes: number;
  readonly freeBytes: number;
  readonly totalFiles: number;
  readonly freeFiles: number;
};

/** The first four are commands of SSH too; CRC-32 is what old FTP clients compare. */
export type ChecksumAlgorithm = 'md5' | 'sha1' | 'sha256' | 'sha512' | 'crc32';

/** `onProgress` hears the bytes copied so far. Aborted, it rejects with the signal's reason, and nothing of the copy stays. */
export type CopyOptions = {
  readonly overwrite: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (bytes: number) => void;
};

/** Positions in bytes. */
export type CopyRange = { readonly from: number; readonly length: number | null; readonly to: number };

/** `range`: the bytes from `from` up to `to`, which is not included; the whole file without it. */
export type ChecksumOptions = { readonly signal?: AbortSignal; readonly range?: { readonly from: number; readonly to: number } };

/**
 * What file actions need of a tree. A session is one, and so is a folder on another server: actions take this and no more, so that they
 * work in either.
 */
export interface FileTree {
  /** Whether it takes notes of files (`metadata`); one that does not has none and refuses to set any with `unsupported`. */
  readonly keepsMetadata: boolean;
  /** What the path leads to, whichever tree names it: the same text for the same file, and `/` and more behind it for what is inside. */
  identify(path: string): string;
  /** Cleans a path to an absolute virtual path. Pure; rejects names that no platform may see (NUL, over-long). */
  resolve(path: string, base?: string): string;
  stat(path: string): Promise<FileStat>;
  list(path: string): Promise<DirectoryListing>;
  openRead(path: string): Promise<OpenedFile>;
  openWrite(path: string, options: OpenWriteOptions): Promise<WrittenFile>;
  mkdir(path: string, mode?: number): Promise<void>;
  rmdir(path: string): Promise<void>;
  /** Deletes a file (or the link itself where a local person put one). */
  remove(path: string): Promise<void>;
  /** `overwrite` false fails with `already_exists` when the target is there (SFTP version 3 RENAME). */
  rename(from: string, to: string, options: { readonly overwrite: boolean }): Promise<void>;
  /** Copies a file inside the tree, with quota and an event of operation `copy`. */
  copy(from: string, to: string, options: CopyOptions): Promise<void>;
  setAttributes(path: string, attributes: Attributes): Promise<void>;
  /** Keys and values that rules noted of a file or folder. */
  metadata(path: string): Promise<Readonly<Record<string, string>>>;
  /** Sets keys, and removes those with an empty value; the others stay. */
  setMetadata(path: string, changes: Readonly<Record<string, string>>): Promise<void>;
  space(path: string): Promise<SpaceInfo>;
}

/** A request of a client as its protocol received it. */
export type ClientRequest = {
  /** Protocol and verb, such as `sftp/OPEN` or `ftp/STOR`. */
  readonly name: string;
  /** What it names; never bytes of files, passwords or keys. */
  readonly payload: Readonly<Record<string, string>>;
  /** It may change something. */
  readonly isWrite: boolean;
};

export interface Session extends FileTree {
  readonly id: number;
  readonly identity: SessionIdentity;
  openRead(path: string): Promise<Download>;
  openWrite(path: string, options: OpenWriteOptions): Promise<Upload>;
  /**
   * Copies `length` bytes (null: all that are there) at `from` of an open download to `to` of an open upload, both of this session. Resolves
   * with the bytes copied, fewer where the source ends before. Rejects with `cancelled` when the signal aborts.
   */
  copyRange(source: Download, target: Upload, range: CopyRange, signal: AbortSignal): Promise<number>;
  /**
   * The checksum of a file's content in lower-case hexadecimal digits. For whoever may download it. Recorded as SSH_COMMAND in sessions
   * over SSH. Rejects with `cancelled` when the signal aborts.
   */
  checksum(path: string, algorithm: ChecksumAlgorithm, options?: ChecksumOptions): Promise<string>;
  /** The built-in commands `cd` and `pwd` of SSH: resolves with the folder's absolute path and records SSH_COMMAND. */
  folderCommand(command: 'cd' | 'pwd', path: string): Promise<string>;
  /** Carries a SITE command of FTP out and records it as SITE_COMMAND, however it ends. Resolves and rejects as `work` does. */
  siteCommand<Answer>(command: string, args: readonly string[], work: () => Promise<Answer>): Promise<Answer>;
  /** Whether anybody wants to know of requests: asked before one is put into words. */
  readonly notesRequests: boolean;
  /** Tells of a request of the client before it is carried out; recorded as API_CALL where the settings say so, in its own time. */
  noteRequest(request: ClientRequest): void;
  /** Whether the account holds `permission` in the directory of `path`; for answers such as MLST facts. */
  allows(permission: Permission, path: string): boolean;
  /** Transfers that are open now; for grace at shutdown and for status. */
  readonly openTransfers: number;
  transfers(): readonly { direction: 'upload' | 'download'; path: string; bytes: number; total: number | null; startedAtMs: number }[];
  /** When it was opened, ms since the epoch. */
  readonly startedAtMs: number;
  /** When something was last asked for or moved, ms since the epoch. */
  readonly idleSinceMs: number;
  /** Aborts what is open and records USER_LOGOUT. Idempotent; never rejects. */
  close(reason: string): Promise<void>;
  /** Closes it from the server's side, for example because the account was switched off. */
  revoke(reason: string): void;
  /** Aborted by `revoke`: the protocol ends the connection then. */
  readonly revoked: AbortSignal;
}

export type FileOperation = 'upload' | 'download' | 'delete' | 'rename' | 'mkdir' | 'rmdir' | 'copy' | 'setstat';

/** One operation about to happen, as pre-* and synchronous rules see it. `connect`: a session, before its home folder is opened. */
export type PendingOperation = {
  readonly operation: FileOperation | 'connect';
  readonly identity: SessionIdentity;
  readonly sessionId: number;
  readonly path: string;
  readonly targetPath: string | null;
  /** Bytes of the file to be overwritten, deleted or read; 0 where there is none. */
  readonly size: number;
  /** `before` the operation starts, or `publish`: a complete upload that still lies hidden under `hiddenPath`. */
  readonly stage: 'before' | 'publish';
  readonly hiddenPath: string | null;
  /** How an upload that is to be published was written, and whether it replaces a file; null and false elsewhere. */
  readonly write: 'upload' | 'overwrite' | 'append' | 'copy' | null;
  readonly replaces: boolean;
  /** A name for what the decision holds back, under which its event releases what waits for it; null where no event of its own follows. */
  readonly hold: string | null;
};

export type Decision =
  | {
      readonly allow: true;
      /** pre-download only: serve this virtual path instead. */
      readonly servePath?: string;
      /** Rules wait for the event, which has to release this; `withdraw` says that it will not come. */
      readonly held?: { readonly release: string; readonly withdraw: () => void };
    }
  /** `message` is for the partner, `reason` for the log. */
  | {
      readonly allow: false;
      readonly message: string;
      readonly reason: string;
      /** Nobody judged it: the rules could not be asked now. */
      readonly unasked?: true;
    };

/** The one seam at which rules may refuse or change an operation. */
export type Decide = (operation: PendingOperation) => Promise<Decision>;
