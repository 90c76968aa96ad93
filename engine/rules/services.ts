import type { Account } from '../contract/account.ts';
import type { Defender } from '../accounts/defender/index.ts';
import type { MailCodes } from '../accounts/mail-codes.ts';
import type { Admins } from '../accounts/admins.ts';
import type { Accounts } from '../accounts/service.ts';
import type { Progress } from '../contract/push.ts';
import type { Notice } from '../contract/notice.ts';
import type { Settings } from '../contract/settings.ts';
import type { ActionContext, Upkeep } from '../actions/runner.ts';
import type { EventLog } from '../events/log.ts';
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../lib/log.ts';
import type { Store } from '../store/index.ts';
import type { KeptPgpKey } from '../contract/pgp-key.ts';
import type { FileTree, Session, SessionIdentity } from '../vfs/types.ts';
import type { Members } from './members.ts';
import type { PlacedTree } from './people.ts';
import type { Secrets } from './prepare.ts';
import type { StepStarts } from './step-starts.ts';

/** What the rules need of the rest of the engine. */
export type RulesServices = {
  readonly store: Store;
  readonly events: EventLog;
  readonly clock: Clock;
  readonly log: Logger;
  readonly settings: () => Pick<Settings, 'mail' | 'commands' | 'rules' | 'passwords' | 'archives'>;
  readonly secrets: Secrets;
  /** The store of PGP keys; see settings/pgp-keys.ts. */
  readonly pgpKeys: {
    find(id: number): KeptPgpKey | undefined;
    publicKey(id: number): string;
    privateKey(id: number): { readonly privateKey: string; readonly passphrase: string };
  };
  readonly accounts: Pick<Accounts, 'list' | 'byId' | 'save' | 'delete' | 'effective' | 'resetTransfers'>;
  readonly admins: Pick<Admins, 'get' | 'save'>;
  readonly defender: Pick<Defender, 'block' | 'unblock'>;
  readonly mailCodes: Pick<MailCodes, 'issue'>;
  readonly upkeep: Pick<Upkeep, 'rotateLog'> & {
    /** Ends with the signal's reason. */
    readonly backup: (...args: [...Parameters<Upkeep['backup']>, AbortSignal]) => ReturnType<Upkeep['backup']>;
  };
  readonly vfs: {
    readonly openSession: (identity: SessionIdentity) => Promise<Session>;
    /** The home of an account as it is kept, then its virtual folders, with all that its groups add. */
    readonly treesOf: (account: Account) => readonly PlacedTree[];
  };
  readonly virtualFolders: {
    /**
     * The tree of a virtual folder, for the system; `account` fills in a path that is another one for each user. Closed by whoever opened
     * it. Rejects with `action_failed` for an unknown folder and without a user where it takes one, `folder_missing`, or as connecting does.
     */
    readonly open: (
      name: string,
      by: {
        readonly account: Account | null;
        readonly runId: number | null;
        /** Ends what goes to another server. */
        readonly signal: AbortSignal;
        /** Hears of every file that came to another server whole: its path in the folder and its address. */
        readonly arrived: (file: { readonly path: string; readonly target: string; readonly bytes: number }) => Promise<void>;
      },
    ) => Promise<FileTree & { close(reason: string): Promise<void> }>;
  };
  readonly members: Members;
  readonly stepStarts: StepStarts;
  readonly connector: ActionContext['connector'];
  /** Tells consoles how far a long action has come. */
  readonly progress: (progress: Progress) => void;
  /** Makes a notice, or replaces the one of the same key. */
  readonly notify: (notice: Pick<Notice, 'key' | 'level' | 'title' | 'body' | 'link'>) => void;
  /** Folders that partners can write to, beside the accounts' own trees: no command is started from inside them. */
  readonly exchangeFolders: () => readonly string[];
};
