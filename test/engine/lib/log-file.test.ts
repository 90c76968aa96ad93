import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createLogger } from '../../../engine/lib/log.ts';
import { openLogFile } from '../../../engine/lib/log-file.ts';
import { temporaryFolder } from '../../helpers/folders.ts';
import { testClock } from '../../helpers/vfs.ts';

function start(file = join(temporaryFolder(), 'logs', 'gatehouse.log'), largestFileBytes?: number) {
  const troubles: string[] = [];
  const opened = openLogFile(file, {
    clock: testClock(),
    onTrouble: (words) => troubles.push(words),
    ...(largestFileBytes === undefined ? {} : { largestFileBytes }),
  });
  onTestFinished(() => opened.close());
  return { file, folder: join(file, '..'), troubles, log: createLogger(opened.sink, 'test'), close: opened.close };
}

test('a line says when, how grave, where and what; errors follow with their stack and cause', () => {
  const { file, log } = start();
  log.debug('not for the file');
  log.info('started');
  log.error('it broke', new Error('outer', { cause: new Error('inner') }));
  const text = readFileSync(file, 'utf8');
  expect(text).toMatch(/^2026-11-21T12:00:00\.000Z info {2}test: started\n/);
  expect(text).toMatch(/error test: it broke\n {4}Error: outer\n {8}at /);
  expect(text).toContain('Error: inner');
  expect(text).not.toContain('debug');
});

test('only its owner can read it, and no secret stands in it, in a message or an error', () => {
  const { file, log } = start();
  log.warn('asked ftp://acme:s3cret@host/', new Error('refused: Bearer abcdefgh'));
  expect(readFileSync(file, 'utf8')).not.toMatch(/s3cret|abcdefgh/);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('text from outside cannot forge a line', () => {
  const { file, log } = start();
  log.info('name a\n2026-11-21T12:00:00.000Z error test: forged');
  expect(readFileSync(file, 'utf8').match(/^2026/gm)).toHaveLength(1);
});

test('five files at most, each within its size, the youngest line in the first', () => {
  const { file, folder, log, troubles } = start(undefined, 1000);
  for (let number = 0; number < 200; number++) log.info(`line ${number} ${'x'.repeat(50)}`);
  const names = readdirSync(folder).sort();
  expect(names).toEqual(['gatehouse.log', 'gatehouse.log.1', 'gatehouse.log.2', 'gatehouse.log.3', 'gatehouse.log.4']);
  for (const name of names) expect(statSync(join(folder, name)).size).toBeLessThanOrEqual(1000);
  expect(readFileSync(file, 'utf8')).toContain('line 199 ');
  const all = [...names].reverse().map((name) => readFileSync(join(folder, name), 'utf8'));
  const numbers = [...all.join('').matchAll(/line (\d+) /g)].map(([, number]) => Number(number));
  expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, index) => 200 - numbers.length + index));
  expect(troubles).toEqual([]);
});

test('goes on after what is there, its size included', () => {
  const file = join(temporaryFolder(), 'gatehouse.log');
  writeFileSync(file, 'y'.repeat(990));
  const { log } = start(file, 1000);
  log.info('next');
  expect(readFileSync(`${file}.1`, 'utf8')).toBe('y'.repeat(990));
  expect(readFileSync(file, 'utf8')).toContain('next');
});

test('one enormous message is cut', () => {
  const { file, log } = start();
  log.info('z'.repeat(1_000_000));
  expect(statSync(file).size).toBeLessThan(20_000);
});

test('a folder that cannot be written is told once, and again only after it could be', () => {
  const folder = temporaryFolder();
  // A file in its place: stands in the way of root too, as whom tests may run.
  writeFileSync(join(folder, 'logs'), '');
  const { file, log, troubles, close } = start(join(folder, 'logs', 'gatehouse.log'));
  log.info('one');
  log.info('two');
  expect(troubles).toEqual([expect.stringMatching(/cannot be written \(E\w+\)\. Gatehouse goes on/)]);
  rmSync(join(folder, 'logs'));
  mkdirSync(join(folder, 'logs'));
  log.info('three');
  expect(readFileSync(file, 'utf8')).toContain('three');
  close();
  rmSync(join(folder, 'logs'), { recursive: true });
  writeFileSync(join(folder, 'logs'), '');
  log.info('four');
  expect(troubles).toHaveLength(2);
});
