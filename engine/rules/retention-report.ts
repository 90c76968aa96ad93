import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';
import type { EarlierResult } from '../actions/runner.ts';
import type { RetentionRow } from '../contract/report.ts';
import { csvLine } from '../lib/csv.ts';

const HEAD = csvLine(['path', 'retention hours', 'deleted files', 'deleted bytes', 'elapsed ms', 'info', 'error']);

/**
 * The reports of the retention checks among these results as a zip archive with one CSV file per user, times as in the results; null when
 * there was none.
 */
export async function retentionReports(earlier: readonly EarlierResult[], mtime: Date): Promise<Buffer | null> {
  const rows = new Map<string, string[]>();
  for (const { action, user, detail } of earlier) {
    if (action !== 'retention-check' || !Array.isArray(detail['report'])) continue;
    const name = user ?? 'retention';
    const lines = rows.get(name) ?? [HEAD];
    rows.set(name, lines);
    // Written by the action itself, which has no other form of it.
    for (const row of detail['report'] as unknown as readonly RetentionRow[])
      lines.push(csvLine([row.path, row.hours, row.files, row.bytes, row.elapsed, row.info, row.error]));
  }
  if (rows.size === 0) return null;
  const zip = new ZipFile();
  for (const [name, lines] of rows) zip.addBuffer(Buffer.from(lines.join('')), `${name}.csv`, { mtime, mode: 0o100600 });
  zip.end();
  return await buffer(zip.outputStream);
}
