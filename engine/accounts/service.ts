import {
  type Account,
  type AccountInput,
  type AccountSettings,
  accountInputSchema,
  accountSettingsSchema,
  unsavedAccount,
} from '../contract/account.ts';
import { AppError } from '../contract/errors.ts';
import type { Actor, EventLog } from '../events/log.ts';
import { type Clock, isoTime } from '../lib/clock.ts';
import type { AccountRecord, StoredAccount } from '../store/accounts-table.ts';
import type { Store } from '../store/index.ts';
import { effectiveAccount } from './effective.ts';
import { ensureHome, type HomeFolders } from './home.ts';
import { placeholders } from './inheritance.ts';
import { type PasswordRules, passwordProblem } from './password-strength.ts';
import type { Passwords } from './passwords.ts';
import { parsePublicKey } from './public-keys.ts';
import { requireFolders, requireGroups, requirePatterns, requireRole, requireZones } from './references.ts';
import { updateInfo } from '../events/record-change.ts';

/** Who changes something, and within which request. */
export type Change = { readonly actor: Actor; readonly batchId: number | null };

/** What `accounts.save` was given, with the defaults of its parts. */
type ParsedInput = ReturnType<typeof accountInputSchema.parse>;

/** An account as it would be saved, alone and with what its groups add, and as it is. */
export type AccountDraft = {
  readonly draft: AccountSettings;
  readonly effective: Account;
  readonly before: Account | undefined;
};

type SaveOptions = {
  /** Takes the place of the password, for one that comes from another Gatehouse. */
  readonly passwordHash?: string;
  /** Rejects for what this caller may not save; asked before anything is changed, in the turn of this change. */
  readonly check?: (draft: AccountDraft) => Promise<void>;
};

type AccountChange = 'created' | 'updated' | 'disabled' | 'deleted';

/** Accounts of partners: the only way in which they are made, changed and removed. */
export type Accounts = {
  /**
   * Creates the account, or changes the one of this user name (in any case); fields left out stay as they are. Makes the home folder.
   * Resolves when it is committed with its event. Rejects with `invalid_input` (with the field), `folder_missing` or `folder_not_writable`.
   */
  save(input: AccountInput, by: Change, options?: SaveOptions): Promise<Account>;
  /** Deletes the account; its files stay. Rejects with `not_found`. Resolves with what it was. */
  delete(username: string, by: Change): Promise<Account>;
  /** In the order of their names. */
  list(): Account[];
  get(username: string): Account | undefined;
  byId(id: number): Account | undefined;
  /** The account with what its groups add to it now: what holds, where `get` says what is written in its own record. */
  effective(account: Account): Account;
  /** Something that these accounts take over was changed by somebody: their sessions follow. */
  retell(ids: readonly number[], by: Change): void;
  /** Sets the counters of the transfer limits back. Rejects with `not_found`. */
  resetTransfers(username: string, by: Change): Promise<Account>;
  /** Called after each committed change, so that open sessions can follow it or end. Returns the function that ends it. */
  onChange(listener: (account: Account, change: AccountChange, by: Change) => void): () => void;
};

export type AccountServices = {
  readonly store: Store;
  readonly events: EventLog;
  readonly clock: Clock;
  readonly passwords: Passwords;
  /** Asked at each save, as the exchange folder is a setting. */
  readonly folders: () => HomeFolders;
  /** Asked for each new password, as the rules are a setting; without it every one is taken. */
  readonly passwordRules?: () => PasswordRules;
};

export function createAccounts(services: AccountServices): Accounts {
  const { store, events, clock, passwords } = services;
  const table = store.tables.accounts;
  const listeners = new Set<(account: Account, change: AccountChange, by: Change) => void>();
  /** One change at a time, so that what was read before hashing still holds when it is written. */
  let queue: Promise<unknown> = Promise.resolve();

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = queue.then(work, work);
    queue = turn.catch(() => undefined);
    return turn;
  }

  function tell(account: Account, change: AccountChange, by: Change): void {
    for (const listener of listeners) listener(account, change, by);
  }

  function kept(id: number): Account {
    const found = table.byId(id)?.account;
    if (found === undefined) throw new AppError('internal', `Account ${id} vanished inside its own transaction.`);
    return found;
  }

  /** The password's hash and age after this save. Rejects with `invalid_input` for one that the rules do not take. */
  async function secretOf(password: string | undefined, before: StoredAccount | undefined, minimumBits: number) {
    if (password === undefined) {
      return { passwordHash: before?.passwordHash ?? null, passwordChangedAt: before?.account.passwordChangedAt ?? null };
    }
    const rules = services.passwordRules?.() ?? { minimumLength: 1, minimumBits: 0 };
    const problem = passwordProblem(password, { ...rules, minimumBits: minimumBits || rules.minimumBits });
    if (problem !== undefined) throw new AppError('invalid_input', problem, { field: 'password' });
    return { passwordHash: await passwords.hash(password), passwordChangedAt: isoTime(clock.now()) };
  }

  /** What a new account has where nothing is said, unless its primary group says it. */
  function withDefaults(input: ParsedInput, before: StoredAccount | undefined): ParsedInput {
    const groups = input.groups ?? before?.account.groups ?? [];
    const primary = groups.find(({ type }) => type === 'primary')?.name;
    const settings = primary === undefined ? undefined : store.tables.groups.byName(primary)?.settings;
    const { home = before?.account.home ?? '', permissions = before?.account.permissions } = input;
    return {
      ...input,
      home: home === '' && (settings?.home ?? '') === '' ? (before?.account.username ?? input.username) : home,
      permissions: permissions ?? (settings?.permissions['/'] === undefined ? { '/': ['*'] } : {}),
      // A new password is no longer the one that had to be changed.
      ...(input.password !== undefined && input.passwordMustChange === undefined ? { passwordMustChange: false } : {}),
    };
  }

  async function save(given: AccountInput, by: Change, { passwordHash, check }: SaveOptions): Promise<Account> {
    const before = table.byUsername(given.username);
    const input = withDefaults(accountInputSchema.parse(given), before);
    const draft = merge(input, before);
    const checked = {
      ...draft,
      groups: requireGroups(store, draft.groups),
      role: requireRole(store, draft.role),
      folders: requireFolders(store, draft.folders, 'folders'),
    };
    requirePatterns(draft.patterns, 'patterns');
    requireZones(draft.limits, 'limits');
    const effective = effectiveAccount(store, { ...(before?.account ?? unsavedAccount(isoTime(clock.now()))), ...checked });
    await check?.({ draft: checked, effective, before: before?.account });
    if (effective.permissions['/'] === undefined)
      throw new AppError('invalid_input', 'State the permissions of / too.', { field: 'permissions' });
    await ensureHome(effective.home, services.folders());
    await ensureFolders(effective);
    const settings = {
      ...checked,
      ...(passwordHash === undefined
        ? await secretOf(input.password, before, effective.limits.passwordBits)
        : { passwordHash, passwordChangedAt: isoTime(clock.now()) }),
    };
    const { username } = settings;
    let after: Account | undefined;
    await events.record(
      {
        type: before === undefined ? 'OBJECT_INSERT' : 'OBJECT_UPDATE',
        info:
          before === undefined
            ? { operation: 'create', new: username }
            : updateInfo({ old: username, new: username }, told(before), told(settings)),
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
    tell(after, before === undefined ? 'created' : after.enabled ? 'updated' : 'disabled', by);
    return after;
  }

  /** The places of its virtual folders that depend on its name; the others were made when the folder was saved. */
  async function ensureFolders(account: Account): Promise<void> {
    for (const mount of account.folders) {
      const path = store.tables.folders.byName(mount.folder)?.path ?? '';
      const own = placeholders(account)(path);
      if (own !== path) await ensureHome(own, services.folders(), { field: 'folders', what: 'virtual folder' });
    }
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
    tell(account, 'deleted', by);
    return account;
  }

  async function resetTransfers(username: string, by: Change): Promise<Account> {
    const account = table.byUsername(username)?.account;
    if (account === undefined)
      throw new AppError('not_found', 'There is no account of this name. See accounts.list.', { field: 'username' });
    let after: Account | undefined;
    await events.record(
      {
        type: 'OBJECT_UPDATE',
        info: updateInfo(
          { old: account.username, new: account.username },
          { uploadedBytes: account.uploadedBytes, downloadedBytes: account.downloadedBytes },
          { uploadedBytes: 0, downloadedBytes: 0 },
        ),
        actor: by.actor,
        batchId: by.batchId,
        object: { schema: 'BASE', type: 'user' },
      },
      () => {
        table.resetTransfers(account.id);
        after = kept(account.id);
        return { objectId: account.id, objectVersion: after.version };
      },
    );
    if (after === undefined) throw new AppError('internal', 'The log accepted an account without storing it.');
    tell(after, after.enabled ? 'updated' : 'disabled', by);
    return after;
  }

  return {
    save: (input, by, options = {}) => inTurn(() => save(input, by, options)),
    delete: (username, by) => inTurn(() => remove(username, by)),
    list: () => table.all(),
    get: (username) => table.byUsername(username)?.account,
    byId: (id) => table.byId(id)?.account,
    effective: (account) => effectiveAccount(store, account),
    retell(ids, by) {
      for (const id of ids) {
        const account = table.byId(id)?.account;
        if (account !== undefined) tell(account, account.enabled ? 'updated' : 'disabled', by);
      }
    },
    resetTransfers: (username, by) => inTurn(() => resetTransfers(username, by)),
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** The whole record to write, but for the password: what was given over what was there, over the defaults of a new account. */
function merge(input: ParsedInput, before: StoredAccount | undefined): AccountSettings & Pick<Account, 'publicKeys'> {
  const defaults = accountSettingsSchema.parse({ username: input.username });
  const names = Object.keys(defaults) as (keyof AccountSettings)[];
  const merged = names.map((name) => [name, input[name] ?? before?.account[name] ?? defaults[name]]);
  return {
    ...(Object.fromEntries(merged) as AccountSettings),
    username: before?.account.username ?? input.username,
    // Null is a value here: it takes an expiry or a role back.
    expiresAt: input.expiresAt === undefined ? (before?.account.expiresAt ?? null) : input.expiresAt,
    role: input.role === undefined ? (before?.account.role ?? null) : input.role,
    publicKeys: input.publicKeys === undefined ? (before?.account.publicKeys ?? []) : readKeys(input.publicKeys),
  };
}

/** What a change of an account is told by: its settings, its keys, and whether the password is another one. */
function told(of: AccountRecord | StoredAccount): object {
  const { passwordHash } = of;
  const values: Partial<AccountRecord> = 'account' in of ? of.account : of;
  const settings = Object.fromEntries(
    Object.keys(accountSettingsSchema.shape).map((name) => [name, values[name as keyof AccountSettings]]),
  );
  return { ...settings, publicKeys: values.publicKeys?.map(({ label, fingerprint }) => ({ label, fingerprint })), password: passwordHash };
}

function readKeys(given: NonNullable<ParsedInput['publicKeys']>): Account['publicKeys'] {
  const seen = new Set<string>();
  return given.map(({ label, key: text }, index) => {
    const field = `publicKeys.${index}.key`;
    const { key, fingerprint, comment } = parsePublicKey(text, field);
    if (seen.has(fingerprint)) throw new AppError('invalid_input', 'This key stands in the list twice. Remove one of them.', { field });
    seen.add(fingerprint);
    return { label: label === '' ? comment : label, key, fingerprint };
  });
}
