import type { Migration } from '../migrate.ts';

/** Whom a run tells of what somebody else did in a folder of theirs: an account's id, null for all other runs. */
export const runRecipients: Migration = {
  version: 180,
  up: (db) => {
    db.exec('ALTER TABLE runs ADD COLUMN recipient_id INTEGER');
  },
};
