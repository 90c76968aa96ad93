import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '../../../engine/store/database.ts';
import { startIntegrityCheck } from '../../../engine/store/integrity.ts';
import { damagePageOf, emptyIndex } from '../../helpers/damage.ts';
import { eventually } from '../../helpers/eventually.ts';
import { temporaryFolder } from '../../helpers/folders.ts';

/** What a check of the file that begins at once finds. */
function check(file: string): string[] {
  const findings: string[] = [];
  const running = startIntegrityCheck(file, (finding) => findings.push(finding), 0);
  onTestFinished(() => running.close());
  return findings;
}

test('names the table of a damaged index that no start looks at', async () => {
  const file = join(temporaryFolder(), 'gatehouse.db');
  openDatabase(file).close();
  damagePageOf(file, 'events_user');
  openDatabase(file).close();
  const findings = check(file);
  await eventually(() => expect(findings).toEqual([expect.stringMatching(/^events: /)]));
});

test('finds an index that lacks a row', async () => {
  const file = join(temporaryFolder(), 'gatehouse.db');
  const db = openDatabase(file);
  db.prepare('INSERT INTO sessions (account_id, token_hash, created_at) VALUES (1, ?, 1)').run('a');
  db.close();
  emptyIndex(file, 'sessions_token');
  openDatabase(file).close();
  const findings = check(file);
  await eventually(() => expect(findings).toEqual([expect.stringMatching(/^sessions: .*sessions_token/)]));
});

test('says nothing of a sound database', async () => {
  const file = join(temporaryFolder(), 'gatehouse.db');
  openDatabase(file).close();
  const findings: string[] = [];
  const running = startIntegrityCheck(file, (finding) => findings.push(finding), 0);
  await new Promise((resolve) => setImmediate(resolve));
  await running.close();
  expect(findings).toEqual([]);
});
