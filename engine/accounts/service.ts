import type { Account, AccountInput, SignInPolicy } from '../contract/account.ts';
import { AppError } from '../contract/errors.ts';
import type { Actor, EventLog } from '../events/log.ts';
import type { Clock } from '../lib/clock.ts';
import type { AccountSettings, StoredAccount } from '../store/accounts-table.ts';
import type { Store } from '../store/index.ts';
import { ensureHome, type HomeFolders } from './home.ts';
import type { Passwords } from './passwords.ts';
import { parsePublicKey } from './public-keys.ts';

/** Who changes something, and within which request. */
export type Change = { readonly actor: Actor; readonly batchId: number | null };

type AccountChange = 'created' | 'updated' | 'disabled' | 'deleted';

/** Accounts of partners: the only way in which they are made, changed and removed. */
export type Accounts = {
  /**
   * Creates the account, or changes the one of this user name (in any case); fields left out stay as they are. Makes the home folder.
   * Resolves when it is committed with its event. Rejects with `invalid_input` (with the field), `folder_missing` or `folder_not_writable`.
   */
  save(input: AccountInput, by: Change): Promise<Account>;
  /** Deletes the account; its files stay. Rejects with `not_found`. Resolves with what it was. */
  delete(username: string, by: Change): Promise<Account>;
  /** In the order of their names. */
  list(): Account[];
  get(username: string): Account | undefined;
  byId(id: number): Account | undefined;
  /** Called after each committed change, so that open sessions can follow it or end. Returns the function that ends it. */
  onChange(listener: (account: Account, change: AccountChange) => void): () => void;
};

export type AccountServices = {
  readonly store: Store;
  readonly events: EventLog;
  readonly clock: Clock;
  readonly passwords: Passwords;
  /** Asked at each save, as the exchange folder is a setting. */
  readonly folders: () => HomeFolders;
};

export function createAccounts(services: AccountServices): Accounts {
  const { store, events, clock, passwords } = services;
  const table = store.tables.accounts;
  const listeners = new Set<(account: Account, change: AccountChange) => void>();
  /** One change at a time, so that what was read before hashing still holds when it is written. */
  let queue: Promise<unknown> = Promise.resolve();

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = queue.then(work, work);
    queue = turn.catch(() => undefined);
    return turn;
  }

  function tell(account: Account, change: AccountChange): void {
    for (const listener of listeners) listener(account, change);
  }

  function kept(id: number): Account {
    const found = table.byId(id)?.account;
    if (found === undefined) throw new AppError('internal', `Account ${id} vanished inside its own transaction.`);
    return found;
  }

  async function save(input: AccountInput, by: Change): Promise<Account> {
    const before = table.byUsername(input.username);
    const settings = merge(
      input,
      before,
      input.password === undefined ? (before?.passwordHash ?? null) : await passwords.hash(input.password),
    );
    await ensureHome(settings.home, services.folders());
    const { username } = settings;
    let after: Account | undefined;
    await events.record(
      {
        type: before === undefined ? 'OBJECT_INSERT' : 'OBJECT_UPDATE',
        info: before === undefined ? { operation: 'create', new: username } : { operation: 'update', old: username, new: username },
        actor: by.actor,
        batchId: by.batchId,
        object: { schema: 'BASE', type: 'user' },
      },
      () => {
        const id = before?.account.id ?? table.insert(settings, clock.now());
        if (before !== undefined) table.update(id, settings);
        after = kept(id);
        return { objectId: id, objectVersion: after.version };
      },
    );
    if (after === undefined) throw new AppError('internal', 'The log accepted an account without storing it.');
    tell(after, before === undefined ? 'created' : after.enabled ? 'updated' : 'disabled');
    return after;
  }

  async function remove(username: string, by: Change): Promise<Account> {
    const account = table.byUsername(username)?.account;
    if (account === undefined)
      throw new AppError('not_found', 'There is no account of this name. See accounts.list.', { field: 'username' });
    await events.record(
      {
        type: 'OBJECT_DELETE',
        info: { operation: 'delete', old: account.username },
        actor: by.actor,
        batchId: by.batchId,
        object: { schema: 'BASE', type: 'user' },
      },
      () => {
        table.remove(account.id);
        return { objectId: account.id, objectVersion: account.version };
      },
    );
    tell(account, 'deleted');
    return account;
  }

  return {
    save: (input, by) => inTurn(() => save(input, by)),
    delete: (username, by) => inTurn(() => remove(username, by)),
    list: () => table.all(),
    get: (username) => table.byUsername(username)?.account,
    byId: (id) => table.byId(id)?.account,
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** Nothing beyond a right password or key. */
const OPEN_SIGN_IN: SignInPolicy = { requireKey: false, requireEncryption: false, protocols: [], addresses: [] };

/** The whole record to write: what was given over what was there, over the defaults of a new account. */
function merge(input: AccountInput, before: StoredAccount | undefined, passwordHash: string | null): AccountSettings {
  const old = before?.account;
  return {
    username: old?.username ?? input.username,
    displayName: input.displayName ?? old?.displayName ?? '',
    email: input.email ?? old?.email ?? '',
    contact: input.contact ?? old?.contact ?? '',
    notes: input.notes ?? old?.notes ?? '',
    enabled: input.enabled ?? old?.enabled ?? true,
    // Null is a value here: it takes an expiry back.
    expiresAt: input.expiresAt === undefined ? (old?.expiresAt ?? null) : input.expiresAt,
    signIn: input.signIn ?? old?.signIn ?? OPEN_SIGN_IN,
    home: input.home ?? old?.home ?? input.username,
    permissions: input.permissions ?? old?.permissions ?? { '/': ['*'] },
    quotaBytes: input.quotaBytes ?? old?.quotaBytes ?? 0,
    quotaFiles: input.quotaFiles ?? old?.quotaFiles ?? 0,
    publicKeys: input.publicKeys === undefined ? (old?.publicKeys ?? []) : readKeys(input.publicKeys),
    passwordHash,
  };
}

function readKeys(given: NonNullable<AccountInput['publicKeys']>): Account['publicKeys'] {
  const seen = new Set<string>();
  return given.map(({ label, key: text }, index) => {
    const field = `publicKeys.${index}.key`;
    const { key, fingerprint, comment } = parsePublicKey(text, field);
    if (seen.has(fingerprint)) throw new AppError('invalid_input', 'This key stands in the list twice. Remove one of them.', { field });
    seen.add(fingerprint);
    return { label: label === '' ? comment : label, key, fingerprint };
  });
}
