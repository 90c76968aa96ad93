import { randomUUID } from 'node:crypto';
import { openDatabase } from './database.ts';
import { createSettingsTable } from './settings-table.ts';

const CUT_SHORT = 'Gatehouse was restored from a backup that was made in the middle of it.';

/**
 * Makes the copy of a backup the database of an installation of its own: checked, brought to this program's schema, with a log id of its
 * own, so that whoever follows the log begins anew. Runs that were under way are ended: what they still had to do is long over.
 * `exchangeFolder` replaces the one of the settings. Throws the AppErrors of openDatabase. `at` in ms since the epoch.
 */
export function adoptRestored(file: string, { at, exchangeFolder }: { readonly at: number; readonly exchangeFolder?: string }): void {
  const db = openDatabase(file);
  try {
    db.transaction(() => {
      db.prepare("UPDATE meta SET value = ? WHERE key = 'log_id'").run(randomUUID());
      db.prepare(`
        UPDATE runs SET state = 'interrupted', finished_at = ?, error = ?, batch_key = NULL, lane = NULL
        WHERE state IN ('queued', 'waiting', 'running')`).run(at, CUT_SHORT);
      db.prepare('UPDATE sessions SET ended_at = ? WHERE ended_at IS NULL').run(at);
      if (exchangeFolder === undefined) return;
      const settings = createSettingsTable(db);
      const stored = settings.all().find(({ section }) => section === 'exchange');
      const before = stored === undefined ? {} : (JSON.parse(stored.value) as object);
      settings.put('exchange', JSON.stringify({ ...before, folder: exchangeFolder }), at);
    })();
    db.pragma('journal_mode = DELETE');
  } finally {
    db.close();
  }
}
