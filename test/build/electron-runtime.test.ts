import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { electronProgram, fetchElectron } from '../../build/electron-runtime.ts';
import { temporaryFolder } from '../helpers/folders.ts';

/** A package folder as npm leaves it: with an install script of its own, without a runtime. */
function packageFolder(installScript = ''): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'package.json'), '{"name":"electron","version":"45.4.1"}');
  writeFileSync(join(folder, 'install.js'), installScript);
  return folder;
}

function install(folder: string): void {
  mkdirSync(join(folder, 'dist'), { recursive: true });
  writeFileSync(join(folder, 'dist/version'), '45.4.1');
  writeFileSync(join(folder, 'dist/electron'), '');
  writeFileSync(join(folder, 'path.txt'), 'electron');
}

test('the runtime is there when its mark, its version and its program are', () => {
  const folder = packageFolder();
  expect(electronProgram(folder)).toBeNull();
  install(folder);
  expect(electronProgram(folder)).toBe(join(folder, 'dist/electron'));
  writeFileSync(join(folder, 'dist/version'), 'v45.4.1\n');
  expect(electronProgram(folder)).not.toBeNull();
});

test.each(['path.txt', 'dist/version', 'dist/electron'])('it is not without %s', (name) => {
  const folder = packageFolder();
  install(folder);
  rmSync(join(folder, name));
  expect(electronProgram(folder)).toBeNull();
});

test('it is not when it belongs to another version, or the package is missing', () => {
  const folder = packageFolder();
  install(folder);
  writeFileSync(join(folder, 'dist/version'), '44.0.0');
  expect(electronProgram(folder)).toBeNull();
  expect(electronProgram(join(folder, 'nosuch'))).toBeNull();
});

test('it is fetched by the package’s own script', async () => {
  const script = `const fs = require('node:fs');
    fs.mkdirSync(__dirname + '/dist');
    for (const [name, text] of [['dist/version', '45.4.1'], ['dist/electron', ''], ['path.txt', 'electron']]) fs.writeFileSync(__dirname + '/' + name, text);`;
  const folder = packageFolder(script);
  expect(await fetchElectron(folder, new AbortController().signal)).toBe(join(folder, 'dist/electron'));
});

test('a script that fails, and one that is told to stop, bring nothing', async () => {
  expect(await fetchElectron(packageFolder('process.exit(1)'), new AbortController().signal)).toBeNull();
  const stop = new AbortController();
  const fetching = fetchElectron(packageFolder('setInterval(() => {}, 1000)'), stop.signal);
  stop.abort();
  expect(await fetching).toBeNull();
});
