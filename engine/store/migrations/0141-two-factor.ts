import type { Migration } from '../migrate.ts';

/** Second factors of partners and administrators: the sealed secret, the last code that was used, hashes of the recovery codes. */
export const twoFactor: Migration = {
  version: 141,
  up: (db) => {
    db.exec(`
      CREATE TABLE second_factors (
        owner_kind TEXT NOT NULL,
        owner_id INTEGER NOT NULL,
        secret INTEGER NOT NULL,
        confirmed_at INTEGER,
        last_step INTEGER NOT NULL,
        recovery TEXT NOT NULL,
        PRIMARY KEY (owner_kind, owner_id)
      ) STRICT, WITHOUT ROWID;
    `);
  },
};
