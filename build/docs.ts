import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { migrate } from '../engine/store/migrate.ts';
import { readSchema } from '../engine/store/schema.ts';
import { renderTemplateDocs } from '../engine/templates/index.ts';
import { actionDocs } from './docs/actions.ts';
import { apiDocs } from './docs/api.ts';
import { cliDocs } from './docs/cli.ts';
import { eventDocs } from './docs/events.ts';
import { GENERATED } from './docs/markdown.ts';

/** Writes docs/, and the snapshot of the schema, from the registries; with --check writes nothing and exits with 1 when a page differs from what they say now. */
const PAGES = {
  '../engine/store/schema-snapshot.json': schemaSnapshot,
  'api.md': apiDocs,
  'events.md': eventDocs,
  'actions.md': actionDocs,
  'templates.md': () => `${GENERATED}\n${renderTemplateDocs()}`,
  'cli.md': cliDocs,
};

const folder = new URL('../docs/', import.meta.url);
const isCheck = process.argv.includes('--check');
if (!isCheck) mkdirSync(folder, { recursive: true });

let drifted = 0;
for (const [name, render] of Object.entries(PAGES)) {
  const file = new URL(name, folder);
  const wanted = render();
  if (!isCheck) {
    writeFileSync(file, wanted);
    continue;
  }
  const found = read(file);
  if (found === wanted) continue;
  drifted++;
  process.stdout.write(`${name}: ${difference(found, wanted)}\n`);
}
if (drifted > 0) {
  process.stdout.write('Run: npm run docs\n');
  process.exitCode = 1;
}

/** What all migrations lead to; the test of the same name compares. */
function schemaSnapshot(): string {
  const db = new Database(':memory:');
  migrate(db);
  const schema = readSchema(db);
  db.close();
  return `${JSON.stringify(schema, null, 2)}\n`;
}

function read(file: URL): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** The first line that differs, and how many lines only one side has. */
function difference(found: string | undefined, wanted: string): string {
  if (found === undefined) return 'is missing';
  const [old, now] = [found.split('\n'), wanted.split('\n')];
  const at = now.findIndex((line, index) => line !== old[index]);
  const gone = old.filter((line) => !now.includes(line)).length;
  const added = now.filter((line) => !old.includes(line)).length;
  return `${added} new and ${gone} outdated lines, the first at line ${at + 1}: ${now[at] ?? '(end)'}`;
}
