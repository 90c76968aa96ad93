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
};

/** What a save decides; the table adds id, position, version and times. */
export type RuleContent = {
  readonly name: string;
  readonly enabled: boolean;
  readonly definition: string;
  readonly problems: string;
  readonly at: number;
};

type StoredRow = Omit<RuleRow, 'enabled'> & { readonly enabled: number };
type ContentParameters = Omit<RuleContent, 'enabled'> & { readonly enabled: number };

const COLUMNS = 'id, position, name, enabled, version, definition, problems, created_at AS createdAt, updated_at AS updatedAt';

/** Rules in their order, every version of each (a run executes the version that it matched), and how far schedules have come. */
export function createRulesTable(db: Database.Database) {
  const all = db.prepare<[], StoredRow>(`SELECT ${COLUMNS} FROM rules ORDER BY position, id`);
  const byId = db.prepare<[number], StoredRow>(`SELECT ${COLUMNS} FROM rules WHERE id = ?`);
  const idByName = db.prepare<[string], { id: number }>('SELECT id FROM rules WHERE name = ?');
  const insert = db.prepare<ContentParameters>(`
    INSERT INTO rules (position, name, enabled, version, definition, problems, created_at, updated_at)
    VALUES ((SELECT coalesce(max(position), 0) + 1 FROM rules), @name, @enabled, 1, @definition, @problems, @at, @at)`);
  const update = db.prepare<ContentParameters & { id: number }>(`
    UPDATE rules SET name = @name, enabled = @enabled, version = version + 1, definition = @definition, problems = @problems, updated_at = @at
    WHERE id = @id`);
  const keepVersion = db.prepare<[number]>(
    'INSERT INTO rule_versions (rule_id, version, definition) SELECT id, version, definition FROM rules WHERE id = ?',
  );
  const version = db.prepare<[number, number], { definition: string }>(
    'SELECT definition FROM rule_versions WHERE rule_id = ? AND version = ?',
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
    insert: (content: RuleContent): number => {
      const id = Number(insert.run({ ...content, enabled: content.enabled ? 1 : 0 }).lastInsertRowid);
      keepVersion.run(id);
      return id;
    },
    /** A new version of a rule, at its old place. */
    update: (id: number, content: RuleContent): void => {
      update.run({ ...content, enabled: content.enabled ? 1 : 0, id });
      keepVersion.run(id);
    },
    /** Its versions stay for the runs that matched them. */
    remove: (id: number): void => {
      remove.run(id);
      removeMark.run(id);
    },
    /** The definition (JSON) of one version, also of a deleted rule. */
    version: (id: number, number: number): string | undefined => version.get(id, number)?.definition,
    /** The time up to which the schedule has been dealt with. */
    mark: (id: number): number | undefined => mark.get(id)?.last_due,
    setMark: (id: number, lastDue: number): void => void setMark.run(id, lastDue),
    removeMark: (id: number): void => void removeMark.run(id),
  };
}

function toRow(row: StoredRow): RuleRow {
  return { ...row, enabled: row.enabled === 1 };
}
