import type Database from 'better-sqlite3';

/** A rule as it is kept; times in ms since the epoch, `definition` and `problems` are JSON. */
export type RuleRow = {
  readonly id: number;
  readonly position: number;
  readonly name: string;
  readonly enabled: boolean;
  readonly version: number;
  readonly definition: string;
  readonly problems: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Failed runs of this version since its last success. */
  readonly failuresInRow: number;
  /** When it was taken out of service for failing, else null. */
  readonly pausedAt: number | null;
};

/** One kept version; `savedAt` is null for those from before the time was kept. */
export type RuleVersionRow = { readonly version: number; readonly definition: string; readonly savedAt: number | null };

/** What a save decides; the table adds id, position, version and times. */
export type RuleContent = {
  readonly name: string;
  readonly enabled: boolean;
  readonly definition: string;
  readonly problems: string;
  /** JSON: the flows that its steps call, as they are now. */
  readonly flows: string;
  readonly at: number;
};

type StoredRow = Omit<RuleRow, 'enabled'> & { readonly enabled: number };
type ContentParameters = Omit<RuleContent, 'enabled' | 'flows'> & { readonly enabled: number };

const COLUMNS = `id, position, name, enabled, version, definition, problems, created_at AS createdAt, updated_at AS updatedAt,
  failures_in_row AS failuresInRow, paused_at AS pausedAt`;

/**
 * Rules in their order, every version of each (a run executes the version that it matched), how far schedules have come, and the events
 * that were an account's first of their kind.
 */
export function createRulesTable(db: Database.Database) {
  const all = db.prepare<[], StoredRow>(`SELECT ${COLUMNS} FROM rules ORDER BY position, id`);
  const byId = db.prepare<[number], StoredRow>(`SELECT ${COLUMNS} FROM rules WHERE id = ?`);
  const idByName = db.prepare<[string], { id: number }>('SELECT id FROM rules WHERE name = ?');
  const insert = db.prepare<ContentParameters>(`
    INSERT INTO rules (position, name, enabled, version, definition, problems, created_at, updated_at)
    VALUES ((SELECT coalesce(max(position), 0) + 1 FROM rules), @name, @enabled, 1, @definition, @problems, @at, @at)`);
  const update = db.prepare<ContentParameters & { id: number }>(`
    UPDATE rules SET name = @name, enabled = @enabled, version = version + 1, definition = @definition, problems = @problems, updated_at = @at,
      failures_in_row = 0, paused_at = NULL
    WHERE id = @id`);
  const refresh = db.prepare<Pick<ContentParameters, 'enabled' | 'definition' | 'problems' | 'at'> & { id: number }>(`
    UPDATE rules SET enabled = @enabled, version = version + 1, definition = @definition, problems = @problems, updated_at = @at WHERE id = @id`);
  const keepVersion = db.prepare<[string, number]>(`
    INSERT INTO rule_versions (rule_id, version, definition, saved_at, flows)
    SELECT id, version, definition, updated_at, ? FROM rules WHERE id = ?`);
  const versions = db.prepare<[number, number], RuleVersionRow>(
    'SELECT version, definition, saved_at AS savedAt FROM rule_versions WHERE rule_id = ? ORDER BY version DESC LIMIT ?',
  );
  const place = db.prepare<[number, number]>('UPDATE rules SET position = ? WHERE id = ?');
  const countEnd = db.prepare<{ id: number; version: number; failed: number }>(
    'UPDATE rules SET failures_in_row = CASE WHEN @failed THEN failures_in_row + 1 ELSE 0 END WHERE id = @id AND version = @version',
  );
  const pause = db.prepare<[number, number]>('UPDATE rules SET paused_at = ? WHERE id = ?');
  const noteFirst = db.prepare<[number, string, number]>(
    'INSERT OR IGNORE INTO account_firsts (account_id, direction, event_id) VALUES (?, ?, ?)',
  );
  const firstEvent = db.prepare<[number, string], { event_id: number }>(
    'SELECT event_id FROM account_firsts WHERE account_id = ? AND direction = ?',
  );
  const version = db.prepare<[number, number], { definition: string; flows: string }>(
    'SELECT definition, flows FROM rule_versions WHERE rule_id = ? AND version = ?',
  );
  const remove = db.prepare<[number]>('DELETE FROM rules WHERE id = ?');
  const mark = db.prepare<[number], { last_due: number }>('SELECT last_due FROM schedule_marks WHERE rule_id = ?');
  const setMark = db.prepare<[number, number]>(
    'INSERT INTO schedule_marks (rule_id, last_due) VALUES (?, ?) ON CONFLICT (rule_id) DO UPDATE SET last_due = excluded.last_due',
  );
  const removeMark = db.prepare<[number]>('DELETE FROM schedule_marks WHERE rule_id = ?');
  return {
    all: (): RuleRow[] => all.all().map(toRow),
    get: (id: number): RuleRow | undefined => {
      const row = byId.get(id);
      return row === undefined ? undefined : toRow(row);
    },
    /** The id of the rule with this name, whatever its case. */
    idByName: (name: string): number | undefined => idByName.get(name)?.id,
    /** A new rule behind all others, with its version 1. Returns the id. */
    insert: ({ flows, ...content }: RuleContent): number => {
      const id = Number(insert.run({ ...content, enabled: content.enabled ? 1 : 0 }).lastInsertRowid);
      keepVersion.run(flows, id);
      return id;
    },
    /** A new version of a rule, at its old place. */
    update: (id: number, { flows, ...content }: RuleContent): void => {
      update.run({ ...content, enabled: content.enabled ? 1 : 0, id });
      keepVersion.run(flows, id);
    },
    /** A new version since something that the rule uses has changed; unlike after a save its failures still count. */
    refresh: (id: number, { flows, enabled, definition, problems, at }: RuleContent): void => {
      refresh.run({ enabled: enabled ? 1 : 0, definition, problems, at, id });
      keepVersion.run(flows, id);
    },
    /** Its versions stay for the runs that matched them. */
    remove: (id: number): void => {
      remove.run(id);
      removeMark.run(id);
    },
    /** The definition (JSON) of one version, also of a deleted rule. */
    version: (id: number, number: number): string | undefined => version.get(id, number)?.definition,
    /** The same with the flows that the version calls (JSON). */
    versionWithFlows: (id: number, number: number): { readonly definition: string; readonly flows: string } | undefined =>
      version.get(id, number),
    /** Newest first. */
    versions: (id: number, limit: number): RuleVersionRow[] => versions.all(id, limit),
    /** Gives all rules new places, in the order of these ids. */
    reorder: (ids: readonly number[]): void => ids.forEach((id, index) => void place.run(index + 1, id)),
    /** Counts the end of a run for the failures in a row; runs of earlier versions do not count. */
    countEnd: (id: number, version: number, failed: boolean): void => void countEnd.run({ id, version, failed: failed ? 1 : 0 }),
    /** Takes a rule out of service until the next save. */
    pause: (id: number, at: number): void => void pause.run(at, id),
    /** Notes an event as the account's first of its kind; false when there was one before. */
    noteFirst: (accountId: number, direction: 'upload' | 'download', eventId: number): boolean =>
      noteFirst.run(accountId, direction, eventId).changes === 1,
    /** The id of the event that was the account's first of its kind. */
    firstEvent: (accountId: number, direction: 'upload' | 'download'): number | undefined => firstEvent.get(accountId, direction)?.event_id,
    /** The time up to which the schedule has been dealt with. */
    mark: (id: number): number | undefined => mark.get(id)?.last_due,
    setMark: (id: number, lastDue: number): void => void setMark.run(id, lastDue),
    removeMark: (id: number): void => void removeMark.run(id),
  };
}

function toRow(row: StoredRow): RuleRow {
  return { ...row, enabled: row.enabled === 1 };
}
