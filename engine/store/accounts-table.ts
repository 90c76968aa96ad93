import type Database from 'better-sqlite3';
import type { Account } from '../contract/account.ts';
import { isoTime } from '../lib/clock.ts';

/** What a person decides about an account; the rest of the row is counted or stamped. */
export type AccountSettings = Pick<
  Account,
  'username' | 'displayName' | 'email' | 'enabled' | 'home' | 'permissions' | 'quotaBytes' | 'quotaFiles' | 'publicKeys'
> & { readonly passwordHash: string | null };

/** An account with what never leaves the engine. */
export type StoredAccount = { readonly account: Account; readonly passwordHash: string | null };

type Row = {
  id: number;
  username: string;
  display_name: string;
  email: string;
  enabled: number;
  home: string;
  permissions: string;
  quota_bytes: number;
  quota_files: number;
  used_bytes: number;
  used_files: number;
  password_hash: string | null;
  public_keys: string;
  created_at: number;
  last_sign_in_at: number | null;
  version: number;
};

/** Accounts of partners. User names are unique whatever their case (the column's collation). */
export function createAccountsTable(db: Database.Database) {
  const insert = db.prepare<Record<string, string | number | null>>(`
    INSERT INTO accounts (username, display_name, email, enabled, home, permissions, quota_bytes, quota_files, password_hash, public_keys,
      created_at, version)
    VALUES (@username, @displayName, @email, @enabled, @home, @permissions, @quotaBytes, @quotaFiles, @passwordHash, @publicKeys, @at, 1)`);
  const update = db.prepare<Record<string, string | number | null>>(`
    UPDATE accounts SET display_name = @displayName, email = @email, enabled = @enabled, home = @home, permissions = @permissions,
      quota_bytes = @quotaBytes, quota_files = @quotaFiles, password_hash = @passwordHash, public_keys = @publicKeys, version = version + 1
    WHERE id = @id`);
  const remove = db.prepare<[number]>('DELETE FROM accounts WHERE id = ?');
  const byId = db.prepare<[number], Row>('SELECT * FROM accounts WHERE id = ?');
  const byUsername = db.prepare<[string], Row>('SELECT * FROM accounts WHERE username = ?');
  const all = db.prepare<[], Row>('SELECT * FROM accounts ORDER BY username');
  const signedIn = db.prepare<[number, number]>('UPDATE accounts SET last_sign_in_at = ? WHERE id = ?');
  return {
    /** Returns the new id. Throws SQLite's constraint error when the name is taken. */
    insert: (settings: AccountSettings, at: number): number => Number(insert.run({ ...parameters(settings), at }).lastInsertRowid),
    /** Replaces everything but name, counters and stamps; raises the version. */
    update: (id: number, settings: AccountSettings): void => void update.run({ ...parameters(settings), id }),
    remove: (id: number): void => void remove.run(id),
    byId: (id: number): StoredAccount | undefined => stored(byId.get(id)),
    /** Finds the name in any case. */
    byUsername: (username: string): StoredAccount | undefined => stored(byUsername.get(username)),
    /** In the order of their names. */
    all: (): Account[] => all.all().map((row) => toAccount(row)),
    /** Stamps the time (ms since the epoch) of the newest sign-in; belongs into the transaction of USER_LOGIN. */
    signedIn: (id: number, at: number): void => void signedIn.run(at, id),
  };
}

function parameters(settings: AccountSettings): Record<string, string | number | null> {
  return {
    ...settings,
    enabled: settings.enabled ? 1 : 0,
    permissions: JSON.stringify(settings.permissions),
    publicKeys: JSON.stringify(settings.publicKeys),
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
    enabled: row.enabled === 1,
    home: row.home,
    permissions: JSON.parse(row.permissions) as Account['permissions'],
    quotaBytes: row.quota_bytes,
    quotaFiles: row.quota_files,
    usedBytes: row.used_bytes,
    usedFiles: row.used_files,
    publicKeys: JSON.parse(row.public_keys) as Account['publicKeys'],
    hasPassword: row.password_hash !== null,
    createdAt: isoTime(row.created_at),
    lastSignInAt: row.last_sign_in_at === null ? null : isoTime(row.last_sign_in_at),
    version: row.version,
  };
}
