import type Database from 'better-sqlite3';
import { AppError } from '../contract/errors.ts';
import { core } from './migrations/0010-core.ts';
import { uploadJournal } from './migrations/0020-upload-journal.ts';
import { activity } from './migrations/0030-activity.ts';
import { logUpkeep } from './migrations/0031-log-upkeep.ts';
import { partnerFields } from './migrations/0040-partner-fields.ts';
import { notices } from './migrations/0041-notices.ts';
import { ruleTiming } from './migrations/0050-rule-timing.ts';
import { setupDraft } from './migrations/0060-setup-draft.ts';
import { syncRules } from './migrations/0100-sync-rules.ts';
import { awaitedUploads } from './migrations/0101-awaited-uploads.ts';
import { flows } from './migrations/0110-flows.ts';
import { groups } from './migrations/0130-groups.ts';
import { defence } from './migrations/0140-defence.ts';
import { twoFactor } from './migrations/0141-two-factor.ts';
import { fetchCursors } from './migrations/0150-fetch-cursors.ts';
import { fileMetadata } from './migrations/0160-file-metadata.ts';
import { admins } from './migrations/0170-admins.ts';
import { runRecipients } from './migrations/0180-run-recipients.ts';
import { pgpKeys } from './migrations/0190-pgp-keys.ts';
import { remoteFolders } from './migrations/0210-remote-folders.ts';
import { roleAdministrators } from './migrations/0240-role-administrators.ts';
import { logPrivacy } from './migrations/0260-log-privacy.ts';

/** One forward step of the schema. Numbers go up by ten, so that a branch can slot one in; a released step is never edited. */
export type Migration = { readonly version: number; readonly up: (db: Database.Database) => void };

export const MIGRATIONS: readonly Migration[] = [
  core,
  uploadJournal,
  activity,
  logUpkeep,
  partnerFields,
  notices,
  ruleTiming,
  setupDraft,
  syncRules,
  awaitedUploads,
  flows,
  groups,
  defence,
  twoFactor,
  fetchCursors,
  fileMetadata,
  admins,
  runRecipients,
  pgpKeys,
  remoteFolders,
  roleAdministrators,
  logPrivacy,
];

/** The version that this program writes (SQLite's `user_version`). */
export const SCHEMA_VERSION = MIGRATIONS.at(-1)?.version ?? 0;

/**
 * Brings the database to `target`, each step in a transaction of its own. Returns the version it found.
 * Throws `database_newer` when the file was written by a later program.
 */
export function migrate(db: Database.Database, target = SCHEMA_VERSION): number {
  const found = db.pragma('user_version', { simple: true }) as number;
  if (found > SCHEMA_VERSION) {
    throw new AppError(
      'database_newer',
      `The data folder was written by a newer Gatehouse (schema ${found}, this program knows ${SCHEMA_VERSION}). Install that version or restore an older backup.`,
    );
  }
  for (const step of MIGRATIONS) {
    if (step.version <= found || step.version > target) continue;
    db.transaction(() => {
      step.up(db);
      db.pragma(`user_version = ${step.version}`);
    }).immediate();
  }
  return found;
}
