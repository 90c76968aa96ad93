import type Database from 'better-sqlite3';

/** Every table and index by name, with the white space of its SQL folded; what schema-snapshot.json holds. */
export function readSchema(db: Database.Database): Record<string, string> {
  const rows = db
    .prepare<[], { name: string; sql: string | null }>("SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name")
    .all();
  return Object.fromEntries(rows.map(({ name, sql }) => [name, (sql ?? '').replaceAll(/\s+/g, ' ')]));
}
