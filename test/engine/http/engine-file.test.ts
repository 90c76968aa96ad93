import { chmodSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readEngineFile, removeEngineFile, writeEngineFile } from '../../../engine/http/engine-file.ts';
import { temporaryFolder } from '../../helpers/folders.ts';

const CONTENT = { pid: 42, url: 'http://127.0.0.1:8590', token: 'gho_x' };

test('is readable by its owner only, replaces an old one, and leaves nothing else', () => {
  const folder = temporaryFolder();
  const file = join(folder, 'engine.json');
  writeFileSync(file, 'old', { mode: 0o644 });
  chmodSync(file, 0o644);
  writeEngineFile(folder, CONTENT);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readEngineFile(folder)).toEqual(CONTENT);
  expect(readdirSync(folder)).toEqual(['engine.json']);
  removeEngineFile(folder);
  removeEngineFile(folder);
  expect(readdirSync(folder)).toEqual([]);
});

test.each([
  ['nothing', undefined],
  ['no JSON', 'x'],
  ['an address elsewhere', JSON.stringify({ ...CONTENT, url: 'http://evil.example:80' })],
  ['an address that only looks local', JSON.stringify({ ...CONTENT, url: 'http://127.0.0.1:80@evil.example' })],
])('%s means that no engine runs', (_, content) => {
  const folder = temporaryFolder();
  if (content !== undefined) writeFileSync(join(folder, 'engine.json'), content);
  expect(() => readEngineFile(folder)).toThrow(expect.objectContaining({ code: 'not_running' }));
});
