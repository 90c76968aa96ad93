import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { isConsoleStale } from '../../build/console.ts';
import { temporaryFolder } from '../helpers/folders.ts';

test('the console is built when it is missing, or older than a file that it is made of', () => {
  const root = temporaryFolder();
  const touch = (file: string, atSeconds: number): void => {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), '');
    utimesSync(join(root, file), atSeconds, atSeconds);
  };
  touch('renderer/app/app.tsx', 1000);
  touch('engine/contract/rpc.ts', 1000);
  expect(isConsoleStale(root)).toBe(true);
  touch('dist/console/index.html', 2000);
  expect(isConsoleStale(root)).toBe(false);
  touch('renderer/app/app.tsx', 3000);
  expect(isConsoleStale(root)).toBe(true);
  touch('dist/console/index.html', 4000);
  touch('engine/contract/rpc.ts', 5000);
  expect(isConsoleStale(root)).toBe(true);
});
