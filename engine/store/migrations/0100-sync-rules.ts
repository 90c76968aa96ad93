import type { Migration } from '../migrate.ts';

/** Runs that a partner's client waits for: the operation as it was about to happen, and what is held back meanwhile. */
export const syncRules: Migration = {
  version: 100,
  up(db) {
    db.exec(`
      ALTER TABLE runs ADD COLUMN operation TEXT;
      ALTER TABLE runs ADD COLUMN hold TEXT;
      CREATE INDEX runs_hold ON runs (hold) WHERE hold IS NOT NULL;
    `);
  },
};
