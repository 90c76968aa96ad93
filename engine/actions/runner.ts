import type { Account, AccountInput } from '../contract/account.ts';
import type { AdminInput } from '../contract/admin.ts';
import type { Ban, BlockInput } from '../contract/defence.ts';
import type { ActionDefinition } from '../contract/define.ts';
import { AppError, type ErrorCode, toAppError } from '../contract/errors.ts';
import type { Json } from '../contract/event.ts';
import type { Notice } from '../contract/notice.ts';
import type { SecretRef } from '../contract/fields.ts';
import type { Settings } from '../contract/settings.ts';
import type { z } from 'zod';
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../lib/log.ts';
import type { Connector } from '../outbound/connector.ts';
import type { MailSettings } from '../outbound/mail.ts';
import type { FileTree } from '../vfs/types.ts';

/** A configuration as its runner gets it: templates rendered, secrets resolved to their text. */
type Resolved<T> = T extends SecretRef
  ? never
  : T extends readonly (infer Item)[]
    ? readonly Resolved<Item>[]
    : T extends object
      ? { readonly [Key in keyof T]: Resolved<T[Key]> }
      : T;

/** A sign-in that waits for an action. */
export type Entrance = {
  /** The code of the account's authenticator app was asked for and right. */
  readonly hasShownApp: boolean;
  /** The protocol can put a question. */
  readonly canBeAsked: boolean;
  /** A new code for this sign-in; see accounts/mail-codes.ts. Throws `action_failed`. */
  newCode(): string;
};

/** What the trace keeps of an action's result: status, exit code, output tail. */
export type Detail = { readonly [key: string]: Json };

/** Whom the identity provider vouches for, and as what. */
export type SignedInIdentity = { readonly login: 'user' | 'admin'; readonly name: string };

/** What an action may use. Everything else is out of its reach on purpose. */
export type ActionContext = {
  /** Aborts when the step's time is over or the engine stops; its reason is an AppError. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly log: Logger;
  /** The affected user, where there is one. */
  readonly account: Account | null;
  /**
   * Where the action reads: the virtual folder that its `sourceFolder` names, else the affected user's tree. All permissions, quota kept,
   * events marked as a rule's. The same tree at each call. Rejects with `action_failed` without a user, `folder_missing`, or
   * `outbound_failed` for a folder on a server that cannot be used.
   */
  source(): Promise<FileTree>;
  /** Where its results go: the folder of its `targetFolder`, else where the source is; the very same tree then. Rejects as `source` does. */
  target(): Promise<FileTree>;
  /** Who signs in with the identity provider, where that is what happens. */
  readonly identity: SignedInIdentity | null;
  /** Who stands at the door, with the right password or key, where that is what happens. */
  readonly entrance: Entrance | null;
  readonly connector: Connector;
  /** Mail settings with the password in the clear. Throws `secret_unreadable`. */
  mail(): MailSettings;
  /** What may be started at all. */
  commands(): CommandLimits;
  archiveLimits(): ArchiveLimits;
  /** Care of the installation itself. */
  readonly upkeep: Upkeep;
  /** Keys of OpenPGP by their id in the store. */
  readonly pgpKeys: PgpKeyLookup;
  /** What earlier actions of this run resulted in, in their order; of several attempts the last. */
  readonly earlier: readonly EarlierResult[];
  /** The reports of earlier retention checks of this run as a zip archive. Rejects with `action_failed` when there was none. */
  retentionReports(): Promise<Buffer>;
  /** Records EMAIL_SENT. */
  recordEmail(info: { readonly recipients: readonly string[]; readonly subject: string; readonly message: string }): Promise<void>;
  /** Says how far long work has come, in bytes; `total` is null where nobody knows. Consoles hear it at most once a second. */
  progress(done: number, total: number | null): void;
  /** Records that a file of the user's tree was sent to another place: ASSET_EXPORT_TRANSPORT_COPY. */
  recordSent(sent: SentFile): Promise<void>;
  /** Where fetching from a source goes on, kept for this step of the rule; null for a test, which begins at the beginning. */
  fetchCursor(source: string): FetchCursor | null;
  /**
   * Renders a template as it would come out now: with the account, its use and the time as they are by then, and with `.Recipient` where
   * one is given. Throws `template_error`.
   */
  render(template: string, recipient?: Account): string;
  /**
   * Who else may list the folder in which the event happened, with the path under which each sees what it is about. Throws `action_failed`
   * without an event, and while the settings let nobody be told.
   */
  members(): readonly { readonly account: Account; readonly path: string }[];
  /** Puts a notice into the bell; a repeated step replaces its own. Without a link a click opens the run. */
  notify(notice: Pick<Notice, 'level' | 'title' | 'body'> & { readonly link: string | null }): void;
  /** Masks one more text, such as an encoded form of a secret, wherever the trace would show it. */
  hide(secret: string): void;
  /** The text with every secret of this step masked; for what is encoded before it is recorded. */
  mask(text: string): string;
};

/** Both reject with `action_failed`, in words, for a key that is not there or cannot be used for this now. */
export type PgpKeyLookup = {
  /** The armoured public half. */
  readonly publicKey: (id: number, use: 'encrypt' | 'verify') => string;
  readonly privateKey: (id: number, use: 'decrypt' | 'sign') => { readonly privateKey: string; readonly passphrase: string };
};

/** What an action has found or done, as later actions of the run see it. */
export type EarlierResult = {
  /** Id of the action. */
  readonly action: string;
  /** For whom it acted, where there was somebody. */
  readonly user: string | null;
  readonly detail: Detail;
};

export type Upkeep = {
  /** Makes a backup; see engine/upkeep/backups.ts. */
  backup(options: {
    readonly includeLog: boolean;
    readonly keep: number;
  }): Promise<{ readonly path: string; readonly bytes: number; readonly removed: readonly string[] }>;
  /** Begins a new file of the program's log; false where nothing was written yet. Throws `folder_not_writable`. */
  rotateLog(): boolean;
  /**
   * Counts what lies in the affected user's tree, and sets the used storage to it. Rejects with `busy` while it is being counted already,
   * and with `action_failed` without a user.
   */
  recount(): Promise<{ readonly before: Use; readonly after: Use }>;
  /**
   * The same for a virtual folder, in the tree of somebody who has it. Rejects with `not_found` for an unknown one, and with
   * `action_failed` where nobody has it.
   */
  recountFolder(name: string): Promise<{ readonly before: Use; readonly after: Use }>;
  /** All accounts, in the order of their names. */
  accounts(): readonly Account[];
  /** Lets somebody in again or no longer; resolves with the account as it then is. Rejects with `not_found`. */
  setEnabled(username: string, enabled: boolean): Promise<Account>;
  /** When the password has to be changed, ms since the epoch; null: never, or nobody knows how old it is. */
  passwordEnds(account: Account): number | null;
  /** Sets the transfer counters of the affected user to 0, and resolves with what they were. Rejects with `action_failed` without a user. */
  resetTransfers(): Promise<{ readonly uploaded: number; readonly downloaded: number }>;
  /** Blocks an address, in place of a block that is there. Rejects with `conflict` when the list of allowed addresses holds it. */
  block(wish: BlockInput): Promise<Pick<Ban, 'until'>>;
  /** False where the address was not blocked. */
  unblock(address: string): Promise<boolean>;
  hasAccount(username: string): boolean;
  hasAdmin(name: string): boolean;
  /** Creates the account or changes the one of this name, where it differs from what is given. Rejects with `invalid_input`. */
  saveAccount(input: AccountInput): Promise<'created' | 'updated' | 'left as it is'>;
  /** The same for an administrator. */
  saveAdmin(input: AdminInput): Promise<'created' | 'updated' | 'left as it is'>;
  /** Deletes the account; its files stay. Rejects with `not_found`. */
  deleteAccount(username: string): Promise<void>;
};

/** Storage in use. */
export type Use = { readonly bytes: number; readonly files: number };

export type SentFile = {
  /** Virtual path. */
  readonly path: string;
  /** Where it is now, as an address without a password. */
  readonly target: string;
  readonly bytes: number;
  readonly durationMs: number;
};

/** A place in a numbered source, such as a mailbox: everything before item `item`, and `parts` of its parts, has been fetched. */
export type FetchPosition = { readonly item: number; readonly parts: number };

export type FetchCursor = {
  /** The position under this validity; the beginning where the source has been numbered anew since. */
  get(validity: string): FetchPosition;
  /** Everything before this position is done. */
  put(validity: string, position: FetchPosition): void;
  /**
   * The file about to be written to `path` brings the source to this position: kept in the transaction of the event that says that the
   * file is there, also when that happens after a kill.
   */
  putWith(path: string, validity: string, position: FetchPosition): void;
};

/** What an archive that is unpacked may hold at most; see the settings. */
export type ArchiveLimits = Readonly<Settings['archives']>;

export type CommandLimits = {
  /** Absolute paths as the settings list them. */
  readonly allowed: readonly string[];
  /** Folders that partners can write to: nothing below them is a program. */
  readonly exchangeFolders: readonly string[];
};

/**
 * Does the action once. Resolves with what the trace should show; rejects with an AppError in plain words, best an ActionFailure where
 * there is something to show.
 */
export type Runner<Definition extends { readonly config: z.ZodObject }> = (
  call: {
    readonly config: Resolved<z.output<Definition['config']>>;
    /** The configuration before rendering, to tell what an administrator wrote from what a value brought in. */
    readonly source: z.output<Definition['config']>;
  },
  context: ActionContext,
) => Promise<Detail>;

/** A runner of any action, for the code that looks one up by id and has parsed the configuration with the same entry. */
export type AnyRunner = Runner<ActionDefinition>;

/** Whether a rendered template counts as true: anything but an empty text, `false` or `0`. */
export function isTrue(rendered: string): boolean {
  return !['', 'false', '0'].includes(rendered.trim().toLowerCase());
}

/** A failed action that has something to show in the trace. */
export class ActionFailure extends AppError {
  readonly detail: Detail;

  constructor(message: string, detail: Detail, code: ErrorCode = 'action_failed') {
    super(code, message);
    this.detail = detail;
  }

  /** A failure that says what was being done before it says what went wrong; defects of ours keep their kind. */
  static from(error: unknown, doing: string, detail: Detail): ActionFailure {
    const { code, message } = toAppError(error);
    return new ActionFailure(`${doing}: ${message}`, detail, code);
  }
}

/** Works through a list in order. The first failure ends it, says what was being done, and shows what had been done before it. */
export async function oneByOne<Item>(
  items: readonly Item[],
  signal: AbortSignal,
  failedTo: (item: Item) => string,
  work: (item: Item, index: number) => Promise<Detail>,
): Promise<Detail> {
  const done: Detail[] = [];
  for (const [index, item] of items.entries()) {
    try {
      signal.throwIfAborted();
      done.push(await work(item, index));
    } catch (error) {
      throw ActionFailure.from(error, failedTo(item), { done });
    }
  }
  return { done };
}
