import type { Migration } from '../migrate.ts';

/** Keys of OpenPGP. `facts` is what the key says of itself; private half and passphrase are sealed secrets. */
export const pgpKeys: Migration = {
  version: 190,
  up(db) {
    db.exec(`
      CREATE TABLE pgp_keys (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        fingerprint TEXT NOT NULL UNIQUE,
        facts TEXT NOT NULL,
        public_key TEXT NOT NULL,
        private_key INTEGER,
        passphrase INTEGER,
        created_at INTEGER NOT NULL,
        version INTEGER NOT NULL
      ) STRICT;
    `);
  },
};
