import type Database from 'better-sqlite3';

/** Statements of one connection that are kept; filters can be combined in more ways than that. */
const MOST_KEPT = 200;

const kept = new WeakMap<Database.Database, Map<string, Database.Statement>>();

/**
 * The statement of this text, made once per connection: for the reader, whose queries come again and again. A compiled statement is memory
 * that only a garbage collection gives back, and an export asks two thousand times. Not for two loops over the same text at once.
 */
export function prepared<Parameters extends unknown[] | object, Row>(
  db: Database.Database,
  sql: string,
): Parameters extends unknown[] ? Database.Statement<Parameters, Row> : Database.Statement<[Parameters], Row> {
  const statements = kept.get(db) ?? new Map<string, Database.Statement>();
  kept.set(db, statements);
  const statement = statements.get(sql) ?? db.prepare(sql);
  // The one that was used last stands last.
  statements.delete(sql);
  statements.set(sql, statement);
  const [oldest] = statements.keys();
  if (statements.size > MOST_KEPT && oldest !== undefined) statements.delete(oldest);
  return statement as never;
}
