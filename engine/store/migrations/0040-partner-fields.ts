import type { Migration } from '../migrate.ts';

/** Whom to ask about a partner, until when it may come, and what is asked of it at the door. */
export const partnerFields: Migration = {
  version: 40,
  up: (db) => {
    db.exec(`
      ALTER TABLE accounts ADD COLUMN contact TEXT NOT NULL DEFAULT '';
      ALTER TABLE accounts ADD COLUMN notes TEXT NOT NULL DEFAULT '';
      ALTER TABLE accounts ADD COLUMN expires_at INTEGER;
      ALTER TABLE accounts ADD COLUMN sign_in TEXT NOT NULL
        DEFAULT '{"requireKey":false,"requireEncryption":false,"protocols":[],"addresses":[]}';
    `);
  },
};
