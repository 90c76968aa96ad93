import type { Migration } from '../migrate.ts';

/**
 * The role of administrators and of the tokens they make, by name; null: no role, all accounts. Preferences belong to one administrator each,
 * what was kept for all until now to the person at the machine (owner 0).
 */
export const roleAdministrators: Migration = {
  version: 240,
  up: (db) => {
    db.exec(`
      ALTER TABLE admins ADD COLUMN role TEXT;
      ALTER TABLE api_tokens ADD COLUMN role TEXT;
      CREATE TABLE own_preferences (
        owner INTEGER NOT NULL,
        key TEXT NOT NULL,
        value TEXT NOT NULL,
        PRIMARY KEY (owner, key)
      ) STRICT, WITHOUT ROWID;
      INSERT INTO own_preferences SELECT 0, key, value FROM preferences;
      DROP TABLE preferences;
      ALTER TABLE own_preferences RENAME TO preferences;
    `);
  },
};
