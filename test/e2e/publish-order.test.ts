import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openSshSftp } from '../helpers/clients.ts';
import { temporaryFolder } from '../helpers/folders.ts';
import { serve } from '../helpers/serve.ts';

/** Attaches a tracer to a running process; resolves with the function that waits for its end and gives the trace's lines. */
async function traceCalls(pid: number, file: string): Promise<() => Promise<string[]>> {
  const calls = 'openat,fsync,fdatasync,rename,renameat,renameat2,link,linkat,pwrite64,pwritev,write,writev,sendto,sendmsg';
  const tracer = spawn('strace', ['-f', '-s', '400', '-y', '-e', `trace=${calls}`, '-o', file, '-p', String(pid)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(tracer, 'exit');
  await once(tracer.stderr, 'data'); // "strace: Process … attached"
  return async () => {
    await ended;
    return readFileSync(file, 'utf8').split('\n');
  };
}

it('publishes in the order of the promise: sync file, rename, sync folder, commit the event, then answer', async () => {
  const folder = temporaryFolder();
  const gatehouse = await serve(join(folder, 'data'));
  onTestFinished(() => gatehouse.kill());
  await gatehouse.call('accounts.save', { username: 'acme', password: 'correct horse' });
  const traced = await traceCalls(gatehouse.process.pid ?? 0, join(folder, 'trace'));
  const file = join(folder, 'up');
  writeFileSync(file, 'the content that is traced');
  const upload = await openSshSftp({ port: gatehouse.sftp, username: 'acme', password: 'correct horse' }).put(file, '/published');
  expect(upload.code).toBe(0);
  await gatehouse.terminate();

  const lines = await traced();
  const after = (from: number, pattern: RegExp): number => lines.findIndex((line, index) => index > from && pattern.test(line));
  const content = after(-1, /pwrite.*the content that is traced/);
  const syncFile = after(content, /f(data)?sync\(\d+<[^>]*\.gatehouse-[0-9a-f]{16}\.part>/);
  const rename = after(syncFile, /rename.*\.gatehouse-[0-9a-f]{16}\.part.*published/);
  const syncFolder = after(rename, /fsync\(\d+<[^>]*exchange\/acme>/);
  // The first write to the write-ahead log after the rename is the transaction that holds the event.
  const commit = after(syncFolder, /pwrite64\(\d+<[^>]*gatehouse\.db-wal>/);
  const answer = after(commit, /(write|writev|sendto|sendmsg)\(\d+<(socket|TCP)/);
  const order = [content, syncFile, rename, syncFolder, commit, answer];
  expect(
    order.every((line) => line >= 0),
    `some steps are missing from the trace: ${order.join(', ')}`,
  ).toBe(true);
  expect(order).toEqual([...order].sort((a, b) => a - b));
  // Nothing is said to the client between the last byte and the commit: its CLOSE is still unanswered.
  const early = lines.slice(syncFile, commit).filter((line) => /(write|writev|sendto|sendmsg)\(\d+<(socket|TCP)/.test(line));
  expect(early).toEqual([]);
}, 120_000);
