import { readFileSync, writeFileSync } from 'node:fs';
import Database from 'better-sqlite3';

/** What bad disks and lost writes leave of a database. It must be closed. */

/** Overwrites the root page of a table or index. */
export function damagePageOf(file: string, name: string): void {
  changePage(file, name, (page) => page.fill(0xee));
}

/** Makes an index of one page empty: well-formed, and wrong. */
export function emptyIndex(file: string, name: string): void {
  // Number of cells, and where the first of them begins, in the header of a page.
  changePage(file, name, (page) => {
    page.writeUInt16BE(0, 3);
    page.writeUInt16BE(page.length % 65_536, 5);
  });
}

function changePage(file: string, name: string, change: (page: Buffer) => void): void {
  const db = new Database(file);
  const found = db.prepare<[string], { rootpage: number }>('SELECT rootpage FROM sqlite_schema WHERE name = ?').get(name);
  const size = db.pragma('page_size', { simple: true }) as number;
  db.close();
  if (found === undefined) throw new Error(`there is no ${name}`);
  const bytes = readFileSync(file);
  change(bytes.subarray((found.rootpage - 1) * size, found.rootpage * size));
  writeFileSync(file, bytes);
}
