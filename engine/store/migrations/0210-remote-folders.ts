import type { Migration } from '../migrate.ts';

/** Virtual folders on other servers: where, as JSON with references to sealed secrets; NULL for those of this machine. */
export const remoteFolders: Migration = {
  version: 210,
  up(db) {
    db.exec('ALTER TABLE folders ADD COLUMN remote TEXT');
  },
};
