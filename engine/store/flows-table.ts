import type Database from 'better-sqlite3';

/** A flow or saved action as it is kept; times in ms since the epoch, `definition` and `problems` are JSON. */
export type NamedRow = {
  readonly id: number;
  readonly name: string;
  readonly version: number;
  readonly definition: string;
  readonly problems: string;
  readonly createdAt: number;
  readonly updatedAt: number;
};

/** What a save decides; the table adds id, version and times. */
export type NamedContent = Pick<NamedRow, 'name' | 'definition' | 'problems'> & { readonly at: number };

/** Flows, saved actions and the single run that may be inside a flow. Writes run inside the caller's transaction. */
export function createFlowsTable(db: Database.Database) {
  const keepVersion = db.prepare<[string, number]>(
    'INSERT INTO flow_versions (flow_id, version, flows) SELECT id, version, ? FROM flows WHERE id = ?',
  );
  const version = db.prepare<[number, number], { flows: string }>('SELECT flows FROM flow_versions WHERE flow_id = ? AND version = ?');
  const holder = db.prepare<{ flowId: number; runId: number }, { runId: number }>(`
    SELECT run_id AS runId FROM flow_locks JOIN runs ON runs.id = run_id
    WHERE flow_locks.flow_id = @flowId AND run_id <> @runId AND state IN ('queued', 'waiting', 'running')`);
  const hold = db.prepare<{ flowId: number; runId: number }>(
    'INSERT INTO flow_locks (flow_id, run_id) VALUES (@flowId, @runId) ON CONFLICT (flow_id) DO UPDATE SET run_id = excluded.run_id',
  );
  return {
    ...namedTable(db, 'flows'),
    /** Keeps what runs of the newest version go by: the flow itself and those that it calls (JSON). */
    keepVersion: (id: number, flows: string): void => void keepVersion.run(flows, id),
    /** The same, read; also of a deleted flow. */
    versionFlows: (id: number, number: number): string | undefined => version.get(id, number)?.flows,
    /** The other unfinished run that has the flow to itself. */
    holder: (flowId: number, runId: number): number | undefined => holder.get({ flowId, runId })?.runId,
    /** Gives the flow to a run until that has ended. */
    hold: (flowId: number, runId: number): void => void hold.run({ flowId, runId }),
    savedActions: namedTable(db, 'saved_actions'),
  };
}

/** A table of named things with a version that goes up with every save. */
function namedTable(db: Database.Database, table: 'flows' | 'saved_actions') {
  const columns = 'id, name, version, definition, problems, created_at AS createdAt, updated_at AS updatedAt';
  const all = db.prepare<[], NamedRow>(`SELECT ${columns} FROM ${table} ORDER BY name COLLATE NOCASE`);
  const byId = db.prepare<[number], NamedRow>(`SELECT ${columns} FROM ${table} WHERE id = ?`);
  const byName = db.prepare<[string], { id: number }>(`SELECT id FROM ${table} WHERE name = ?`);
  const insert = db.prepare<NamedContent>(`
    INSERT INTO ${table} (name, version, definition, problems, created_at, updated_at) VALUES (@name, 1, @definition, @problems, @at, @at)`);
  const update = db.prepare<NamedContent & { id: number }>(`
    UPDATE ${table} SET name = @name, version = version + 1, definition = @definition, problems = @problems, updated_at = @at WHERE id = @id`);
  const remove = db.prepare<[number]>(`DELETE FROM ${table} WHERE id = ?`);
  return {
    /** By name. */
    all: (): NamedRow[] => all.all(),
    get: (id: number): NamedRow | undefined => byId.get(id),
    /** The id of the one with this name, whatever its case. */
    idByName: (name: string): number | undefined => byName.get(name)?.id,
    insert: (content: NamedContent): number => Number(insert.run(content).lastInsertRowid),
    update: (id: number, content: NamedContent): void => void update.run({ ...content, id }),
    remove: (id: number): void => void remove.run(id),
  };
}
