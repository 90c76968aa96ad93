import type Database from 'better-sqlite3';
import { limitsSchema, signInPolicySchema } from '../contract/access.ts';
import type { Account, AccountSettings } from '../contract/account.ts';
import { isoTime } from '../lib/clock.ts';

/** What a save writes; the rest of the row is counted or stamped. */
export type AccountRecord = AccountSettings & Pick<Account, 'publicKeys' | 'passwordChangedAt'> & { readonly passwordHash: string | null };

/** An account with what never leaves the engine. */
export type StoredAccount = { readonly account: Account; readonly passwordHash: string | null };

type Row = {
  id: number;
  username: string;
  display_name: string;
  email: string;
  contact: string;
  notes: string;
  enabled: number;
  expires_at: number | null;
  sign_in: string;
  groups: string;
  role: string | null;
  home: string;
  start_directory: string;
  permissions: string;
  patterns: string;
  folders: string;
  limits: string;
  uploaded_bytes: number;
  downloaded_bytes: number;
  quota_bytes: number;
  quota_files: number;
  used_bytes: number;
  used_files: number;
  password_hash: string | null;
  password_changed_at: number | null;
  password_must_change: number;
  public_keys: string;
  created_at: number;
  last_sign_in_at: number | null;
  version: number;
};

/** Accounts of partners. User names are unique whatever their case (the column's collation). */
export function createAccountsTable(db: Database.Database) {
  const insert = db.prepare<Record<string, string | number | null>>(`
    INSERT INTO accounts (username, display_name, email, contact, notes, enabled, expires_at, sign_in, groups, role, home, start_directory,
      permissions, patterns, folders, quota_bytes, quota_files, limits, password_hash, password_changed_at, password_must_change,
      public_keys, created_at, version)
    VALUES (@username, @displayName, @email, @contact, @notes, @enabled, @expiresAt, @signIn, @groups, @role, @home, @startDirectory,
      @permissions, @patterns, @folders, @quotaBytes, @quotaFiles, @limits, @passwordHash, @passwordChangedAt, @passwordMustChange,
      @publicKeys, @at, 1)`);
  const update = db.prepare<Record<string, string | number | null>>(`
    UPDATE accounts SET display_name = @displayName, email = @email, contact = @contact, notes = @notes, enabled = @enabled,
      expires_at = @expiresAt, sign_in = @signIn, groups = @groups, role = @role, home = @home, start_directory = @startDirectory,
      permissions = @permissions, patterns = @patterns, folders = @folders, quota_bytes = @quotaBytes, quota_files = @quotaFiles,
      limits = @limits, password_hash = @passwordHash, password_changed_at = @passwordChangedAt,
      password_must_change = @passwordMustChange, public_keys = @publicKeys, version = version + 1
    WHERE id = @id`);
  const remove = db.prepare<[number]>('DELETE FROM accounts WHERE id = ?');
  const byId = db.prepare<[number], Row>('SELECT * FROM accounts WHERE id = ?');
  const byUsername = db.prepare<[string], Row>('SELECT * FROM accounts WHERE username = ?');
  const all = db.prepare<[], Row>('SELECT * FROM accounts ORDER BY username');
  const transferred = db.prepare<[number, number, number]>(
    'UPDATE accounts SET uploaded_bytes = uploaded_bytes + ?, downloaded_bytes = downloaded_bytes + ? WHERE id = ?',
  );
  const resetTransfers = db.prepare<[number]>(
    'UPDATE accounts SET uploaded_bytes = 0, downloaded_bytes = 0, version = version + 1 WHERE id = ?',
  );
  const signedIn = db.prepare<[number, number]>('UPDATE accounts SET last_sign_in_at = ? WHERE id = ?');
  return {
    /** Returns the new id. Throws SQLite's constraint error when the name is taken. */
    insert: (record: AccountRecord, at: number): number => Number(insert.run({ ...parameters(record), at }).lastInsertRowid),
    /** Replaces everything but name, counters and stamps; raises the version. */
    update: (id: number, record: AccountRecord): void => void update.run({ ...parameters(record), id }),
    remove: (id: number): void => void remove.run(id),
    byId: (id: number): StoredAccount | undefined => stored(byId.get(id)),
    /** Finds the name in any case. */
    byUsername: (username: string): StoredAccount | undefined => stored(byUsername.get(username)),
    /** In the order of their names. */
    all: (): Account[] => all.all().map((row) => toAccount(row)),
    /** Adds to what counts against the transfer limits; belongs into the transaction of the transfer's event. */
    transferred: (id: number, up: number, down: number): void => void transferred.run(up, down, id),
    resetTransfers: (id: number): void => void resetTransfers.run(id),
    /** Stamps the time (ms since the epoch) of the newest sign-in; belongs into the transaction of USER_LOGIN. */
    signedIn: (id: number, at: number): void => void signedIn.run(at, id),
  };
}

function parameters(record: AccountRecord): Record<string, string | number | null> {
  const {
    enabled,
    expiresAt,
    passwordMustChange,
    passwordChangedAt,
    signIn,
    groups,
    permissions,
    patterns,
    folders,
    limits,
    publicKeys,
    ...plain
  } = record;
  return {
    ...plain,
    enabled: enabled ? 1 : 0,
    expiresAt: expiresAt === null ? null : Date.parse(expiresAt),
    passwordMustChange: passwordMustChange ? 1 : 0,
    passwordChangedAt: passwordChangedAt === null ? null : Date.parse(passwordChangedAt),
    signIn: JSON.stringify(signIn),
    groups: JSON.stringify(groups),
    permissions: JSON.stringify(permissions),
    patterns: JSON.stringify(patterns),
    folders: JSON.stringify(folders),
    limits: JSON.stringify(limits),
    publicKeys: JSON.stringify(publicKeys),
  };
}

function stored(row: Row | undefined): StoredAccount | undefined {
  return row === undefined ? undefined : { account: toAccount(row), passwordHash: row.password_hash };
}

function toAccount(row: Row): Account {
  return {
    id: row.id,
    username: row.username,
    displayName: row.display_name,
    email: row.email,
    contact: row.contact,
    notes: row.notes,
    enabled: row.enabled === 1,
    expiresAt: row.expires_at === null ? null : isoTime(row.expires_at),
    // Through their schemas, so that what came later has its defaults.
    signIn: signInPolicySchema.parse(JSON.parse(row.sign_in)),
    groups: JSON.parse(row.groups) as Account['groups'],
    role: row.role,
    home: row.home,
    startDirectory: row.start_directory,
    permissions: JSON.parse(row.permissions) as Account['permissions'],
    patterns: JSON.parse(row.patterns) as Account['patterns'],
    folders: JSON.parse(row.folders) as Account['folders'],
    quotaBytes: row.quota_bytes,
    quotaFiles: row.quota_files,
    usedBytes: row.used_bytes,
    usedFiles: row.used_files,
    limits: limitsSchema.parse(JSON.parse(row.limits)),
    uploadedBytes: row.uploaded_bytes,
    downloadedBytes: row.downloaded_bytes,
    publicKeys: JSON.parse(row.public_keys) as Account['publicKeys'],
    hasPassword: row.password_hash !== null,
    passwordChangedAt: row.password_changed_at === null ? null : isoTime(row.password_changed_at),
    passwordMustChange: row.password_must_change === 1,
    createdAt: isoTime(row.created_at),
    lastSignInAt: row.last_sign_in_at === null ? null : isoTime(row.last_sign_in_at),
    version: row.version,
  };
}

/** What a partner did lately; times in ms since the epoch. */
export type AccountActivity = {
  readonly accountId: number;
  readonly lastEventAt: number;
  readonly filesIn: number;
  readonly filesOut: number;
};

/** A refused sign-in of a known account; `at` in ms since the epoch. */
export type FailedSignIn = { readonly accountId: number; readonly at: number; readonly reason: string; readonly address: string | null };

export type AccountsOverview = { readonly activity: AccountActivity[]; readonly failed: FailedSignIn[] };

/**
 * Per account, what its clients did since `activeSince`, and its latest refused sign-in since `failedSince` (both ms since the epoch).
 * Looks at every event in between: for the reader worker.
 */
export function accountsOverview(db: Database.Database, activeSince: number, failedSince: number): AccountsOverview {
  const activity = db.prepare<[number], AccountActivity>(`
    SELECT user_id AS accountId, max(at) AS lastEventAt, sum(type = 'ASSET_DOWNLOAD') AS filesOut,
      sum(type IN ('OBJECT_INSERT', 'OBJECT_UPDATE') AND outcome = 'ok'
        AND json_extract(info, '$.operation') IN ('upload', 'append', 'overwrite')) AS filesIn
    FROM events WHERE at >= ? AND origin = 'client' AND user_id IS NOT NULL AND type <> 'LOGIN_FAILED' GROUP BY user_id`);
  // With max(), SQLite takes the other columns from the row that has it.
  const failed = db.prepare<[number], FailedSignIn & { readonly id: number }>(`
    SELECT max(id) AS id, user_id AS accountId, at, json_extract(info, '$.reason') AS reason, ip AS address
    FROM events WHERE type = 'LOGIN_FAILED' AND at >= ? AND user_id IS NOT NULL GROUP BY user_id`);
  return {
    activity: activity.all(activeSince),
    failed: failed.all(failedSince).map(({ accountId, at, reason, address }) => ({ accountId, at, reason, address })),
  };
}
