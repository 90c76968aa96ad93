import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../../helpers/folders.ts';
import { run } from '../../helpers/run.ts';
import { GATEHOUSE, serve } from '../../helpers/serve.ts';

/** A start that must fail: a line of JSON with code and words, nothing else of note, exit code 1. */
async function failingStart(args: string[], code: string, words: RegExp): Promise<void> {
  const answer = await run(GATEHOUSE, ['serve', '--json', '--http', '127.0.0.1:0', ...args]);
  expect(answer).toMatchObject({ code: 1, stdout: '' });
  const error = JSON.parse(answer.stderr.trimEnd().split('\n').at(-1) ?? '') as unknown;
  expect(error).toMatchObject({ code, message: expect.stringMatching(words) as string });
}

/** A port that somebody else listens on. */
async function takenPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

describe('the data folder', () => {
  test('lies in a folder that does not exist', () =>
    failingStart(['--data', join(temporaryFolder(), 'no', 'such')], 'folder_missing', /does not exist/));

  test('is a file', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    await failingStart(['--data', file], 'folder_missing', /is a file/);
  });

  test('cannot be written', async () => {
    // On a file system that refuses root too, as tests may run as root.
    await failingStart(['--data', '/proc'], 'folder_not_writable', /cannot be written/);
  });

  test('is served already', async () => {
    const data = join(temporaryFolder(), 'data');
    const first = await serve(data);
    await failingStart(['--data', data], 'already_running', /already runs/);
    await first.call('accounts.list', {});
    expect(await first.terminate()).toBe(0);
  });
});

describe('the database', () => {
  async function dataFolder(): Promise<string> {
    const data = join(temporaryFolder(), 'data');
    await (await serve(data)).terminate();
    return data;
  }

  test('is of a newer program', async () => {
    const data = await dataFolder();
    const db = new Database(join(data, 'gatehouse.db'));
    db.pragma('user_version = 99990');
    db.close();
    await failingStart(['--data', data], 'database_newer', /newer Gatehouse/);
  });

  test('is damaged, and stays as it is', async () => {
    const data = await dataFolder();
    const file = join(data, 'gatehouse.db');
    const bytes = readFileSync(file).fill(0x5a, 100);
    writeFileSync(file, bytes);
    await failingStart(['--data', data], 'database_damaged', /damaged/);
    expect(readFileSync(file).equals(bytes)).toBe(true);
  });

  test('is no database', async () => {
    const data = temporaryFolder();
    writeFileSync(join(data, 'gatehouse.db'), 'A letter to my grandmother. '.repeat(100));
    await failingStart(['--data', data], 'database_damaged', /damaged/);
  });
});

describe('a port', () => {
  test.each(['--http', '--sftp', '--ftp'])('of %s that is taken names who has it', async (option) => {
    const port = await takenPort();
    await failingStart(
      ['--data', join(temporaryFolder(), 'data'), option, `127.0.0.1:${port}`],
      'port_in_use',
      new RegExp(`${port}.*${process.pid}`),
    );
  });

  test('of an address that this machine does not have', () =>
    failingStart(['--data', join(temporaryFolder(), 'data'), '--sftp', '192.0.2.1:0'], 'address_unavailable', /192\.0\.2\.1/));

  test('of the console outside this machine', () =>
    failingStart(
      ['--data', join(temporaryFolder(), 'data'), '--http', '0.0.0.0:0'],
      'conflict',
      /administrator who may do everything and has a password.*Make one first/,
    ));
});

test('a person reads words, never a stack', async () => {
  const taken = `127.0.0.1:${await takenPort()}`;
  for (const args of [
    ['--data', '/nonexistent/data'],
    ['--data', join(temporaryFolder(), 'data'), '--sftp', taken],
  ]) {
    const { code, stdout, stderr } = await run(GATEHOUSE, ['serve', '--http', '127.0.0.1:0', ...args]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.trimEnd().split('\n').at(-1)).toMatch(/^gatehouse: .*(Create it|Stop it) or choose another/);
    expect(stderr).not.toMatch(/^\s+at /m);
  }
});

test('a failed start leaves nothing that hinders the next', async () => {
  const data = join(temporaryFolder(), 'data');
  await failingStart(['--data', data, '--sftp', `127.0.0.1:${await takenPort()}`], 'port_in_use', /in use/);
  const next = await serve(data);
  expect(await next.terminate()).toBe(0);
});

test('the ready line is one object, with null for what is off', async () => {
  const data = temporaryFolder();
  mkdirSync(join(data, 'sub'));
  const own = await serve(join(data, 'sub'));
  expect(own).toMatchObject({ ready: true, http: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) as string, ftp: null });
  expect(own.sftp).toBeGreaterThan(0);
  await own.terminate();
});
