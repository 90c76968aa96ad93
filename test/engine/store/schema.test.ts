import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { migrate, MIGRATIONS, SCHEMA_VERSION } from '../../../engine/store/migrate.ts';
import { openDatabase } from '../../../engine/store/database.ts';
import { readSchema } from '../../../engine/store/schema.ts';
import { temporaryFolder } from '../../helpers/folders.ts';

describe('migrations', () => {
  it('are numbered upwards without a repeat', () => {
    const versions = MIGRATIONS.map((step) => step.version);
    expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b));
  });

  it('lead to the committed schema (after a deliberate change: npm run docs)', () => {
    const db = new Database(':memory:');
    migrate(db);
    const committed: unknown = JSON.parse(readFileSync(new URL('../../../engine/store/schema-snapshot.json', import.meta.url), 'utf8'));
    expect(readSchema(db)).toEqual(committed);
    db.close();
  });

  it('run once', () => {
    const db = new Database(':memory:');
    expect(migrate(db)).toBe(0);
    expect(migrate(db)).toBe(SCHEMA_VERSION);
    db.close();
  });

  it('leave a database of a newer program untouched and say so', () => {
    const file = join(temporaryFolder(), 'gatehouse.db');
    openDatabase(file).close();
    const db = new Database(file);
    db.pragma(`user_version = ${SCHEMA_VERSION + 10}`);
    db.close();
    expect(() => openDatabase(file)).toThrow(expect.objectContaining({ code: 'database_newer' }) as Error);
  });
});

describe('the database', () => {
  it('has the pragmas of the design', () => {
    const db = openDatabase(join(temporaryFolder(), 'gatehouse.db'));
    const pragma = (name: string): unknown => db.pragma(name, { simple: true });
    expect([pragma('journal_mode'), pragma('auto_vacuum'), pragma('secure_delete'), pragma('synchronous'), pragma('foreign_keys')]).toEqual(
      [
        'wal',
        2, // INCREMENTAL
        2, // FAST
        1, // NORMAL
        1,
      ],
    );
    db.close();
    const strict = openDatabase(join(temporaryFolder(), 'gatehouse.db'), 'strict');
    expect(strict.pragma('synchronous', { simple: true })).toBe(2);
    strict.close();
  });

  it('keeps its log id for its life', () => {
    const file = join(temporaryFolder(), 'gatehouse.db');
    const read = (): unknown => {
      const db = openDatabase(file);
      const row = db.prepare("SELECT value FROM meta WHERE key = 'log_id'").get();
      db.close();
      return row;
    };
    expect(read()).toEqual(read());
  });
});
